// SPDX-License-Identifier: MIT
import type { StoreApi } from './api.ts';

type Operations = {
  readonly [Area in keyof Omit<StoreApi, 'close'>]: { readonly [Name in keyof StoreApi[Area]]: true };
};

/** Every operation of `StoreApi` by area: what the store's client offers. A missing one does not compile. */
export const OPERATIONS: Operations = {
  settings: { load: true, save: true },
  calls: {
    write: true,
    drop: true,
    factsSince: true,
    factsOf: true,
    factsAround: true,
    page: true,
    get: true,
    note: true,
    outcome: true,
    quality: true,
    markSeen: true,
    missedCount: true,
    ofNumber: true,
  },
  raw: { add: true, factsSince: true, count: true },
  contacts: {
    byNumber: true,
    search: true,
    candidates: true,
    withEmail: true,
    suggest: true,
    save: true,
    add: true,
    page: true,
    remove: true,
    changesAfter: true,
  },
  recordings: { upsert: true, ofCall: true, waiting: true },
  crm: { cached: true, cache: true, forget: true, choice: true, choose: true },
  outbox: {
    add: true,
    due: true,
    nextAt: true,
    sending: true,
    settle: true,
    recover: true,
    find: true,
    open: true,
    wantAgain: true,
    page: true,
    counts: true,
    retry: true,
    resume: true,
    drop: true,
  },
  messages: { add: true, state: true, of: true, between: true, conversations: true },
  reminders: { put: true, get: true, due: true, nextDue: true, openOf: true, page: true },
  answers: { add: true, of: true },
  blacklist: { set: true, has: true, list: true },
  cursors: { get: true, save: true },
  jobs: { plan: true, open: true, worked: true, done: true },
};
