// SPDX-License-Identifier: MIT
import type { WireError } from '../errors.ts';
import type { Capabilities, CrmRecord, LookupResult } from './model.ts';
import type { ConnectorType } from './settings.ts';

/** What windows show of the CRMs. */
export type CrmState = {
  readonly connectors: readonly ConnectorView[];
  readonly outbox: { readonly waiting: number; readonly failed: number };
  /** Numbers on screen whose records are known, by number; fills in while the call rings. */
  readonly callers: Readonly<Record<string, CallerView>>;
};

export type ConnectorView = {
  readonly id: string;
  readonly type: ConnectorType;
  readonly name: string;
  /** `sign-in`: never connected, or the CRM ended it; `connecting`: the browser is open. */
  readonly state: 'off' | 'ready' | 'sign-in' | 'connecting' | 'failed';
  readonly error: WireError | null;
  readonly capabilities: Capabilities | null;
};

export type CallerView = {
  /** `asking`: what stands here is the last that was known. */
  readonly state: 'asking' | 'known';
  readonly result: LookupResult;
  /** Connectors that did not answer. */
  readonly failed: readonly string[];
};

/** One entry of the outbox for the person. */
export type OutboxView = {
  readonly id: number;
  readonly connector: string;
  readonly kind: 'call' | 'patch' | 'chat' | 'create';
  readonly state: 'waiting' | 'sending' | 'done' | 'failed';
  readonly title: string;
  readonly attempts: number;
  readonly nextAt: number;
  readonly createdAt: number;
  /** Sentence in i18n under `crmSet.failure-<failure>`; `message` is the CRM's own words. */
  readonly failure: string | null;
  readonly message: string | null;
  readonly field: string | null;
};

export type CrmSearchReply = { readonly records: readonly CrmRecord[]; readonly failed: readonly string[] };

/** One try of an own CRM's operation: what was sent, secrets masked, and what came back. */
export type OwnTry = {
  readonly request: { readonly method: string; readonly url: string; readonly body: string };
  readonly status: number;
  readonly body: string;
  readonly records: readonly CrmRecord[];
  readonly error: string | null;
};

/** A 3CX template after reading it. */
export type TemplateView = {
  readonly name: string;
  readonly version: string;
  /**
   * The form. What is typed goes into the connector's `options.parameters`, by name, all of it text (`True`, `False`
   * for a boolean); passwords go to `crm.secrets` instead, under the same name.
   */
  readonly parameters: readonly {
    readonly name: string;
    readonly title: string;
    readonly type: 'text' | 'password' | 'boolean' | 'number' | 'list';
    /** What may be chosen, of a list. */
    readonly values: readonly string[];
    /** What it is before anything was typed. */
    readonly value: string;
    /** Heading it stands under; '' for none. */
    readonly group: string;
  }[];
  /** The CRM is signed in to in the browser: `crm.connect`, with the callback addresses registered there. */
  readonly signIn: boolean;
  readonly operations: readonly string[];
  /** What this template wants and Megadial does not do, in plain English with the scenario's name. */
  readonly unsupported: readonly string[];
};

export type MessageView = {
  readonly id: number;
  readonly number: string;
  readonly numberText: string;
  readonly name: string | null;
  readonly direction: 'in' | 'out';
  readonly at: number;
  readonly text: string;
  readonly state: 'received' | 'sending' | 'sent' | 'failed';
};

export const NO_CRM: CrmState = { connectors: [], outbox: { waiting: 0, failed: 0 }, callers: {} };
