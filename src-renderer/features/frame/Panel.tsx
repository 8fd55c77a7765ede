// SPDX-License-Identifier: MIT
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** A full window that says one thing. */
export function Panel({
  icon: Icon,
  title,
  testId,
  children,
  actions,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly testId: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <main className="panel" data-testid={testId}>
      <div className="panel-body">
        <Icon className="icon panel-icon" aria-hidden="true" />
        <h1>{title}</h1>
        {children}
        <div className="panel-actions">{actions}</div>
      </div>
    </main>
  );
}
