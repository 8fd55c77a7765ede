// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { CRM_KINDS } from '../../../../src-shared/crm/model.ts';

/**
 * An own CRM as JSON: how to say who we are, and one HTTP request for each thing Megadial can ask
 * (crm-connectors.md section 6.9). `docs/crm-own.md` explains it with two worked examples.
 */
const template = z.string().max(4_000);
const path = z.string().max(300);
const headers = z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), template);

/** What a reply is read into. Values are paths, or templates over the item when they have `{{`. */
const fields = z
  .object({
    id: template,
    kind: template,
    name: template,
    firstName: template,
    lastName: template,
    company: template,
    email: template,
    phones: z.union([template, z.array(template).max(10)]),
    url: template,
    ownerId: template,
    ownerName: template,
    ownerEmail: template,
    extension: template,
  })
  .partial()
  .strict();

const request = z
  .object({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    /** After the base address; its places are escaped for a URL. */
    path: template,
    query: z.record(z.string().max(100), template).optional(),
    headers: headers.optional(),
    /** JSON with templates in its strings. */
    body: z.json().optional(),
    /** Fields of a form instead of JSON. */
    form: z.record(z.string().max(100), template).optional(),
    /** Path of the list of hits; '' for the reply itself, which may be one object. */
    list: path.default(''),
    fields: fields.default({}),
    /** Path of an error in a reply with status 200; its presence is a refusal. */
    error: path.optional(),
    errorMessage: path.optional(),
  })
  .strict();

const operations = z
  .object({
    me: request,
    lookupByNumber: z.union([request, z.array(request).min(1).max(5)]),
    search: z.union([request, z.array(request).min(1).max(5)]),
    lookupByEmail: request,
    createContact: request,
    reportCall: request,
    findCall: request,
    updateCall: request,
    reportChat: request,
    users: request,
  })
  .partial()
  .strict();

export const ownDefinition = z
  .object({
    version: z.literal(1),
    name: z.string().min(1).max(100),
    /** https, or http on this computer. */
    baseUrl: z.url({ protocol: /^https?$/ }).max(500),
    auth: z
      .discriminatedUnion('type', [
        z.object({ type: z.literal('none') }).strict(),
        /** Secrets `user` and `password`. */
        z.object({ type: z.literal('basic') }).strict(),
        /** Secret `token`. */
        z.object({ type: z.literal('bearer') }).strict(),
        /** Any header; `{{secret.NAME}}` and, after a login, `{{session.NAME}}`. */
        z
          .object({ type: z.literal('header'), name: z.string().regex(/^[A-Za-z0-9-]{1,60}$/), value: template })
          .strict(),
      ])
      .default({ type: 'none' }),
    /** A request that begins a session; done again once when a reply is 401. */
    login: request.extend({ outputs: z.record(z.string().regex(/^[A-Za-z]{1,30}$/), path) }).optional(),
    headers: headers.default({}),
    kinds: z.array(z.enum(CRM_KINDS)).default(['contact']),
    /** Address of a record's page: `{{kind}}`, `{{id}}`. */
    recordUrl: template.optional(),
    linkHosts: z.array(z.string().max(253)).max(10).default([]),
    timeoutMs: z.number().int().min(500).max(30_000).default(10_000),
    /** Statuses that mean "nobody" and "there already". */
    notFound: z.array(z.number().int()).default([404, 204]),
    duplicate: z.array(z.number().int()).default([409]),
    chats: z.array(z.enum(['task', 'call'])).default(['task']),
    /** Secrets the person is asked for. */
    secrets: z
      .array(z.string().regex(/^[A-Za-z]{1,30}$/))
      .max(10)
      .default([]),
    operations,
  })
  .strict();

export type OwnDefinition = z.infer<typeof ownDefinition>;
export type OwnRequest = z.infer<typeof request>;
export type OwnOperation = keyof OwnDefinition['operations'];
