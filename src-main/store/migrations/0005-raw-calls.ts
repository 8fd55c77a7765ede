// SPDX-License-Identifier: MIT
/** All that was ever told of one call, for an event of it that comes late. */
export const sql = `
CREATE INDEX raw_events_call ON raw_events (pbx_call_id) WHERE event IS NOT NULL;
`;
