// SPDX-License-Identifier: MIT
import { FolderOpen } from 'lucide-react';
import { useRef, useState } from 'react';
import { BUILTIN_RINGTONES } from '../../../src-shared/engine-protocol.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { readRingtone } from './ringtone-file.ts';
import { Row } from './rows.tsx';
import { useSetting } from './use-setting.ts';

/** A choice is heard at once, as it is set. */
export function RingtoneRow() {
  const t = useT();
  const { value, save, error } = useSetting('ringtone');
  const [problem, setProblem] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const own = value.startsWith('data:');

  const choose = async (ringtone: string) => {
    setProblem(null);
    if (await save(ringtone)) request('audio.test', 'ring').catch(() => undefined);
  };
  const load = async (chosen: File) => {
    const read = await readRingtone(chosen);
    if ('url' in read) await choose(read.url);
    else setProblem(t(`settings.${read.problem}`));
  };

  return (
    <Row label={t('settings.ringtone')} hint={t('settings.ringtoneHint')} error={problem ?? error}>
      <div className="ringtone">
        <select
          className="input"
          aria-label={t('settings.ringtone')}
          value={own ? 'own' : value}
          data-testid="settings-ringtone"
          onChange={(event) => {
            if (event.target.value === 'own') file.current?.click();
            else void choose(event.target.value);
          }}
        >
          {BUILTIN_RINGTONES.map((name) => (
            <option key={name} value={`builtin:${name}`}>
              {t(`settings.ringtone-${name}`)}
            </option>
          ))}
          {own ? <option value="own">{t('settings.ringtone-own')}</option> : null}
        </select>
        <Button icon={FolderOpen} data-testid="settings-ringtone-choose" onClick={() => file.current?.click()}>
          {t('settings.ringtoneFile')}
        </Button>
        <input
          ref={file}
          type="file"
          accept="audio/*"
          hidden
          aria-label={t('settings.ringtoneFile')}
          data-testid="settings-ringtone-file"
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            event.target.value = '';
            if (chosen !== undefined) void load(chosen);
          }}
        />
      </div>
    </Row>
  );
}
