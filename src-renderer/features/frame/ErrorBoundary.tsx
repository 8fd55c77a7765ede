// SPDX-License-Identifier: MIT
import { Component, type ReactNode } from 'react';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';

type State = { readonly broken: boolean };

/** A fault in drawing one thing must leave the person a way out; calls live in another window and go on. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { broken: false };

  static getDerivedStateFromError(): State {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return <Broken onRetry={() => this.setState({ broken: false })} />;
  }
}

function Broken({ onRetry }: { readonly onRetry: () => void }) {
  const t = useT();
  return (
    <main className="starting" role="alert">
      <p>{t('errors.internal')}</p>
      <Button onClick={onRetry}>{t('app.retry')}</Button>
    </main>
  );
}
