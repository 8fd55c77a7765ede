// SPDX-License-Identifier: MIT
import { Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import rest from '../../../../resources/crm/rest.json';
import tryton from '../../../../resources/crm/tryton.json';
import { request } from '../../../bridge.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { useAction } from '../../../ui/hooks.ts';
import { Menu } from '../../../ui/Menu.tsx';
import { useCrmSettings } from '../use-crm-settings.ts';
import { useCrmUi } from './crm-ui.ts';
import { type NewType, newConnector } from './new-connector.ts';
import { templateText } from './template-file.ts';

const MOST = 10;
const CHOICES = ['salesforce', 'zoho', 'own-tryton', 'own-rest', '3cx'] as const;
type Choice = (typeof CHOICES)[number];

/** Adds a connector; a company's own CRM starts from one of the definitions that come with the program. */
export function AddConnector() {
  const t = useT();
  const { crm, change } = useCrmSettings();
  const { run, error } = useAction();
  const file = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const refused = error === null ? null : errorText(t, error);
  const wrong = tooLarge ? t('crmSet.templateLarge') : refused;

  const add = async (type: NewType, more: Parameters<typeof newConnector>[2] = {}) => {
    let id = '';
    const saved = await change((now) => {
      const made = newConnector(type, now.connectors, more);
      id = made.id;
      return { ...now, connectors: [...now.connectors, made] };
    });
    if (saved) useCrmUi.setState({ tab: 'connections', connector: id });
  };
  const choose = (choice: Choice) => {
    switch (choice) {
      case 'own-tryton':
        return add('own', { name: tryton.name, options: { definition: tryton } });
      case 'own-rest':
        return add('own', { name: t('crmSet.type-own'), options: { definition: rest } });
      case '3cx':
        return file.current?.click();
      default:
        return add(choice);
    }
  };
  /** Main reads it first: a file that is no template makes no connector. */
  const read = (chosen: File | undefined) =>
    run(async () => {
      if (chosen === undefined) return;
      const xml = await templateText(chosen);
      setTooLarge(xml === null);
      if (xml === null) return;
      const { name } = await request('crm.read-template', xml);
      await add('3cx', { name: name.trim() || chosen.name.replace(/\.xml$/i, ''), options: { xml } });
    });
  return (
    <>
      <Menu
        text={t('crmSet.add')}
        label={t('crmSet.addLabel')}
        icon={Plus}
        choices={CHOICES.map((id) => ({ id, label: t(`crmSet.add-${id}`) }))}
        disabled={crm.connectors.length >= MOST}
        testId="crm-add"
        onChoose={(id) => void choose(id as Choice)}
      />
      <input
        ref={file}
        type="file"
        accept=".xml,application/xml,text/xml"
        hidden
        aria-label={t('crmSet.add-3cx')}
        data-testid="crm-add-file"
        onChange={(event) => {
          void read(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {wrong === null ? null : (
        <p className="error-box" role="alert" data-testid="crm-add-error">
          {wrong}
        </p>
      )}
    </>
  );
}
