// SPDX-License-Identifier: MIT
import { toId } from '../src-shared/megacall/coerce.ts';
import { canonical } from '../src-shared/numbers/canonical.ts';
import { pbxNumber } from '../src-shared/numbers/pbx-number.ts';
import { type Decision, decide, isAllOff, type PresenceState, responsibleOf } from '../src-shared/rules/routing.ts';
import type { AnswerReason, DirectoryEntry, TeamSettings } from '../src-shared/rules/team.ts';
import { inTime, withinBudget } from './answer.ts';
import type { Names } from './names.ts';
import type { Answerer, Directory, Presence, Team, Tenant } from './parts.ts';

export type AnswererOptions = {
  readonly directory: Pick<Directory, 'get' | 'put'>;
  readonly team: Pick<Team, 'settings'>;
  readonly presence: Pick<Presence, 'of'>;
  readonly names: Pick<Names, 'ask'>;
  /** From the question to the answer, milliseconds. */
  readonly budgetMs: number;
  /** UTC milliseconds. */
  readonly now?: () => number;
  /** For the metrics: how long it took, and why this answer. */
  readonly onAnswer?: (ms: number, reason: AnswerReason) => void;
  readonly log: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
};

/** Kept free of waiting for the CRM, so that what the directory knows is still answered. */
const MARGIN_MS = 100;
/** A name from the CRM is asked for again after a day. */
const LOOKED_UP_MS = 24 * 3600_000;
const NO_CALL_ID = '-';

/** Answers NOTIFY_START from the directory, the settings and who is there, within the budget always. */
export function createAnswerer(options: AnswererOptions): Answerer {
  const { directory, team, presence, names, budgetMs, now = Date.now, onAnswer = () => {}, log } = options;

  const decideFor = async (tenant: Tenant, callerId: string | undefined, deadline: number): Promise<Decision> => {
    const settings = await team.settings(tenant.id);
    const number = canonical(pbxNumber(callerId), settings.country);
    const question = {
      ...{ settings: settings.rules, now: now(), offsetMinutes: tenant.offsetMinutes, number },
      extensions: settings.members.length === 0 ? null : settings.members.map(({ extension }) => extension),
    };
    if (number === '' || isAllOff(settings.rules)) return decide({ ...question, entry: null, presence: null });
    const known = await directory.get(tenant.id, number);
    const isRefused = known?.blacklisted && settings.rules.refuseBlacklisted;
    if (isRefused) return decide({ ...question, entry: known, presence: null });
    const responsible = known && settings.rules.routeToResponsible ? responsibleOf(known, question.extensions) : null;
    const [entry, state] = await Promise.all([
      withName(tenant.id, settings, known, number, deadline),
      responsible === null ? null : presenceOf(tenant.id, responsible, deadline),
    ]);
    if (entry === 'late') return { answer: null, reason: 'late', extension: null };
    return decide({ ...question, entry, presence: state });
  };

  /** null when it cannot be told in time: the responsible's phone may ring all the same. */
  const presenceOf = (tenant: string, extension: string, deadline: number): Promise<PresenceState | null> => {
    const asked = presence.of(tenant, extension).catch((error: unknown) => {
      log.warn('presence not read', { error });
      return null;
    });
    return inTime(asked, deadline - MARGIN_MS - performance.now());
  };

  /** The entry with the name the CRM gives, if it had none; `late` when all that could be known is still on its way. */
  const withName = async (
    tenant: string,
    { rules, namesUrl }: TeamSettings,
    known: DirectoryEntry | null,
    number: string,
    deadline: number,
  ): Promise<DirectoryEntry | null | 'late'> => {
    const isNamed = known !== null && known.name !== '';
    if (isNamed || namesUrl === '' || !rules.sendCallerName || !number.startsWith('+')) return known;
    const asked = names.ask(tenant, namesUrl, number).then((name) => {
      // Also when it comes too late for this call: the next one finds it.
      if (name && known === null) fill(tenant, number, name);
      return { name };
    });
    const answered = await inTime(asked, deadline - MARGIN_MS - performance.now());
    if (answered === null) return known ?? 'late';
    return answered.name ? { ...(known ?? nobody()), name: answered.name } : known;
  };

  const nobody = (): DirectoryEntry => ({ name: '', responsible: null, blacklisted: false, updatedAt: now() });

  const fill = (tenant: string, number: string, name: string): void => {
    // Older than anything: a contact that a desktop tells of later, with its responsible, must find its place.
    directory
      .put(tenant, [{ number, entry: { ...nobody(), name, updatedAt: 0 } }], LOOKED_UP_MS)
      .catch((error: unknown) => {
        log.warn('a name from the CRM was not kept', { error });
      });
  };

  return {
    async answer(tenant, fields) {
      const started = performance.now();
      const work = decideFor(tenant, fields.caller_id, started + budgetMs);
      const decision = await withinBudget(work, budgetMs, (error) => log.warn('the directory failed', { error }));
      onAnswer(performance.now() - started, decision.reason);
      return { pbxCallId: toId(fields.pbx_call_id) ?? NO_CALL_ID, at: now(), ...decision };
    },
  };
}
