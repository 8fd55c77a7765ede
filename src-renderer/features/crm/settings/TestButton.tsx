// SPDX-License-Identifier: MIT
import { Activity } from 'lucide-react';
import { useState } from 'react';
import { request } from '../../../bridge.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { Button, Foreign } from '../../../ui/controls.tsx';
import { useAction } from '../../../ui/hooks.ts';

/** Asks the CRM who we are there, and says it. */
export function TestButton({ connector, disabled }: { readonly connector: string; readonly disabled: boolean }) {
  const t = useT();
  const { run, busy, error } = useAction();
  const [name, setName] = useState<string | null>(null);
  const test = async () => {
    setName(null);
    const me = await run(() => request('crm.test', connector));
    if (me !== undefined) setName(me.name);
  };
  return (
    <div className="crm-test">
      <Button icon={Activity} disabled={busy || disabled} data-testid="crm-test" onClick={() => void test()}>
        {busy ? t('crmSet.testing') : t('crmSet.testAction')}
      </Button>
      <p className={error ? 'field-error' : 'crm-test-ok'} role="status" data-testid="crm-test-result">
        {error ? errorText(t, error) : name === null ? '' : <Foreign>{t('crmSet.connectedAs', { name })}</Foreign>}
      </p>
    </div>
  );
}
