// SPDX-License-Identifier: MIT
import { useT } from '../../i18n/index.ts';
import { isFeatureCode } from '../../ui/valid.ts';
import { ChoiceRow, SecondsRow, StringRow, ToggleRow } from './rows.tsx';

/** How calls come, how they are made, and what keys do in them. */
export function CallsSection() {
  const t = useT();
  const code = (text: string) => (isFeatureCode(text) ? null : t('settings.featureCodeBad', { slot: '{ext}' }));
  return (
    <>
      <ToggleRow name="dnd" label={t('settings.dnd')} hint={t('settings.dndHint')} />
      <ToggleRow name="popupEnabled" label={t('settings.popup')} hint={t('settings.popupHint')} />
      <ToggleRow name="notificationsEnabled" label={t('settings.notifications')} />
      <ChoiceRow
        name="autoAnswer"
        label={t('settings.autoAnswer')}
        hint={t('settings.autoAnswerHint')}
        options={(['off', 'header', 'always'] as const).map((value) => ({
          value,
          label: t(`settings.autoAnswer-${value}`),
        }))}
      />
      <SecondsRow
        name="autoAnswerAfter"
        label={t('settings.autoAnswerAfter')}
        check={(text) => (/^\d{1,2}$/.test(text) && Number(text) <= 60 ? null : t('settings.autoAnswerAfterBad'))}
      />
      <ChoiceRow
        name="dialMode"
        label={t('settings.dialMode')}
        hint={t('settings.dialModeHint')}
        options={(['auto', 'softphone', 'callback'] as const).map((value) => ({
          value,
          label: t(`settings.dialMode-${value}`),
        }))}
      />
      <ToggleRow name="callbackAutoAnswer" label={t('settings.callbackAutoAnswer')} />
      <ChoiceRow
        name="dtmf"
        label={t('settings.dtmf')}
        hint={t('settings.dtmfHint')}
        options={(['auto', 'rfc4733', 'info'] as const).map((value) => ({ value, label: t(`settings.dtmf-${value}`) }))}
      />
      <StringRow
        name="pickupCode"
        label={t('settings.pickupCode')}
        hint={t('settings.featureCodeHint', { slot: '{ext}' })}
        check={code}
      />
      <StringRow
        name="parkCode"
        label={t('settings.parkCode')}
        hint={t('settings.featureCodeHint', { slot: '{ext}' })}
        check={code}
      />
    </>
  );
}
