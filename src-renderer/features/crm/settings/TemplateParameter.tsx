// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import type { TemplateView } from '../../../../src-shared/crm/view.ts';
import { useT } from '../../../i18n/index.ts';
import { Row, SwitchRow, TextRow } from '../../settings/rows.tsx';
import { useCrmSettings } from '../use-crm-settings.ts';

type Declared = TemplateView['parameters'][number];

/** One parameter of a template that is no secret. All of them are kept as text, as the template compares them. */
export function Parameter({
  connector,
  parameter,
}: {
  readonly connector: ConnectorSettings;
  readonly parameter: Declared;
}) {
  const t = useT();
  const { error, changeConnector } = useCrmSettings();
  const { name, title, type, values } = parameter;
  const value = parametersOf(connector)[name] ?? parameter.value;
  const testId = `parameter-${name}`;
  const save = (next: string) =>
    changeConnector(connector.id, (one) => ({
      ...one,
      options: { ...one.options, parameters: { ...parametersOf(one), [name]: next } },
    }));
  if (type === 'boolean') {
    return (
      <SwitchRow
        label={title}
        error={error}
        value={value === 'True'}
        testId={testId}
        onChange={(on) => void save(on ? 'True' : 'False')}
      />
    );
  }
  if (type === 'list') {
    const choices = values.includes(value) ? values : [value, ...values];
    return (
      <Row label={title} error={error}>
        <select
          className="input"
          aria-label={title}
          value={value}
          data-testid={testId}
          onChange={(event) => void save(event.target.value)}
        >
          {choices.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </Row>
    );
  }
  return (
    <TextRow
      label={title}
      testId={testId}
      stored={value}
      check={(text) => (type === 'text' || /^-?\d*(?:\.\d+)?$/.test(text) ? null : t('crmSet.numberBad'))}
      save={save}
      error={error}
    />
  );
}

/** What was typed so far, by name; anything that is no text is passed over. */
function parametersOf({ options }: ConnectorSettings): Readonly<Record<string, string>> {
  const { parameters } = options;
  if (typeof parameters !== 'object' || parameters === null) return {};
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
