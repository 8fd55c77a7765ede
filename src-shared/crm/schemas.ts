// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { CRM_KINDS } from './model.ts';
import { ruleProblem } from './rewrite.ts';
import { CONNECTOR_TYPES } from './settings.ts';

/** What windows may set of the CRM: checked in main on every message. */
const text = (max: number) => z.string().max(max);
const kind = z.enum(CRM_KINDS);
export const connectorId = z.string().regex(/^[a-z0-9-]{1,40}$/);
const host = z.string().regex(/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/);

export const connectorSettings = z
  .object({
    id: connectorId,
    type: z.enum(CONNECTOR_TYPES),
    name: z.string().trim().min(1).max(100),
    enabled: z.boolean(),
    match: z.object({ strategy: z.enum(['exact', 'tail']), digits: z.number().int().min(7).max(10) }),
    rewrite: z
      .array(z.object({ pattern: text(100), replacement: text(100) }).refine((rule) => ruleProblem(rule) === null))
      .max(50),
    prefer: kind.nullable(),
    linkHosts: z.array(host).max(10),
    options: z.record(text(60), z.json()),
  })
  .strict();

const journalTexts = z
  .object({
    subject: text(500),
    answeredInbound: text(2000),
    missed: text(2000),
    answeredOutbound: text(2000),
    unansweredOutbound: text(2000),
    chatSubject: text(500),
  })
  .strict();

const autoCreateRule = z.object({ when: z.enum(['off', 'start', 'answer', 'end']), kind }).strict();

export const crmSettings = z
  .object({
    connectors: z.array(connectorSettings).max(10),
    journal: z
      .object({
        calls: z.boolean(),
        chats: z.boolean(),
        chatsAs: z.enum(['task', 'call']),
        unknown: z.boolean(),
        texts: journalTexts.nullable(),
      })
      .strict(),
    autoCreate: z
      .object({
        connector: z.union([z.literal(''), connectorId]),
        incoming: autoCreateRule,
        outgoing: autoCreateRule,
        company: text(200),
      })
      .strict(),
    agents: z
      .array(
        z
          .object({
            extension: z.string().regex(/^\d{2,6}$/),
            name: text(200),
            email: text(254),
            userIds: z.record(connectorId, text(100)),
          })
          .strict(),
      )
      .max(500),
    outcomes: z.array(z.string().trim().min(1).max(60)).max(30),
  })
  .strict();

export const crmRef = z.object({ connector: connectorId, kind, id: z.string().min(1).max(200) });

export const crmDraft = z.object({
  kind,
  firstName: text(100),
  lastName: text(100),
  email: z.union([z.literal(''), z.email().max(254)]),
  company: text(200),
  number: text(60),
  ownerId: text(100),
});
