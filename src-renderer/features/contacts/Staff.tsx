// SPDX-License-Identifier: MIT
import { Phone } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Contact } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { dialNumber } from '../state/ui.ts';

/** The people of a company: contacts that name it. Draws nothing when there are none. */
export function Staff({ company, onOpen }: { readonly company: string; readonly onOpen: (contact: Contact) => void }) {
  const t = useT();
  const [people, setPeople] = useState<readonly Contact[]>([]);
  useEffect(() => {
    let current = true;
    const show = (found: readonly Contact[]) =>
      current && setPeople(found.filter((one) => one.kind === 'person' && one.company === company));
    // A list that cannot be had is left out: the company itself is there.
    request('contacts.search', company.slice(0, 100)).then(show, () => undefined);
    return () => {
      current = false;
    };
  }, [company]);
  if (people.length === 0) return null;
  return (
    <section className="detail-part" data-testid="contact-staff">
      <h2>{t('people.staff')}</h2>
      <ul className="contact-numbers">
        {people.map((person) => {
          const [number = ''] = person.numbers;
          return (
            <li key={person.id}>
              <Button tone="ghost" className="contact-person" onClick={() => onOpen(person)}>
                <Foreign>{person.name}</Foreign>
              </Button>
              {number === '' ? null : (
                <IconButton
                  icon={Phone}
                  tone="ghost"
                  label={t('contacts.callNumber', { number })}
                  onClick={() => dialNumber(number)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
