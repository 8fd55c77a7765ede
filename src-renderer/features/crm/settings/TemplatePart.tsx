// SPDX-License-Identifier: MIT
import { FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import type { TemplateView } from '../../../../src-shared/crm/view.ts';
import type { WireError } from '../../../../src-shared/errors.ts';
import { asError, request } from '../../../bridge.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { Button, Foreign } from '../../../ui/controls.tsx';
import { Row } from '../../settings/rows.tsx';
import { useApp } from '../../state/store.ts';
import { selectConnectors } from '../crm-state.ts';
import { SecretRow, useOption } from './options.tsx';
import { SignIn } from './SignIn.tsx';
import { Parameter } from './TemplateParameter.tsx';
import { TestButton } from './TestButton.tsx';
import { templateText } from './template-file.ts';

type Read = { readonly view: TemplateView | null; readonly error: WireError | null };

/** What a template asks for, as main reads it; null until it has. */
function useTemplate(xml: string): Read {
  const [read, setRead] = useState<Read>({ view: null, error: null });
  useEffect(() => {
    let current = true;
    if (xml === '') return;
    request('crm.read-template', xml).then(
      (view) => current && setRead({ view, error: null }),
      (thrown) => current && setRead({ view: null, error: asError(thrown) }),
    );
    return () => {
      current = false;
    };
  }, [xml]);
  return read;
}

/** A 3CX template: the form it declares, and what in it Megadial does not do (docs/crm-3cx.md). */
export function TemplatePart({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const xml = typeof connector.options.xml === 'string' ? connector.options.xml : '';
  const { view, error } = useTemplate(xml);
  const isReady = useApp(selectConnectors).some(({ id, state }) => id === connector.id && state === 'ready');
  const groups = view === null ? [] : [...new Set(view.parameters.map(({ group }) => group))];
  return (
    <>
      <section className="settings-section" aria-label={t('crmSet.template')}>
        <h2>{t('crmSet.template')}</h2>
        <FileRow connector={connector} view={view} error={error} />
        {view === null || view.operations.length === 0 ? null : (
          <Row label={t('crmSet.templateDoes')}>
            <Foreign className="selectable">{view.operations.join(', ')}</Foreign>
          </Row>
        )}
        {view === null || view.unsupported.length === 0 ? null : (
          <Row label={t('crmSet.templateNot')} hint={t('crmSet.templateNotHint')}>
            <ul className="selectable" data-testid="template-unsupported">
              {view.unsupported.map((line) => (
                <li key={line}>
                  <Foreign>{line}</Foreign>
                </li>
              ))}
            </ul>
          </Row>
        )}
      </section>
      <section className="settings-section" aria-label={t('crmSet.access')}>
        <h2>{t('crmSet.access')}</h2>
        {groups.map((group) => (
          <div key={group} className="template-group">
            {group === '' ? null : (
              <h3>
                <Foreign>{group}</Foreign>
              </h3>
            )}
            {view?.parameters
              .filter((one) => one.group === group)
              .map((one) =>
                one.type === 'password' ? (
                  <SecretRow key={one.name} optional connector={connector} name={one.name} label={one.title} />
                ) : (
                  <Parameter key={one.name} connector={connector} parameter={one} />
                ),
              )}
          </div>
        ))}
        {view?.signIn ? (
          <SignIn connector={connector} canConnect />
        ) : (
          <Row label={t('crmSet.test')} hint={t('crmSet.testHint')}>
            <TestButton connector={connector.id} disabled={!isReady} />
          </Row>
        )}
      </section>
    </>
  );
}

/** Which template it is, and another one in its place: what was typed for parameters of the same name stays. */
function FileRow({ connector, view, error }: { readonly connector: ConnectorSettings } & Read) {
  const t = useT();
  const { save, error: saveError } = useOption(connector);
  const file = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const wrong = tooLarge ? t('crmSet.templateLarge') : error === null ? saveError : errorText(t, error);
  return (
    <Row label={t('crmSet.templateFile')} hint={t('crmSet.templateHint')} error={wrong}>
      <div className="template-file">
        <Foreign className="cut" data-testid="template-name">
          {view === null ? '' : [view.name, view.version].filter(Boolean).join(' · ')}
        </Foreign>
        <Button icon={FileUp} data-testid="template-choose" onClick={() => file.current?.click()}>
          {t('crmSet.templateReplace')}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".xml,application/xml,text/xml"
          hidden
          aria-label={t('crmSet.templateReplace')}
          data-testid="template-input"
          onChange={async (event) => {
            const chosen = event.target.files?.[0];
            event.target.value = '';
            if (chosen === undefined) return;
            const xml = await templateText(chosen);
            setTooLarge(xml === null);
            if (xml !== null) await save('xml', xml);
          }}
        />
      </div>
    </Row>
  );
}
