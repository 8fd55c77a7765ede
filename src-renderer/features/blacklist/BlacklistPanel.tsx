// SPDX-License-Identifier: MIT
import { Ban } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import type { BlacklistEntry } from '../../../src-shared/ipc/map.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Foreign } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { useKeptFocus } from '../../ui/use-kept-focus.ts';
import { canBeListed } from './can-be-listed.ts';
import { useBlacklist } from './use-blacklist.ts';
import './blacklist.css';

/** The numbers whose calls are refused: add one, look through them, allow one again. */
export function BlacklistPanel() {
  const t = useT();
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const list = useBlacklist();
  const { run, busy, error, clear } = useAction();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const [said, setSaid] = useState('');
  const keepFocus = useKeptFocus(place, '.blacklist-row button');

  async function add(event: FormEvent) {
    event.preventDefault();
    const number = typed.trim();
    setSaid('');
    setWrong(!canBeListed(number));
    if (!canBeListed(number)) return;
    const done = await run(async () => {
      await request('blacklist.set', number, true);
      await list.reload();
      return true;
    });
    if (!done) return;
    setTyped('');
    setSaid(t('blacklist.added', { number }));
  }

  async function allow({ number, numberText }: BlacklistEntry, index: number) {
    setSaid('');
    await run(async () => {
      keepFocus(index);
      await request('blacklist.set', number, false);
      list.drop(number);
      setSaid(t('blacklist.removed', { number: numberText }));
    });
  }

  const problem = wrong ? t('blacklist.bad') : error === null ? null : errorText(t, error);
  return (
    <div ref={place} className="blacklist" tabIndex={-1}>
      <form className="blacklist-add" noValidate onSubmit={(event) => void add(event)}>
        <input
          className="input"
          inputMode="tel"
          autoComplete="off"
          maxLength={60}
          aria-label={t('blacklist.add')}
          placeholder={t('blacklist.add')}
          aria-invalid={wrong}
          aria-describedby={id}
          value={typed}
          data-testid="blacklist-number"
          onChange={(event) => {
            setTyped(event.target.value);
            setWrong(false);
            clear();
          }}
        />
        <Button submit icon={Ban} disabled={busy} data-testid="blacklist-add">
          {t('block.action')}
        </Button>
      </form>
      <p id={id} className={problem === null ? 'blacklist-said quiet' : 'blacklist-said setting-error'} role="status">
        {problem ?? said}
      </p>
      {list.error ? (
        <div className="blacklist-failed" role="alert">
          <p className="error-box">{errorText(t, list.error)}</p>
          <Button size="small" onClick={() => void list.reload()}>
            {t('app.retry')}
          </Button>
        </div>
      ) : null}
      {list.entries?.length === 0 ? <p className="quiet">{t('blacklist.none')}</p> : null}
      {list.entries === null && list.error === null ? <p className="quiet">{t('blacklist.loading')}</p> : null}
      <ul className="blacklist-rows" aria-label={t('blacklist.title')}>
        {list.entries?.map((entry, index) => (
          <li key={entry.number} className="blacklist-row" data-testid="blacklist-row">
            <span className="cut selectable">
              <Foreign className="row-name">{entry.numberText}</Foreign>
              {entry.name === '' ? null : <Foreign className="quiet"> · {entry.name}</Foreign>}
            </span>
            <Button
              size="small"
              disabled={busy}
              aria-label={t('blacklist.remove', { number: entry.numberText })}
              data-testid="blacklist-remove"
              onClick={() => void allow(entry, index)}
            >
              {t('blacklist.removeAction')}
            </Button>
          </li>
        ))}
      </ul>
      {list.next === null ? null : (
        <Button size="small" data-testid="blacklist-more" onClick={list.more}>
          {t('blacklist.more')}
        </Button>
      )}
    </div>
  );
}
