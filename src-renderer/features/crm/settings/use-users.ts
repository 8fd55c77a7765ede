// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { CrmUser } from '../../../../src-shared/crm/model.ts';
import type { WireError } from '../../../../src-shared/errors.ts';
import { asError, request } from '../../../bridge.ts';

export type Users = { readonly list: readonly CrmUser[] | null; readonly error: WireError | null };

/** The users of each of these connectors, asked for once while the screen is open. */
export function useUsers(connectors: readonly string[]): Readonly<Record<string, Users>> {
  const [users, setUsers] = useState<Readonly<Record<string, Users>>>({});
  const wanted = connectors.join(' ');
  useEffect(() => {
    let current = true;
    const put = (id: string, found: Users) => current && setUsers((all) => ({ ...all, [id]: found }));
    for (const id of wanted.split(' ').filter(Boolean)) {
      request('crm.users', id).then(
        (list) => put(id, { list, error: null }),
        (thrown) => put(id, { list: null, error: asError(thrown) }),
      );
    }
    return () => {
      current = false;
    };
  }, [wanted]);
  return users;
}

/** The user an e-mail or an extension belongs to by itself; null for none or more than one: main sees it the same way. */
export function userOf(users: readonly CrmUser[], email: string, extension: string): CrmUser | null {
  const wanted = email.trim().toLowerCase();
  const same = users.filter(
    (user) => (wanted !== '' && user.email?.toLowerCase() === wanted) || user.extension === extension,
  );
  return same.length === 1 ? (same[0] ?? null) : null;
}
