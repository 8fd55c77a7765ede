// SPDX-License-Identifier: MIT
import { z } from 'zod';
import type { RuleSettings } from './team.ts';

/** Checks of what `team.ts` describes, for messages from a window or a relay. Windows import no values from here. */

const minute = z
  .number()
  .int()
  .min(0)
  .max(24 * 60);

/** A whole set of rules; a quiet time may go over midnight (`to` below `from`). */
export const ruleSettings = z.object({
  routeToResponsible: z.boolean(),
  /** megacall-api.md section 3.5: at least 3 seconds, or 0 for no return. */
  returnTimeout: z.union([z.literal(0), z.number().int().min(3).max(600)]),
  leaveWhenBusy: z.boolean(),
  leaveWhenOffline: z.boolean(),
  sendCallerName: z.boolean(),
  callerNameMax: z.number().int().min(1).max(200),
  refuseBlacklisted: z.boolean(),
  quietHours: z
    .array(
      z.object({
        days: z.array(z.number().int().min(0).max(6)).max(7).readonly(),
        from: minute,
        to: minute,
        timeZone: z.string().max(60),
      }),
    )
    .max(50)
    .readonly(),
  remindMissed: z.boolean(),
}) satisfies z.ZodType<RuleSettings>;
