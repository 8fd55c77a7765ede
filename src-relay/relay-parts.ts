// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { type Admin, createAdmin, revokeDevices } from './admin.ts';
import { createAnswerer } from './answerer.ts';
import { createCallerName } from './caller-name.ts';
import { createCalls } from './calls.ts';
import type { RelayConfig } from './config.ts';
import { possibleConnections } from './connections.ts';
import { createDelivery, type DesktopServer } from './delivery/delivery.ts';
import { createDevices } from './devices.ts';
import { createDirectory } from './directory.ts';
import { createDowntime, type Downtime } from './downtime.ts';
import { createHadPart } from './had-part.ts';
import { createIntake } from './intake.ts';
import { createLeases } from './leases.ts';
import type { RelayLog } from './log.ts';
import { createMarketplaceAccounts, type MarketplaceAccounts } from './marketplace-accounts.ts';
import type { Meters } from './meters.ts';
import { ownMethods } from './methods/own.ts';
import { pbxMethods } from './methods/pbx.ts';
import { teamMethods } from './methods/team.ts';
import { createNames } from './names.ts';
import { createNamesRequest } from './names-request.ts';
import { createOnCalls } from './on-calls.ts';
import { createLeaveHandler, createPairHandler, type LeaveHandler, type PairHandler } from './pair-route.ts';
import type { Devices, Directory, Intake, Presence, Reminders, Team, Tenants } from './parts.ts';
import { createPbx, type Pbx } from './pbx.ts';
import { createAccounts } from './pbx-accounts.ts';
import { createPresence } from './presence.ts';
import { createPublish } from './publish.ts';
import { createReminders } from './reminders.ts';
import { createRpc } from './rpc.ts';
import type { RelayStore } from './store/api.ts';
import { createTeam } from './team.ts';
import { createTenants } from './tenants.ts';

/** The parts of a relay, put together on a store. */
export type RelayParts = {
  readonly tenants: Tenants;
  readonly team: Team;
  readonly directory: Directory;
  readonly presence: Presence;
  readonly reminders: Reminders;
  readonly devices: Devices;
  readonly intake: Intake;
  readonly pbx: Pbx;
  readonly delivery: DesktopServer;
  readonly accounts: MarketplaceAccounts;
  readonly admin: Admin;
  readonly downtime: Downtime;
  readonly pair: PairHandler;
  readonly leave: LeaveHandler;
  readonly nameOf: (tenant: string, number: string) => Promise<string>;
  readonly revokeDevices: (tenant: string) => Promise<void>;
  close(): void;
};

export type PartsOptions = {
  readonly log: RelayLog;
  readonly meters: Meters;
  /** UTC ms. */
  readonly now?: () => number;
  readonly fetch?: typeof globalThis.fetch;
};

const DAY_MS = 24 * 3600_000;
/** Part of all connections that desktops may take: room is kept for the PBX. */
const DESKTOPS = 0.9;

/** Makes all parts; nothing listens yet. */
export function createRelayParts(config: RelayConfig, store: RelayStore, options: PartsOptions): RelayParts {
  const { log, meters, now = Date.now, fetch } = options;
  const measured = meters.store(store);
  const { kv, log: events } = measured;
  const tenants = createTenants(kv);
  const team = createTeam({ kv });
  const publish = createPublish(events);
  const directory = createDirectory(kv, team, now);
  const onCalls = createOnCalls(store.log, now);
  const presence = createPresence(kv, onCalls, now);
  const devices = createDevices({ store: { kv, log: events }, online: presence.devices, now });
  const request = createNamesRequest(
    config.names.allowPrivate,
    config.names.caFile === undefined ? undefined : readFileSync(config.names.caFile, 'utf8'),
  );
  const names = createNames({ request, log });
  const calls = createCalls(measured);
  const reminders = createReminders({ kv, publish, team, now });
  const budgetMs = config.answerBudgetMs;
  const answerer = createAnswerer({
    ...{ directory, team, presence, names, budgetMs, now, log, onAnswer: meters.answered },
  });
  const intake = createIntake({ calls, publish, team, answerer, reminders, log, now });
  const pbxAccounts = createAccounts({ tenants, now, log, ...(fetch ? { fetch } : {}) });
  const hadPart = createHadPart(calls, store.log);
  const pbx = createPbx({ accounts: pbxAccounts, tenants, team, kv, hadPart, now });
  const leases = createLeases(kv, (config.retentionDays + 1) * DAY_MS, now);
  const rpc = createRpc(
    {
      ...ownMethods({ presence, leases, reminders, devices, calls, team, now }),
      ...pbxMethods(pbx),
      ...teamMethods({ directory, team, pbx, now }),
    },
    log,
  );
  const downtime = createDowntime(kv, config.retentionDays * DAY_MS, now);
  const delivery = createDelivery({
    ...{ log: store.log, devices, presence, tenants, team, rpc, report: log },
    meters: meters.delivery,
    gaps: downtime.gaps,
    maxDesktops: Math.floor(possibleConnections(config.limits.maxConnections) * DESKTOPS),
  });
  const accounts = createMarketplaceAccounts(kv, tenants, config.marketplace);
  const admin = createAdmin({ kv, tenants, devices, accounts, publicUrl: config.publicUrl, log });
  return {
    ...{ tenants, team, directory, presence, reminders, devices, intake, pbx, delivery, accounts, admin, downtime },
    pair: createPairHandler(devices),
    leave: createLeaveHandler(devices),
    nameOf: createCallerName({ directory, team, names, budgetMs }),
    revokeDevices: (tenant) => revokeDevices(devices, tenant),
    close() {
      for (const part of [devices, onCalls, names, request, team]) part.close();
    },
  };
}
