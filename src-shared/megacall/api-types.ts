// SPDX-License-Identifier: MIT
/** What the API client answers, after coercion (megacall-api.md section 2). Ids, numbers and extensions are text. */
export type Balance = { readonly balance: number; readonly currency: string };

/** `offsetMs`: the account's wall clock minus UTC, now. */
export type AccountClock = { readonly unixtime: number; readonly offsetMs: number; readonly label: string };

export type ExtensionList = { readonly pbxId: string; readonly numbers: readonly string[] };

/** `from`: own phone, SIP or extension; `to`: who is called; `sip`: the short extension or SIP the call is booked on. */
export type CallbackRequest = {
  readonly from: string;
  readonly to: string;
  readonly sip?: string;
  readonly predicted?: boolean;
};

/** The PBX gives no call id for a callback (trap 16). */
export type CallbackReply = { readonly from: string; readonly to: string; readonly time: number | null };

/** A recording by its own id (and the call it is of, where that is known), or all recordings of a call. */
export type RecordRef =
  | { readonly callId: string; readonly pbxCallId?: string | null }
  | { readonly pbxCallId: string };

/** `start` and `end` are UTC milliseconds; `skip` and `limit` page through the rows (1000 at most). */
export type StatisticsQuery = {
  readonly start: number;
  readonly end: number;
  readonly callType: 'in' | 'out';
  readonly skip?: number;
  readonly limit?: number;
};

export type CallInfo = { readonly url: string; readonly notifications: Readonly<Record<string, boolean>> };
