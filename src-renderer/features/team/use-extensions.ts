// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { AdminValue } from '../../../src-shared/ipc/map.ts';
import { asError } from '../../bridge.ts';
import { askAdmin } from './admin.ts';

type Known = AdminValue<'admin.extensions'>;

/** The account's extensions as the relay knows them; none until asked, or when it cannot tell. */
export function useExtensions(): { readonly known: Known; readonly error: WireError | null } {
  const [found, setFound] = useState<{ known: Known; error: WireError | null }>({ known: [], error: null });
  useEffect(() => {
    let current = true;
    askAdmin('admin.extensions', null).then(
      (known) => current && setFound({ known, error: null }),
      (thrown: unknown) => current && setFound({ known: [], error: asError(thrown) }),
    );
    return () => {
      current = false;
    };
  }, []);
  return found;
}
