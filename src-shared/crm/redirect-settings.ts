// SPDX-License-Identifier: MIT
/**
 * Where the browser comes back to. CRMs compare the whole address with the registered ones (crm-connectors.md sections
 * 2.1 and 4), hence a short list of ports instead of any free one, and a choice of the host's spelling.
 */
export type RedirectSettings = {
  /** Tried in this order. */
  readonly ports: readonly number[];
  readonly host: 'localhost' | '127.0.0.1';
};

export const CALLBACK_PATH = '/oauth/callback';
export const DEFAULT_REDIRECT: RedirectSettings = { ports: [17171, 17172, 17173], host: 'localhost' };

/** From a connector's `options.redirectPorts` and `options.redirectHost`; what is missing or no port is the default. */
export function redirectSettings(options: Readonly<Record<string, unknown>>): RedirectSettings {
  const given = Array.isArray(options.redirectPorts) ? options.redirectPorts : [];
  const ports = given.filter((port) => Number.isInteger(port) && port >= 1024 && port <= 65535).slice(0, 10);
  return {
    ports: ports.length > 0 ? ports : DEFAULT_REDIRECT.ports,
    host: options.redirectHost === '127.0.0.1' ? '127.0.0.1' : DEFAULT_REDIRECT.host,
  };
}

/** The addresses to register in the CRM. */
export function redirectUris({ ports, host }: RedirectSettings): readonly string[] {
  return ports.map((port) => `http://${host}:${port}${CALLBACK_PATH}`);
}
