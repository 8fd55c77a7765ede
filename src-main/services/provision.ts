// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { settingsPatch } from '../../src-shared/ipc/schemas.ts';
import type { Log } from '../log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { SettingsService } from './settings.ts';

/**
 * Set-up without questions, for administrators (`--provision=FILE`) and for the demo: a JSON file with settings and,
 * if wanted, the account. Secrets go to the keychain at once; the file is the administrator's to protect or delete.
 */
const fileSchema = z
  .object({
    settings: settingsPatch.optional(),
    account: z
      .object({
        key: z.string().min(1).max(256),
        secret: z.string().min(1).max(256),
        pbxId: z.string().regex(/^\d{1,12}$/),
        extension: z.string().regex(/^\d{2,6}$/),
        sipPassword: z.string().min(1).max(256),
      })
      .strict()
      .optional(),
    /** A place in a team instead of an account: the relay's address and a pairing code, used once. */
    team: z
      .object({ url: z.string().max(300), code: z.string().min(1).max(60), name: z.string().max(100) })
      .strict()
      .optional(),
    /** Do not use the computer's keychain: nothing is remembered after this run. */
    sessionOnly: z.boolean().optional(),
  })
  .strict()
  .refine(({ account, team }) => account === undefined || team === undefined, 'an account or a team, not both');

/** What is needed to join a team. */
export type Invitation = { readonly url: string; readonly code: string; readonly name: string };

/**
 * Applies the file; a file that cannot be read or does not fit is logged and changes nothing.
 *
 * @param onTeam hears of a team to join, when the file names one; that waits until there is a network to do it on
 */
export async function provision(
  file: string,
  settings: SettingsService,
  secrets: Secrets,
  log: Log,
  onTeam: (invitation: Invitation) => void = () => {},
): Promise<boolean> {
  let parsed: z.infer<typeof fileSchema>;
  try {
    parsed = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    log.error('the provisioning file was not used', { error });
    return false;
  }
  if (parsed.sessionOnly === true) secrets.useSessionOnly();
  if (parsed.settings !== undefined) await settings.set(parsed.settings);
  if (parsed.team !== undefined) onTeam(parsed.team);
  if (parsed.account === undefined) return true;
  const { key, secret, pbxId, extension, sipPassword } = parsed.account;
  try {
    await secrets.set('api-key', key);
    await secrets.set('api-secret', secret);
    await secrets.set('sip-password', sipPassword);
  } catch (error) {
    // A locked or missing keychain must not keep the app shut: the window says so and set-up can be done there.
    log.error('the account of the provisioning file was not kept', { error });
    return false;
  }
  await settings.set({ pbxId, extension });
  return true;
}
