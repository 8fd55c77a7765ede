// SPDX-License-Identifier: MIT
import { latinName } from './latin-name.ts';
import { isQuiet } from './quiet-hours.ts';
import type { AnswerReason, DirectoryEntry, RuleSettings, StartAnswer } from './team.ts';

export type PresenceState = 'free' | 'busy' | 'away' | 'offline';

export type Question = {
  readonly settings: RuleSettings;
  /** What the directory has of the number; null for nothing. */
  readonly entry: DirectoryEntry | null;
  /** Of the agent responsible; null when it is not known, which is no reason to hold a call back. */
  readonly presence: PresenceState | null;
  /** Extensions of the team; null when nobody has listed them: then any of the right form will do. */
  readonly extensions: readonly string[] | null;
  /** UTC milliseconds. */
  readonly now: number;
  /** The account's offset from UTC, for quiet hours without a zone. */
  readonly offsetMinutes: number;
  /** The caller, cleaned; '' when withheld. */
  readonly number: string;
};

export type Decision = {
  /** null: nothing is told to the PBX, its own scenario goes on. */
  readonly answer: StartAnswer | null;
  readonly reason: AnswerReason;
  /** The responsible that `reason` speaks of. */
  readonly extension: string | null;
};

/** What the PBX takes for an extension in `redirect` (megacall-api.md section 3.5); other digits may name a menu. */
const REDIRECT_EXTENSION = /^\d{3}$/;
const SHORTEST_RETURN = 3;
const ADVISED_RETURN = 15;
const LONGEST_RETURN = 600;

/**
 * The answer to NOTIFY_START, by sections 7, 8 and 10 of the Megacall guide. Total and without side effects: the same
 * question has the same answer. A number on the blacklist is refused before anything else is looked at; quiet hours
 * keep a call from the responsible, never the name from the phone.
 */
export function decide(question: Question): Decision {
  const { settings, entry, number } = question;
  if (number === '') return { answer: null, reason: 'withheld', extension: null };
  if (entry?.blacklisted && settings.refuseBlacklisted) {
    return { answer: { redirect: 'blacklist' }, reason: 'blacklisted', extension: null };
  }
  const name = settings.sendCallerName && entry ? latinName(entry.name, settings.callerNameMax) : '';
  const named: StartAnswer = name === '' ? {} : { caller_name: name };
  const { reason, extension } = route(question);
  const answer: StartAnswer =
    reason === 'responsible' && extension !== null
      ? { redirect: extension, return_timeout: String(returnTimeout(settings.returnTimeout)), ...named }
      : named;
  return { answer: Object.keys(answer).length === 0 ? null : answer, reason, extension };
}

/** Who gets the call, and why not the responsible. */
function route(question: Question): Pick<Decision, 'reason' | 'extension'> {
  const { settings, entry, presence } = question;
  if (isAllOff(settings)) return { reason: 'off', extension: null };
  if (entry === null) return { reason: 'unknown', extension: null };
  const extension = responsibleOf(entry, question.extensions);
  if (extension === null) return { reason: 'known', extension };
  if (!settings.routeToResponsible) return { reason: 'off', extension };
  if (isQuiet(settings.quietHours, question.now, question.offsetMinutes)) return { reason: 'quiet-hours', extension };
  if (settings.leaveWhenBusy && presence === 'busy') return { reason: 'responsible-busy', extension };
  if (settings.leaveWhenBusy && presence === 'away') return { reason: 'responsible-away', extension };
  if (settings.leaveWhenOffline && presence === 'offline') return { reason: 'responsible-offline', extension };
  return { reason: 'responsible', extension };
}

/** True when no answer could be given whoever calls: nobody needs to be looked up. */
export function isAllOff(settings: RuleSettings): boolean {
  return !settings.routeToResponsible && !settings.sendCallerName && !settings.refuseBlacklisted;
}

/** The responsible's extension, if the PBX would take it for one and the team has it; null otherwise. */
export function responsibleOf(entry: DirectoryEntry, extensions: readonly string[] | null): string | null {
  const { responsible } = entry;
  if (responsible === null || !REDIRECT_EXTENSION.test(responsible)) return null;
  return extensions === null || extensions.includes(responsible) ? responsible : null;
}

/** Whole seconds as the PBX takes them: 0 for no return, else at least 3; what is no number becomes the advised 15. */
export function returnTimeout(seconds: number): number {
  if (seconds === 0) return 0;
  if (!Number.isFinite(seconds) || seconds < 0) return ADVISED_RETURN;
  return Math.min(LONGEST_RETURN, Math.max(SHORTEST_RETURN, Math.round(seconds)));
}
