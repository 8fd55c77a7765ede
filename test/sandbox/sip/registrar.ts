// SPDX-License-Identifier: MIT
import { type Account, digits, findExtension } from '../account.ts';
import type { Connection, Contacts } from './connections.ts';
import type { Digest } from './digest.ts';
import { contactKey, header, headerValues, makeResponse, param, parseUri, type SipRequest, uriOf } from './message.ts';

type Binding = { readonly user: string; readonly uri: string; readonly connection: Connection; expiresAt: number };

/** A SIP user of the account: an extension's login `<pbx_id>-<ext>`, or the customer's number in digits. */
export type SipUser = { readonly login: string; readonly password: string; readonly label: string };

/** Label of the customer's phone among the targets. */
export const CUSTOMER = 'customer';

const MAX_EXPIRES = 3600;
const DEFAULT_EXPIRES = 600;

export class Registrar {
  readonly #bindings = new Map<string, Binding>();
  readonly #account: Account;
  readonly #contacts: Contacts;
  readonly #digest: Digest;

  constructor(account: Account, contacts: Contacts, digest: Digest) {
    this.#account = account;
    this.#contacts = contacts;
    this.#digest = digest;
  }

  findUser(name: string): SipUser | null {
    const { customer, pbxId } = this.#account;
    if (digits(name) === digits(customer.number)) {
      return { login: digits(customer.number), password: customer.password, label: CUSTOMER };
    }
    const extension = name.startsWith(`${pbxId}-`) ? findExtension(this.#account, name) : undefined;
    return extension === undefined
      ? null
      : { login: `${pbxId}-${extension.number}`, password: extension.password, label: extension.number };
  }

  /** Phones of one label (extension number or `customer`) that can be reached now, the newest first. */
  targets(label: string): { label: string; uri: string }[] {
    const now = Date.now();
    return [...this.#bindings.values()]
      .filter((item) => this.findUser(item.user)?.label === label && item.expiresAt > now && item.connection.alive)
      .map(({ uri }) => ({ label, uri }))
      .reverse();
  }

  /** Labels with at least one reachable phone. */
  registered(): string[] {
    const labels = [...this.#account.extensions.map((extension) => extension.number), CUSTOMER];
    return labels.filter((label) => this.targets(label).length > 0);
  }

  forget(connection: Connection): void {
    for (const [key, binding] of this.#bindings) if (binding.connection === connection) this.#bindings.delete(key);
  }

  register(request: SipRequest, connection: Connection): void {
    const user = this.findUser(parseUri(uriOf(header(request, 'to'))).user);
    if (user === null) {
      connection.send(makeResponse(request, 404, 'Not Found'));
      return;
    }
    const verdict = this.#digest.check(request, 'authorization', user.login, user.password);
    if (verdict !== 'ok') {
      const challenge = this.#digest.challenge(verdict === 'stale');
      connection.send(makeResponse(request, 401, 'Unauthorized', [['WWW-Authenticate', challenge]]));
      return;
    }
    connection.users.add(user.login);
    const wanted = headerValues(request, 'contact');
    const general = header(request, 'expires');
    for (const contact of wanted) {
      const text = param(contact, 'expires') || general || String(DEFAULT_EXPIRES);
      const expires = Math.min(Number(text), MAX_EXPIRES);
      if (contact === '*') this.#removeAll(user.login);
      else if (expires === 0) this.#bindings.delete(contactKey(uriOf(contact)));
      else if (expires > 0) this.#bind(user.login, uriOf(contact), connection, expires);
      else {
        connection.send(makeResponse(request, 400, 'Bad Expires'));
        return;
      }
    }
    connection.send(makeResponse(request, 200, 'OK', this.#contactHeaders(user.login)));
  }

  #bind(user: string, uri: string, connection: Connection, expires: number): void {
    const key = contactKey(uri);
    // Set anew, so that the map's order tells which phone registered last.
    this.#bindings.delete(key);
    this.#bindings.set(key, { user, uri, connection, expiresAt: Date.now() + expires * 1000 });
    this.#contacts.learn(uri, connection);
  }

  #removeAll(user: string): void {
    for (const [key, binding] of this.#bindings) if (binding.user === user) this.#bindings.delete(key);
  }

  #contactHeaders(user: string): [string, string][] {
    const now = Date.now();
    return [...this.#bindings.values()]
      .filter((binding) => binding.user === user && binding.expiresAt > now)
      .map(({ uri, expiresAt }) => ['Contact', `<${uri}>;expires=${Math.ceil((expiresAt - now) / 1000)}`]);
  }
}
