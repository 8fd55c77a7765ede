// SPDX-License-Identifier: MIT
import type { Call } from '../../src-shared/calls/model.ts';
import type { CrmDraft } from '../../src-shared/crm/model.ts';
import type { AutoCreateRule, CrmSettings } from '../../src-shared/crm/settings.ts';
import { dutyDelay, type Job, takerOf } from '../../src-shared/rules/duty.ts';
import type { Log } from '../log.ts';
import type { Agents } from './agents.ts';
import type { Connector } from './api.ts';
import type { CrmLookup } from './lookup.ts';
import type { Outbox } from './outbox.ts';

/** Unknown numbers become records by themselves, when and as what the settings say, once in a company. */
export type AutoCreate = {
  /** A call has changed: it rings, was answered, is over. */
  changed(call: Call): void;
  /** The work of `contact` duties; `subject` is the number's digits. */
  work(subject: string, data: unknown, signal: AbortSignal): Promise<string>;
};

export type AutoCreateOptions = {
  readonly outbox: Outbox;
  readonly lookup: CrmLookup;
  readonly agents: Agents;
  readonly connectors: () => readonly Connector[];
  readonly settings: () => CrmSettings['autoCreate'];
  readonly extension: () => string;
  readonly defaultResponsible: () => string | null;
  readonly isExtension: (number: string) => boolean;
  readonly plan: (job: Job, delayMs: number, data: unknown) => Promise<void>;
  readonly log: Log;
};

type Wanted = { readonly number: string; readonly extension: string; readonly direction: Call['direction'] };

const MOST_KNOWN = 500;

export function createAutoCreate(options: AutoCreateOptions): AutoCreate {
  const { outbox, lookup, agents, settings, log } = options;
  const planned = new Set<string>();

  /** The connector asked for, or the first that can. */
  const target = (rule: AutoCreateRule): Connector | undefined => {
    const can = options.connectors().filter(({ capabilities }) => capabilities.create.includes(rule.kind));
    const wanted = settings().connector;
    return wanted === '' ? can[0] : can.find((connector) => connector.id === wanted);
  };

  const ruleFor = (direction: Call['direction']): AutoCreateRule =>
    direction === 'in' ? settings().incoming : settings().outgoing;

  return {
    changed(call) {
      const rule = ruleFor(call.direction);
      if (!isDue(call, rule) || call.number === '' || options.isExtension(call.number)) return;
      if (planned.has(call.key) || target(rule) === undefined) return;
      const turn = dutyDelay(call, options.extension(), options.defaultResponsible());
      if (turn === null) return;
      if (planned.size > MOST_KNOWN) planned.clear();
      planned.add(call.key);
      const extension = takerOf(call) ?? options.defaultResponsible() ?? options.extension();
      const data: Wanted = { number: call.number, extension, direction: call.direction };
      // One record a number, however many calls it makes; a call's own id lets a deleted one be made anew.
      const job: Job = `contact:${call.number.replace(/\D/g, '')}/${call.pbxCallId ?? call.key}`;
      options.plan(job, turn, data).catch((error: unknown) => log.error('a record was not planned', { error }));
    },
    async work(subject, data, signal) {
      const { number, extension, direction } = data as Wanted;
      const rule = ruleFor(direction);
      const connector = target(rule);
      if (connector === undefined) return 'no connector';
      const { result, failed } = await lookup.find(number, { fresh: true });
      // A CRM that does not answer may well know the number: better later than twice.
      if (failed.length > 0) throw new Error('a CRM could not be asked');
      if (result.state !== 'none') return 'known';
      const draft: CrmDraft = {
        kind: rule.kind,
        firstName: '',
        lastName: number,
        email: '',
        // Only leads must have one; a made-up company would lump strangers together and hide the number.
        company: rule.kind === 'lead' ? settings().company : '',
        number,
        ownerId: (await agents.userId(connector, extension, signal)) ?? '',
      };
      await outbox.add(connector.id, 'create', `new:${subject}`, draft);
      return 'entered';
    },
  };
}

function isDue(call: Call, rule: AutoCreateRule): boolean {
  switch (rule.when) {
    case 'off':
      return false;
    case 'start':
      return true;
    case 'answer':
      return call.answeredAt !== null;
    case 'end':
      return call.phase === 'ended';
  }
}
