// SPDX-License-Identifier: MIT
import type { DialPreview } from '../../../src-shared/ipc/map.ts';
import { errorText, type T, useLanguage, useT } from '../../i18n/index.ts';
import { countryName } from '../../ui/format.ts';
import type { DialRequest } from '../state/ui.ts';
import type { PreviewState } from './use-dial-text.ts';

type Props = {
  readonly id: string;
  readonly text: string;
  readonly from: DialRequest['from'];
  /** The text came from a link or a selection and was not changed since. */
  readonly handedOver: boolean;
  readonly preview: PreviewState | null;
  readonly settled: boolean;
  readonly hasSuggestions: boolean;
  readonly byCallback: boolean;
  readonly error: string | null;
};

/** Two lines below the field, always there: a hint, what will be dialled, or what is wrong with it. */
export function Preview(props: Props) {
  const t = useT();
  const language = useLanguage();
  const { text, preview, error } = props;
  const show = (state: string, first: string, second = '') => (
    <p id={props.id} className="dialer-preview" data-state={state} aria-live="polite" data-testid="dialer-preview">
      {first}
      {second === '' ? null : (
        <>
          <br />
          {second}
        </>
      )}
    </p>
  );

  if (error !== null) return show('error', error);
  if (text.trim() === '') {
    const nothing = props.handedOver && props.from === 'selection';
    const hint = props.byCallback ? t('dialer.hintCallback') : '';
    return nothing ? show('hint', t('dialer.nothingSelected')) : show('hint', t('dialer.hint'), hint);
  }
  if (preview === null) return show('wait', '');
  if (preview.error !== null) {
    // Letters are a search until the person tries to dial them.
    if (!/\d/.test(text)) return show('hint', props.hasSuggestions ? t('dialer.chooseContact') : t('dialer.noContact'));
    return show(props.settled ? 'error' : 'wait', errorText(t, preview.error));
  }
  if (preview.value === null) return show('wait', '');
  const from =
    !props.handedOver || props.from === 'app'
      ? ''
      : t(props.from === 'link' ? 'dialer.fromLink' : 'dialer.fromSelection');
  const country = preview.value.country === null ? '' : countryName(preview.value.country, language);
  const { after } = preview.value;
  // By callback nobody knows when the other side answers: its keys are pressed by hand.
  const digits = after && !props.byCallback ? t('dialer.thenSends', { digits: after }) : '';
  const what = props.byCallback
    ? t('dialer.callsBack', { number: preview.value.text })
    : [willDial(preview.value, t), country].filter(Boolean).join(' · ');
  return show('ok', what, [digits, from].filter(Boolean).join(' · '));
}

function willDial(preview: DialPreview, t: T): string {
  const number = preview.text;
  switch (preview.kind) {
    case 'e164':
      return t('dialer.willDial', { number });
    case 'extension':
      return t('dialer.extension', { number });
    case 'short':
      return t('dialer.short', { number });
    case 'code':
      return t('dialer.code', { number });
  }
}
