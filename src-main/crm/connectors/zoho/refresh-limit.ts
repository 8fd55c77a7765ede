// SPDX-License-Identifier: MIT
import { CrmError, type CrmHttp } from '../../api.ts';

/** Zoho allows five refreshes a minute and ten access tokens in ten minutes, and locks out who asks for more. */
const LIMITS = [
  { most: 5, ms: 60_000 },
  { most: 10, ms: 600_000 },
] as const;

/**
 * `http` that keeps within the limits of the token server (crm-connectors.md section 3.2): a refresh too many fails
 * here with CrmError `quota` and the time to wait, and everything else passes.
 */
export function limitRefreshes(http: CrmHttp, now: () => number): CrmHttp {
  let sent: readonly number[] = [];
  return async (request, signal) => {
    const isRefresh = request.method === 'POST' && /(?:^|&)grant_type=refresh_token(?:&|$)/.test(request.body ?? '');
    if (!isRefresh) return http(request, signal);
    const at = now();
    const waits = LIMITS.map(({ most, ms }) => {
      const oldest = sent.filter((one) => at - one < ms).at(-most);
      return oldest === undefined ? 0 : oldest + ms - at;
    });
    const retryAfterMs = Math.max(...waits);
    if (retryAfterMs > 0) throw new CrmError('quota', 'too many renewals of access in a short time', { retryAfterMs });
    sent = [...sent.slice(-LIMITS[1].most), at];
    return http(request, signal);
  };
}
