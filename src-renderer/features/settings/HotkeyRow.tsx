// SPDX-License-Identifier: MIT
import { X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { Button, IconButton } from '../../ui/controls.tsx';
import { acceleratorOf, keyText } from '../../ui/key-text.ts';
import { useApp } from '../state/store.ts';
import { Row } from './rows.tsx';
import { useSetting } from './use-setting.ts';

type Name = 'hotkeyDialer' | 'hotkeyDialSelection' | 'hotkeyAnswer' | 'hotkeyDecline';

const selectPlatform = (app: AppState) => app.platform;

/** Shows a global key and takes a new one from the keyboard itself. */
export function HotkeyRow({ name }: { readonly name: Name }) {
  const t = useT();
  const platform = useApp(selectPlatform);
  const { value, save, error } = useSetting(name);
  const [recording, setRecording] = useState(false);
  const [bare, setBare] = useState(false);
  const label = t(`settings.${name}`);

  function onKeyDown(event: KeyboardEvent) {
    if (!recording) return;
    // Tab leaves, as everywhere.
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return setRecording(false);
    const accelerator = acceleratorOf(event.nativeEvent, platform);
    setBare(accelerator === 'bare');
    if (accelerator === null || accelerator === 'bare') return;
    setRecording(false);
    void save(accelerator);
  }

  return (
    <Row label={label} error={bare && recording ? t('settings.recordBad') : error}>
      <div className="hotkey">
        <Button
          className="hotkey-value"
          aria-label={`${t('settings.recordKey', { name: label })}: ${value === '' ? t('settings.noKey') : keyText(value, platform)}`}
          aria-pressed={recording}
          data-testid={`settings-${name}`}
          onKeyDown={onKeyDown}
          onBlur={() => setRecording(false)}
          onClick={() => {
            setBare(false);
            setRecording(true);
          }}
        >
          {recording ? t('settings.recording') : value === '' ? t('settings.noKey') : keyText(value, platform)}
        </Button>
        <IconButton
          icon={X}
          tone="ghost"
          label={t('settings.clearKey', { name: label })}
          disabled={value === ''}
          onClick={() => void save('')}
        />
      </div>
    </Row>
  );
}
