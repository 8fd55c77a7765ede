// SPDX-License-Identifier: MIT
/** What the imaginary customer of the platform owns. Everything can be overridden by the options of `startSandbox`. */
export type SandboxExtension = { readonly number: string; readonly name: string; readonly password: string };

export type Account = {
  readonly key: string;
  readonly secret: string;
  readonly pbxId: number;
  readonly extensions: readonly SandboxExtension[];
  /** Own numbers, E.164 with `+`. */
  readonly dids: readonly string[];
  /** The phone outside: the control page registers as it. */
  readonly customer: { readonly number: string; readonly name: string; readonly password: string };
  readonly balance: number;
  readonly currency: string;
  /** Offset label as the platform writes it (`UTC+1`, `UTC-6`, `UTC+5:30`, megacall-api.md section 2.1), or a zone such as `Europe/Madrid`. */
  readonly timezone: string;
  /** Whether answered calls are recorded. */
  readonly recordings: boolean;
};

const DEFAULTS: Account = {
  key: 'sandbox0key0000000001',
  secret: 'sandbox0secret0000001',
  pbxId: 123456,
  extensions: [
    { number: '101', name: 'Ana Torres', password: 'Sandbox-101' },
    { number: '102', name: 'Luis Vega', password: 'Sandbox-102' },
    { number: '103', name: 'Marta Gil', password: 'Sandbox-103' },
  ],
  dids: ['+34912345678'],
  customer: { number: '+34600111222', name: 'Carmen Ruiz', password: 'Sandbox-customer' },
  balance: 18.1636,
  currency: 'EUR',
  timezone: 'UTC+1',
  recordings: true,
};

/** The defaults with the given parts replaced. */
export function makeAccount(overrides: Partial<Account> = {}): Account {
  return { ...DEFAULTS, ...overrides };
}

/** The digits of a number or SIP user, without anything else. */
export function digits(number: string): string {
  return number.replace(/\D/g, '');
}

/** The extension of that number, in its short (`101`) or long (`123456-101`) form. */
export function findExtension(account: Account, name: string): SandboxExtension | undefined {
  const prefix = `${account.pbxId}-`;
  const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return account.extensions.find((extension) => extension.number === short);
}

/** The own number with these digits, as the account writes it. */
export function findDid(account: Account, number: string): string | undefined {
  const wanted = digits(number);
  return account.dids.find((did) => digits(did) === wanted);
}
