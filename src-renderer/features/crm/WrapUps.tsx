// SPDX-License-Identifier: MIT
import { lazy, Suspense } from 'react';
import type { CallView } from '../../../src-shared/state.ts';
import { useWrapUps } from './wrap-up.ts';

const WrapUpCard = lazy(() => import('./WrapUpCard.tsx'));

/** The calls to be wrapped up whose own card is gone. */
export function useOpenWrapUps(calls: readonly CallView[]): readonly CallView[] {
  const open = useWrapUps((state) => state.calls);
  return open.filter((call) => !calls.some(({ viewId }) => viewId === call.viewId));
}

export function WrapUps({ calls }: { readonly calls: readonly CallView[] }) {
  if (calls.length === 0) return null;
  return (
    <Suspense fallback={<div className="calls-idle" aria-busy="true" />}>
      {calls.map((call) => (
        <WrapUpCard key={call.viewId} call={call} />
      ))}
    </Suspense>
  );
}
