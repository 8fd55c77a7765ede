// SPDX-License-Identifier: MIT
import type { JournalTexts } from '../journal/texts.ts';
import type { CrmKind } from './model.ts';
import type { RewriteRule } from './rewrite.ts';

export const CONNECTOR_TYPES = ['local', 'own', 'salesforce', 'zoho', '3cx'] as const;
export type ConnectorType = (typeof CONNECTOR_TYPES)[number];

/** Settings of one configured connector; secrets stand in the keychain under `crm:<id>`. */
export type ConnectorSettings = {
  readonly id: string;
  readonly type: ConnectorType;
  readonly name: string;
  readonly enabled: boolean;
  /** `exact`: the whole number must be equal; else the last N digits are enough (crm-connectors.md section 1.6). */
  readonly match: { readonly strategy: 'exact' | 'tail'; readonly digits: number };
  /** Caller-id rewriting before the look-up: ordered, the first that matches wins (section 1.5). */
  readonly rewrite: readonly RewriteRule[];
  readonly prefer: CrmKind | null;
  /** Hosts besides the CRM's own that record links may lead to. */
  readonly linkHosts: readonly string[];
  /** What the type itself needs: client id, hosts, the declarative JSON, a template's parameters… */
  readonly options: Readonly<Record<string, unknown>>;
};

/** When an unknown number becomes a record by itself. */
export type AutoCreateRule = {
  readonly when: 'off' | 'start' | 'answer' | 'end';
  readonly kind: CrmKind;
};

export type CrmSettings = {
  readonly connectors: readonly ConnectorSettings[];
  readonly journal: {
    readonly calls: boolean;
    readonly chats: boolean;
    readonly chatsAs: 'task' | 'call';
    /** Also calls of numbers no record belongs to. */
    readonly unknown: boolean;
    /** Null: the default texts of the language in use. */
    readonly texts: JournalTexts | null;
  };
  readonly autoCreate: {
    /** Connector the record is made in; '' for the first that can. */
    readonly connector: string;
    readonly incoming: AutoCreateRule;
    readonly outgoing: AutoCreateRule;
    /** Company of a new lead: CRMs want one. */
    readonly company: string;
  };
  /** Me and my colleagues in the CRM: the e-mail finds the user there, `userIds` overrides it by connector. */
  readonly agents: readonly CrmAgent[];
  /** What an agent may say a call came to, offered when it is over. */
  readonly outcomes: readonly string[];
};

export type CrmAgent = {
  readonly extension: string;
  readonly name: string;
  readonly email: string;
  readonly userIds: Readonly<Record<string, string>>;
};

export const DEFAULT_CRM: CrmSettings = {
  connectors: [],
  journal: { calls: true, chats: true, chatsAs: 'task', unknown: false, texts: null },
  autoCreate: {
    connector: '',
    incoming: { when: 'off', kind: 'contact' },
    outgoing: { when: 'off', kind: 'contact' },
    company: 'Unknown',
  },
  agents: [],
  outcomes: [],
};
