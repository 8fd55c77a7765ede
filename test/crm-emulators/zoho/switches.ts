// SPDX-License-Identifier: MIT
/** What differs between organisations, what nobody has confirmed, and what goes wrong. Tests write to these fields. */
export type ZohoSwitches = {
  /** How `phone=` compares (U1): the stored text, its digits, or a part of its digits. */
  phone: 'whole' | 'digits' | 'part';
  /** New records stay out of the search index until `reindex`. */
  indexLag: boolean;
  /** …and out of queries. */
  queryLag: boolean;
  /** Whether COQL compares the ends of phone fields (U6). */
  phoneLike: boolean;
  /** How the organisation reads `Call_Duration` (U2). */
  duration: 'mm:ss' | 'hh:mm';
  /** Name of the field for the state of outgoing calls (U4); null where there is none. */
  outgoingStatus: 'Outgoing_Call_Status' | 'Outbound_Call_Status' | null;
  /** Leads need a company (U5). */
  companyNeeded: boolean;
  /** Deals stand in pipelines. */
  pipelines: boolean;
  /** Status of an answer whose one record was refused. */
  recordStatus: 200 | 202 | 207 | 400;
  /** `Call_Result` is a list of words. */
  resultValues: readonly string[] | null;
  /** Fields in which a value may stand once, as `Module.Field`. */
  unique: readonly string[];
  /** Modules this user has no access to. */
  noAccess: readonly string[];
  /** Fields this user may not see, as `Module.Field`. */
  hidden: readonly string[];
  /** Permissions that were not given at the sign-in, whatever was asked for. */
  withheld: readonly string[];
  /** Status of OAUTH_SCOPE_MISMATCH (U13). */
  scopeStatus: 401 | 403;
  /** This many requests are refused although the token is good. */
  tokenLost: number;
  tokenCode: 'INVALID_TOKEN' | 'AUTHENTICATION_FAILURE';
  /** Every request of the API is refused so. */
  refuse: 'TOO_MANY_REQUESTS' | 'NO_PERMISSION' | 'INTERNAL_ERROR' | null;
  /** Told with each answer when not null. */
  creditsLeft: number | null;
  /** So many requests may run at once; 0 for any number. */
  atOnce: number;
  /** Refreshes of one token a minute. */
  refreshesAMinute: number;
  usersAPage: number;
  /** The data centre the person lives in, as the redirect says; null where it says nothing. */
  location: string | null;
  /** `api_domain` of the token answer; null for this server. */
  apiDomain: string | null;
  zgid: string;
};

export function usualSwitches(): ZohoSwitches {
  return {
    phone: 'digits',
    indexLag: false,
    queryLag: false,
    phoneLike: true,
    duration: 'mm:ss',
    outgoingStatus: 'Outgoing_Call_Status',
    companyNeeded: true,
    pipelines: false,
    recordStatus: 400,
    resultValues: null,
    unique: [],
    noAccess: [],
    hidden: [],
    withheld: [],
    scopeStatus: 401,
    tokenLost: 0,
    tokenCode: 'INVALID_TOKEN',
    refuse: null,
    creditsLeft: null,
    atOnce: 0,
    refreshesAMinute: 5,
    usersAPage: 200,
    location: 'eu',
    apiDomain: null,
    zgid: '20081234567',
  };
}
