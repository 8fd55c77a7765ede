// SPDX-License-Identifier: MIT
import { lazy, Suspense } from 'react';
import { useCreateRecord } from './create-record.ts';

const CreateDialog = lazy(() => import('./CreateDialog.tsx'));

/** Where the main window shows the dialog for a new record. */
export function CreateHost() {
  const asked = useCreateRecord(({ asked: one }) => one);
  if (asked === null) return null;
  return (
    <Suspense>
      <CreateDialog
        number={asked.number}
        name={asked.name}
        onClose={(record) => {
          useCreateRecord.setState({ asked: null });
          if (record !== null) asked.onMade?.(record);
        }}
      />
    </Suspense>
  );
}
