// SPDX-License-Identifier: MIT
import type { MegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Ask } from '../events/relay-client.ts';

/** What the rest of main may ask the PBX, whoever holds the keys. */
export type PbxClient = Pick<
  MegacallClient,
  'balance' | 'timezone' | 'callback' | 'recordLinks' | 'sendSms' | 'directNumbers' | 'redirection' | 'setRedirection'
>;

/** The one of the two that counts when something is asked; what only an account's owner asks goes to the PBX itself. */
export function eitherClient(own: MegacallClient, team: PbxClient, isTeam: () => boolean): MegacallClient {
  const now = (): PbxClient => (isTeam() ? team : own);
  return {
    ...own,
    balance: () => now().balance(),
    timezone: (priority) => now().timezone(priority),
    callback: (request) => now().callback(request),
    sendSms: (number, text) => now().sendSms(number, text),
    recordLinks: (record, lifetime) => now().recordLinks(record, lifetime),
    directNumbers: () => now().directNumbers(),
    redirection: (extension) => now().redirection(extension),
    setRedirection: (extension, forwarding) => now().setRedirection(extension, forwarding),
  };
}

/**
 * The PBX through a team's relay: the relay has the keys and lets each desktop ask for its own extension only, so what
 * names an extension here is left out there.
 *
 * @param known what the relay told: the account's offset from UTC (null before it did), and whether it is on this
 * computer, where recordings may come unencrypted too
 */
export function createTeamClient(
  ask: Ask,
  known: () => { readonly offsetMinutes: number | null; readonly isLocal: boolean },
): PbxClient {
  return {
    balance: () => ask('pbx.balance', null),
    async timezone() {
      const { offsetMinutes } = known();
      if (offsetMinutes === null) throw new AppError('team.offline');
      return { unixtime: Math.floor(Date.now() / 1000), offsetMs: offsetMinutes * 60_000, label: '' };
    },
    async callback({ to }) {
      const reply = await ask('pbx.callback', { to });
      return { ...reply, time: null };
    },
    sendSms: (number, text) => ask('pbx.sms', { number, text }),
    async recordLinks(record) {
      const { pbxCallId } = record;
      // The relay gives out recordings of the own calls only, and must know which call it is.
      if (pbxCallId == null) throw new AppError('api.rejected', { message: '' });
      const { links } = await ask('pbx.recording', { pbxCallId, recordId: 'callId' in record ? record.callId : null });
      const protocols = known().isLocal ? ['https:', 'http:'] : ['https:'];
      const usable = links.filter((link) => URL.canParse(link) && protocols.includes(new URL(link).protocol));
      if (usable.length === 0 && links.length > 0) throw new AppError('api.bad-reply');
      return usable;
    },
    directNumbers: async () => (await ask('pbx.numbers', null)).numbers,
    redirection: () => ask('pbx.redirection', null),
    setRedirection: (_extension, forwarding) => ask('pbx.set-redirection', forwarding),
  };
}
