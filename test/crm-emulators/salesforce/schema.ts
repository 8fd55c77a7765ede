// SPDX-License-Identifier: MIT
import type { ObjectName } from './ids.ts';

export type FieldType =
  | 'id'
  | 'string'
  | 'phone'
  | 'email'
  | 'picklist'
  | 'textarea'
  | 'reference'
  | 'int'
  | 'boolean'
  | 'date'
  | 'datetime';
export type Field = {
  readonly type: FieldType;
  readonly length?: number;
  readonly required?: boolean;
  /** Set by the platform, or by a formula. */
  readonly readOnly?: boolean;
  /** Set on create only. */
  readonly fixed?: boolean;
  readonly values?: readonly string[];
  /** Objects a reference may lead to. */
  readonly to?: readonly ObjectName[];
  /** Exists in organisations with person accounts only. */
  readonly personAccounts?: boolean;
};

const text = (length: number, more: Partial<Field> = {}): Field => ({ type: 'string', length, ...more });
const phone: Field = { type: 'phone', length: 40 };
const email: Field = { type: 'email', length: 80 };
const own: Readonly<Record<string, Field>> = {
  Id: { type: 'id', readOnly: true },
  OwnerId: { type: 'reference', to: ['User'] },
  CreatedDate: { type: 'datetime', readOnly: true },
};
const isPerson: Field = { type: 'boolean', readOnly: true, personAccounts: true };

/** The part of the standard objects that a telephone has to do with. */
export const SCHEMA: Readonly<Record<ObjectName, Readonly<Record<string, Field>>>> = {
  Contact: {
    ...own,
    Name: text(121, { readOnly: true }),
    FirstName: text(40),
    LastName: text(80, { required: true }),
    Email: email,
    AccountId: { type: 'reference', to: ['Account'] },
    Phone: phone,
    MobilePhone: phone,
    HomePhone: phone,
    OtherPhone: phone,
    AssistantPhone: phone,
    Fax: phone,
    Description: { type: 'textarea', length: 32_000 },
    IsPersonAccount: isPerson,
  },
  Lead: {
    ...own,
    Name: text(121, { readOnly: true }),
    FirstName: text(40),
    LastName: text(80, { required: true }),
    Company: text(255, { required: true }),
    Email: email,
    Phone: phone,
    MobilePhone: phone,
    Fax: phone,
    IsConverted: { type: 'boolean', readOnly: true },
    Description: { type: 'textarea', length: 32_000 },
  },
  Account: {
    ...own,
    Name: text(255, { required: true }),
    Phone: phone,
    Fax: phone,
    Description: { type: 'textarea', length: 32_000 },
    IsPersonAccount: isPerson,
    PersonContactId: { type: 'reference', to: ['Contact'], readOnly: true, personAccounts: true },
    PersonEmail: { ...email, personAccounts: true },
    PersonMobilePhone: { ...phone, personAccounts: true },
    PersonHomePhone: { ...phone, personAccounts: true },
  },
  Opportunity: {
    ...own,
    Name: text(120, { required: true }),
    StageName: { type: 'picklist', required: true },
    CloseDate: { type: 'date', required: true },
    AccountId: { type: 'reference', to: ['Account'] },
    Description: { type: 'textarea', length: 32_000 },
  },
  Task: {
    ...own,
    Subject: text(255),
    TaskSubtype: { type: 'picklist', fixed: true, values: ['Task', 'Call', 'Email', 'ListEmail'] },
    Status: { type: 'picklist', required: true },
    Priority: { type: 'picklist' },
    ActivityDate: { type: 'date' },
    CallType: { type: 'picklist', values: ['Inbound', 'Outbound', 'Internal'] },
    CallDurationInSeconds: { type: 'int' },
    CallDisposition: text(255),
    CallObject: text(255),
    Description: { type: 'textarea', length: 32_000 },
    WhoId: { type: 'reference', to: ['Contact', 'Lead'] },
    WhatId: { type: 'reference', to: ['Account', 'Opportunity'] },
  },
  User: {
    Id: { type: 'id', readOnly: true },
    Name: text(121, { readOnly: true }),
    Email: { type: 'email', length: 128 },
    Username: { type: 'email', length: 80 },
    Extension: phone,
    IsActive: { type: 'boolean' },
    UserType: { type: 'picklist', values: ['Standard', 'Guest', 'AutomatedProcess'] },
  },
  TaskStatus: {
    Id: { type: 'id', readOnly: true },
    ApiName: text(255),
    MasterLabel: text(255),
    IsClosed: { type: 'boolean' },
    SortOrder: { type: 'int' },
  },
  OpportunityStage: {
    Id: { type: 'id', readOnly: true },
    ApiName: text(255),
    MasterLabel: text(255),
    IsActive: { type: 'boolean' },
    IsClosed: { type: 'boolean' },
    SortOrder: { type: 'int' },
  },
};

export const SEARCHABLE: readonly ObjectName[] = ['Contact', 'Lead', 'Account'];
