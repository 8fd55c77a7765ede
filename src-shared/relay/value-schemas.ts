// SPDX-License-Identifier: MIT
import { z } from 'zod';
import type { RelayMethod, RelayMethods } from './protocol.ts';
import { answerRecord, extension, methodParams, role } from './protocol-schemas.ts';

/** Checks of what a relay answers to `ask`, for the desktop's main process: a relay is another computer too. */
const text = (max: number) => z.string().max(max);
const time = z.number().min(0).max(1e14);
const nothing = z.null();
const balance = z.object({ balance: z.number(), currency: text(10) });
const forwarding = methodParams['pbx.set-redirection'];
const { reminder } = methodParams['reminder.put'].shape;
const { settings } = methodParams['admin.set-settings'].shape;
const listed = z
  .array(z.object({ number: text(60), name: text(200) }))
  .max(10_000)
  .readonly();

export const methodValues = {
  'presence.set': nothing,
  'presence.list': z
    .array(z.object({ extension, state: z.enum(['free', 'busy', 'away', 'offline']) }))
    .max(10_000)
    .readonly(),
  'pbx.callback': z.object({ from: text(60), to: text(60) }),
  'pbx.sms': z.object({ denied: text(300).nullable() }),
  'pbx.recording': z.object({ links: z.array(text(2_000)).max(100).readonly() }),
  'pbx.sip-password': z.object({ password: text(256).min(1), pbxId: z.string().regex(/^\d{1,12}$/) }),
  'pbx.numbers': z.object({
    numbers: z
      .array(z.string().regex(/^\+?\d{3,20}$/))
      .max(10_000)
      .readonly(),
  }),
  'pbx.redirection': forwarding,
  'pbx.set-redirection': forwarding,
  'pbx.balance': balance,
  'pbx.statistics': z.object({
    rows: z.array(z.unknown()).max(20_000).readonly(),
    complete: z.boolean(),
    until: time,
  }),
  'directory.put': z.object({ kept: z.number().int().nonnegative() }),
  'directory.get': methodParams['directory.put'].shape.entries.unwrap().element.shape.entry.nullable(),
  'blacklist.set': nothing,
  'lease.take': z.object({ state: z.enum(['granted', 'held', 'done']) }),
  'lease.done': nothing,
  'lease.release': nothing,
  'reminder.put': nothing,
  'reminder.list': z.array(reminder).max(10_000).readonly(),
  'answers.of': z.array(answerRecord).max(1_000).readonly(),
  'admin.settings': settings,
  'admin.set-settings': nothing,
  'admin.extensions': z
    .array(z.object({ extension: text(40), online: z.boolean().nullable(), taken: z.boolean() }))
    .max(10_000)
    .readonly(),
  'admin.pairing-code': z.object({ code: text(60), expiresAt: time }),
  'admin.devices': z
    .array(
      z.object({
        ...{ id: text(100), extension: text(40), role, name: text(200) },
        ...{
          createdAt: time,
          seenAt: time.nullable(),
          acked: time.nullable(),
          online: z.boolean(),
        },
      }),
    )
    .max(20_000)
    .readonly(),
  'admin.allow-password': nothing,
  'admin.revoke': nothing,
  'admin.blacklist': listed,
  'admin.import-csv': z.object({
    kept: z.number().int().nonnegative(),
    refused: z
      .array(z.object({ line: z.number().int().nonnegative(), why: text(300) }))
      .max(100_000)
      .readonly(),
  }),
  'admin.set-keys': balance,
} as const satisfies { readonly [K in RelayMethod]: z.ZodType<RelayMethods[K]['value'], unknown> };

/**
 * What a relay answered to this method.
 *
 * @throws ZodError when it is something else
 */
export function readValue<K extends RelayMethod>(method: K, value: unknown): RelayMethods[K]['value'] {
  return methodValues[method].parse(value) as RelayMethods[K]['value'];
}
