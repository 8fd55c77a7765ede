// SPDX-License-Identifier: MIT
import type { z } from 'zod';
import type { ErrorParams } from '../src-shared/errors.ts';
import type { RelayMethod, RelayMethods, Role } from '../src-shared/relay/protocol.ts';
import { methodParams } from '../src-shared/relay/protocol-schemas.ts';
import type { RelayLog } from './log.ts';
import { type Caller, type MethodHandlers, WireFailure } from './parts.ts';
import { RelayError } from './store/api.ts';

export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly params?: ErrorParams };

/** Answers a desktop's `ask`; never rejects. */
export type Rpc = (caller: Caller, method: string, params: unknown) => Promise<Reply>;

type Needs = { readonly [K in RelayMethod]: Role | ((params: RelayMethods[K]['params']) => Role) };

const NEEDS: Needs = {
  'presence.set': 'agent',
  'presence.list': 'agent',
  'pbx.callback': 'agent',
  'pbx.sms': 'agent',
  'pbx.recording': 'agent',
  'pbx.sip-password': 'agent',
  'pbx.numbers': 'agent',
  'pbx.redirection': 'agent',
  'pbx.set-redirection': 'agent',
  'pbx.balance': 'agent',
  'pbx.statistics': 'agent',
  'directory.put': 'agent',
  'directory.get': 'agent',
  'blacklist.set': ({ on }) => (on ? 'agent' : 'admin'),
  'lease.take': 'agent',
  'lease.done': 'agent',
  'lease.release': 'agent',
  'reminder.put': 'agent',
  'reminder.list': 'agent',
  'answers.of': 'agent',
  'admin.settings': 'admin',
  'admin.set-settings': 'admin',
  'admin.extensions': 'admin',
  'admin.pairing-code': 'admin',
  'admin.devices': 'admin',
  'admin.allow-password': 'admin',
  'admin.revoke': 'admin',
  'admin.blacklist': 'admin',
  'admin.import-csv': 'admin',
  'admin.set-keys': 'admin',
};

const PARAMS: { readonly [K in RelayMethod]: z.ZodType<RelayMethods[K]['params']> } = methodParams;

const RANK: Readonly<Record<Role, number>> = { agent: 0, supervisor: 1, admin: 2 };

/** Checks method, role and parameters before a handler sees anything. */
export function createRpc(handlers: MethodHandlers, log: Pick<RelayLog, 'error'>): Rpc {
  async function answer<K extends RelayMethod>(caller: Caller, method: K, given: unknown) {
    const needs: Role | ((params: RelayMethods[K]['params']) => Role) = NEEDS[method];
    if (typeof needs === 'string') demand(caller, needs);
    const checked = PARAMS[method].safeParse(given);
    if (!checked.success) throw new WireFailure('ask.bad-params', problemOf(checked.error));
    if (typeof needs === 'function') demand(caller, needs(checked.data));
    return handlers[method](caller, checked.data);
  }

  return async (caller, method, params) => {
    try {
      if (!isMethod(method)) throw new WireFailure('ask.unknown-method', 'no such method');
      return { ok: true, value: await answer(caller, method, params ?? null) };
    } catch (error) {
      if (error instanceof WireFailure) return failure(error);
      if (error instanceof RelayError) return { ok: false, code: error.code, message: 'the store cannot be reached' };
      log.error('ask failed', { method, error });
      return { ok: false, code: 'internal', message: 'failed' };
    }
  };
}

function demand(caller: Caller, role: Role): void {
  if (RANK[caller.role] < RANK[role]) throw new WireFailure('team.not-allowed', `needs ${role}`);
}

function isMethod(method: string): method is RelayMethod {
  return Object.hasOwn(NEEDS, method);
}

function failure({ code, message, params }: WireFailure): Reply {
  const hasParams = Object.keys(params).length > 0;
  return { ok: false, code, message: message.slice(0, 500), ...(hasParams ? { params } : {}) };
}

/** Where the first problem is; never what was sent. */
function problemOf({ issues }: z.ZodError): string {
  const [first] = issues;
  return first === undefined ? 'not accepted' : `${first.path.map(String).join('.') || 'params'}: ${first.code}`;
}
