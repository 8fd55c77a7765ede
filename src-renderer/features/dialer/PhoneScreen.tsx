// SPDX-License-Identifier: MIT
import { CallsNow } from '../calls/CallsNow.tsx';
import { RecentCalls } from '../calls/RecentCalls.tsx';
import { Dialer } from './Dialer.tsx';
import './phone.css';

/**
 * Dialer on the left; on the right the calls of the moment, and below them those of the day. A narrow window has the former
 * at its lower edge (Frame).
 */
export function PhoneScreen({ wide }: { readonly wide: boolean }) {
  return (
    <div className="phone screen">
      <Dialer />
      <div className="phone-side">
        {wide ? <CallsNow /> : null}
        <RecentCalls />
      </div>
    </div>
  );
}
