// SPDX-License-Identifier: MIT
import { withinBudget } from '../../src-relay/answer.ts';
import { toId } from '../../src-shared/megacall/coerce.ts';
import { canonical } from '../../src-shared/numbers/canonical.ts';
import { pbxNumber } from '../../src-shared/numbers/pbx-number.ts';
import { type Decision, decide, isAllOff, type PresenceState } from '../../src-shared/rules/routing.ts';
import type { AnswerRecord, DirectoryEntry, StartAnswer } from '../../src-shared/rules/team.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from '../store/api.ts';
import type { Hub } from './hub.ts';
import type { SettingsService } from './settings.ts';

/** What is known of a number here, in canonical form; null for nothing. */
export type Entries = { entryFor(number: string): Promise<DirectoryEntry | null> };

/** The answers of an app whose agent works alone: the rules a team's relay goes by, on what this computer knows. */
export type Answers = {
  /** For a verified NOTIFY_START; null when the PBX is told nothing. Within the budget always, and never rejects. */
  answer(fields: Readonly<Record<string, string>>): Promise<StartAnswer | null>;
};

export type AnswersOptions = {
  readonly hub: Pick<Hub, 'get'>;
  readonly settings: Pick<SettingsService, 'get'>;
  readonly entries: Entries;
  /** Keeps what was answered, for the call's page. Not waited for. */
  readonly record: (answer: AnswerRecord) => Promise<unknown>;
  /** UTC ms. */
  readonly now: () => number;
  readonly budgetMs?: number;
  readonly log: Pick<Log, 'warn'>;
};

const BUDGET_MS = 800;
/** A question that comes again, because our answer was lost, gets the same one: by then the call itself may ring here. */
const MOST_REMEMBERED = 100;

export function createAnswers(options: AnswersOptions): Answers {
  const { hub, settings, entries, record, now, budgetMs = BUDGET_MS, log } = options;

  /** Nobody tells a lone app of other extensions. */
  const presenceOf = (extension: string | null): PresenceState | null => {
    const { dnd, extension: own } = settings.get();
    if (extension !== own) return null;
    if (dnd) return 'away';
    return hub.get().calls.some(({ mine, phase }) => mine && phase !== 'ended') ? 'busy' : 'free';
  };

  const decideFor = async (callerId: string | undefined): Promise<Decision> => {
    const { rules, country, accountOffsetMinutes } = settings.get();
    const number = canonical(pbxNumber(callerId), country);
    const isAsked = number !== '' && !isAllOff(rules);
    const entry = isAsked ? await entries.entryFor(number) : null;
    return decide({
      ...{ settings: rules, entry, number, now: now(), offsetMinutes: accountOffsetMinutes },
      presence: presenceOf(entry?.responsible ?? null),
      extensions: null,
    });
  };

  const decideNow = (callerId: string | undefined): Promise<Decision> =>
    withinBudget(decideFor(callerId), budgetMs, (error) => log.warn('the answer to a call failed', { error }));

  const answerCall = async (pbxCallId: string, callerId: string | undefined): Promise<StartAnswer | null> => {
    const decision = await decideNow(callerId);
    record({ pbxCallId, at: now(), ...decision }).catch((error: unknown) => {
      log.warn('an answer was not kept', { error });
    });
    return decision.answer;
  };

  const given = new Map<string, Promise<StartAnswer | null>>();
  return {
    async answer(fields) {
      const pbxCallId = toId(fields.pbx_call_id);
      if (pbxCallId === null) return (await decideNow(fields.caller_id)).answer;
      const answer = given.get(pbxCallId) ?? answerCall(pbxCallId, fields.caller_id);
      given.set(pbxCallId, answer);
      const oldest = given.size > MOST_REMEMBERED ? given.keys().next().value : undefined;
      if (oldest !== undefined) given.delete(oldest);
      return answer;
    },
  };
}

/** Contacts and blacklist of this computer as the directory's entries. */
export function localEntries(store: {
  readonly contacts: Pick<StoreApi['contacts'], 'byNumber'>;
  readonly blacklist: Pick<StoreApi['blacklist'], 'has'>;
}): Entries {
  return {
    async entryFor(number) {
      const [contact, blacklisted] = await Promise.all([store.contacts.byNumber(number), store.blacklist.has(number)]);
      if (contact === null && !blacklisted) return null;
      const { name, responsible } = contact ?? { name: '', responsible: '' };
      return { name, responsible: responsible || null, blacklisted, updatedAt: 0 };
    },
  };
}
