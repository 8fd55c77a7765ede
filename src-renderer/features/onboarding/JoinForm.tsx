// SPDX-License-Identifier: MIT
import { type FormEvent, useState } from 'react';
import { create } from 'zustand';
import type { Results } from '../../../src-shared/ipc/map.ts';
import { relayUrl } from '../../../src-shared/relay/address.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';

type Typed = { readonly url: string; readonly code: string; readonly name: string };

/** What was typed outlives a step back, another screen and a failure; the code goes when it is used. */
const useTyped = create<Typed>(() => ({ url: '', code: '', name: '' }));

const selectUrl = (app: AppState) => app.team.url;

type Props = {
  readonly onCancel: () => void;
  readonly onJoined: (place: Results['team.pair']) => void;
  /** The account is about to be complete. */
  readonly onJoining?: () => void;
  readonly onFailed?: () => void;
  /** Said from the start: why there is a form again. */
  readonly before?: string | null;
};

/** Relay address, code, and how this computer is to be called: the way into a team. */
export function JoinForm({ onCancel, onJoined, onJoining, onFailed, before = null }: Props) {
  const t = useT();
  const known = useApp(selectUrl);
  const typed = useTyped();
  const url = typed.url === '' ? known : typed.url;
  const { run, busy, error, clear } = useAction();
  const [tried, setTried] = useState(false);
  const problems = {
    url: url.trim() === '' ? t('join.needUrl') : relayUrl(url) === null ? t('join.badUrl') : null,
    code: typed.code.trim() === '' ? t('join.needCode') : null,
    name: typed.name.trim() === '' ? t('join.needName') : null,
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).some((problem) => problem !== null)) return;
    onJoining?.();
    const place = await run(async () => {
      try {
        return await request('team.pair', { url: url.trim(), code: typed.code.trim(), name: typed.name.trim() });
      } catch (thrown) {
        onFailed?.();
        throw thrown;
      }
    });
    if (place === undefined) return;
    useTyped.setState({ code: '' });
    onJoined(place);
  }

  const field = (name: keyof Typed, max: number, value: string) => (
    <Field label={t(`join.${name}`)} hint={t(`join.${name}Hint`)} error={tried ? problems[name] : null}>
      {(ids) => (
        <input
          {...ids}
          className={name === 'code' ? 'input join-code' : 'input'}
          ref={name === 'url' ? takeFocus : null}
          inputMode={name === 'url' ? 'url' : 'text'}
          autoComplete="off"
          spellCheck={false}
          maxLength={max}
          value={value}
          data-testid={`join-${name}`}
          onChange={(event) => {
            useTyped.setState({ [name]: event.target.value });
            clear();
          }}
        />
      )}
    </Field>
  );
  const said = error === null ? before : errorText(t, error);
  return (
    <form className="setup-form" noValidate data-testid="join-form" onSubmit={(event) => void submit(event)}>
      <p>{t('join.text')}</p>
      <div className="join-fields">
        {field('url', 300, url)}
        {field('code', 60, typed.code)}
        {field('name', 100, typed.name)}
      </div>
      <div className="setup-result" aria-live="polite">
        {said === null ? null : (
          <p className="error-box" data-testid="setup-error">
            {said}
          </p>
        )}
      </div>
      <div className="setup-actions">
        <Button size="large" onClick={onCancel}>
          {t('app.back')}
        </Button>
        <Button tone="primary" size="large" submit disabled={busy} data-testid="join-submit">
          {busy ? t('join.busy') : t('join.action')}
        </Button>
      </div>
    </form>
  );
}
