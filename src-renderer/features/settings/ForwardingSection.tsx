// SPDX-License-Identifier: MIT
import { useEffect, useId, useState } from 'react';
import type { Forwarding } from '../../../src-shared/ipc/map.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { Segments } from '../../ui/Segments.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { Row } from './rows.tsx';

/** The redirection of the extension at the PBX. It stands there, not here: read when opened, written when saved. */
export function ForwardingSection() {
  const t = useT();
  const id = useId();
  const [draft, setDraft] = useState<Forwarding | null>(null);
  const [saved, setSaved] = useState(false);
  const [needs, setNeeds] = useState(false);
  const { run, busy, error } = useAction();
  const load = () =>
    void run(async () => {
      setDraft(await request('forward.get'));
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the settings are opened
  useEffect(load, []);

  if (draft === null) {
    return (
      <Row label={t('settings.forwardOn')} error={error ? errorText(t, error) : null}>
        {error ? (
          <Button data-testid="settings-forward-retry" disabled={busy} onClick={load}>
            {t('app.retry')}
          </Button>
        ) : (
          <span className="quiet" aria-busy="true">
            {t('settings.forwardLoading')}
          </span>
        )}
      </Row>
    );
  }
  const change = (patch: Partial<Forwarding>) => {
    setDraft({ ...draft, ...patch });
    setSaved(false);
    setNeeds(false);
  };
  const save = async () => {
    const to = draft.to.trim();
    if (draft.on && to === '') return setNeeds(true);
    const now = await run(() => request('forward.set', { ...draft, to }));
    if (now === undefined) return;
    setDraft(now);
    setSaved(true);
  };
  return (
    <>
      <Row label={t('settings.forwardOn')}>
        <Toggle
          label={t('settings.forwardOn')}
          value={draft.on}
          testId="settings-forward-on"
          onChange={(on) => change({ on })}
        />
      </Row>
      <Row
        label={t('settings.forwardTo')}
        htmlFor={id}
        belowId={`${id}-below`}
        error={needs ? t('settings.forwardNeed') : null}
      >
        <input
          id={id}
          className="input"
          maxLength={60}
          autoComplete="off"
          spellCheck={false}
          value={draft.to}
          aria-invalid={needs}
          aria-describedby={`${id}-below`}
          data-testid="settings-forward-to"
          onChange={(event) => change({ to: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void save();
          }}
        />
      </Row>
      <Row label={t('settings.forwardWhen')}>
        <Segments<Forwarding['condition']>
          label={t('settings.forwardWhen')}
          value={draft.condition}
          options={(['always', 'noanswer'] as const).map((value) => ({
            value,
            label: t(`settings.forwardWhen-${value}`),
          }))}
          testId="settings-forward-when"
          onChange={(condition) => change({ condition })}
        />
      </Row>
      <Row label={t('settings.forwardApply')} error={error ? errorText(t, error) : null}>
        <div className="forward-save">
          <Button tone="primary" disabled={busy} data-testid="settings-forward-save" onClick={() => void save()}>
            {t('settings.forwardSave')}
          </Button>
          <span className="quiet" role="status">
            {saved ? t('settings.forwardSaved') : ''}
          </span>
        </div>
      </Row>
    </>
  );
}
