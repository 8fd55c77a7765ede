// SPDX-License-Identifier: MIT
/** What differs between organisations, and what goes wrong in them. Tests write to these fields. */
export type SalesforceSwitches = {
  /** Which digits find a stored number (U7): the whole number, a national form of at least nine, the last seven. */
  digits: { whole: boolean; national: boolean; tail: boolean };
  /** New records stay out of the search index until `reindex`. */
  indexLag: boolean;
  /** Numbers of ten or eleven digits without `+` are stored as `(nnn) nnn-nnnn`. */
  usLocale: boolean;
  personAccounts: boolean;
  /** Objects this user has no access to. */
  noAccess: readonly string[];
  /** Fields this user may not see, as `Object.Field`. */
  hidden: readonly string[];
  duplicateRule: 'off' | 'alert' | 'block';
  /** 403 with this code for every request of the API. */
  forbidden: 'REQUEST_LIMIT_EXCEEDED' | 'API_DISABLED_FOR_ORG' | 'CONCURRENT' | null;
  /** 401 with a text that no refresh heals. */
  badSession: 'rest' | 'agent' | null;
  /** This many requests are answered 401 although the token is good. */
  sessionLost: number;
  versions: readonly number[];
  /** The list of versions is answered 401. */
  hideVersions: boolean;
  priorities: readonly string[];
  statuses: readonly { readonly name: string; readonly isClosed: boolean }[];
  stages: readonly { readonly name: string; readonly isClosed: boolean }[];
};

export function usualSwitches(): SalesforceSwitches {
  return {
    digits: { whole: true, national: true, tail: true },
    indexLag: false,
    usLocale: false,
    personAccounts: false,
    noAccess: [],
    hidden: [],
    duplicateRule: 'off',
    forbidden: null,
    badSession: null,
    sessionLost: 0,
    versions: [66, 67, 68],
    hideVersions: false,
    priorities: ['High', 'Normal', 'Low'],
    statuses: [
      { name: 'Not Started', isClosed: false },
      { name: 'Completed', isClosed: true },
    ],
    stages: [
      { name: 'Prospecting', isClosed: false },
      { name: 'Closed Won', isClosed: true },
    ],
  };
}

/** Values of the picklists that organisations change; null for all others. */
export function picklist(switches: SalesforceSwitches, object: string, name: string): readonly string[] | null {
  if (object === 'Task' && name === 'Status') return switches.statuses.map((status) => status.name);
  if (object === 'Task' && name === 'Priority') return switches.priorities;
  if (object === 'Opportunity' && name === 'StageName') return switches.stages.map((stage) => stage.name);
  return null;
}
