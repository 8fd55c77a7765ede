// SPDX-License-Identifier: MIT
import type { Secrets } from '../secrets/secrets.ts';
import type { Hub } from './hub.ts';

/** The same secrets; how the keychain did is shown after every use, so that the choice is offered when it fails later. */
export function shownKeychain(secrets: Secrets, hub: Hub): Secrets {
  const tell = (): void => {
    if (hub.get().keychain !== secrets.state()) hub.patch({ keychain: secrets.state() });
  };
  return {
    state: secrets.state,
    get: (name) => secrets.get(name).finally(tell),
    set: (name, value) => secrets.set(name, value).finally(tell),
    remove: (name) => secrets.remove(name).finally(tell),
    useSessionOnly() {
      secrets.useSessionOnly();
      tell();
    },
    retry: () => secrets.retry().finally(tell),
  };
}
