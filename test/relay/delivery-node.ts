// SPDX-License-Identifier: MIT
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCalls } from '../../src-relay/calls.ts';
import { createDelivery, type DesktopServer } from '../../src-relay/delivery/delivery.ts';
import { createDevices, type DeviceRegistry } from '../../src-relay/devices.ts';
import { createIntake } from '../../src-relay/intake.ts';
import { createLeases } from '../../src-relay/leases.ts';
import { ownMethods } from '../../src-relay/methods/own.ts';
import { createOnCalls } from '../../src-relay/on-calls.ts';
import type { Intake, MethodHandlers, Team, Tenant } from '../../src-relay/parts.ts';
import { createPresence, type PresenceOfDesktops } from '../../src-relay/presence.ts';
import { createPublish } from '../../src-relay/publish.ts';
import { createReminders } from '../../src-relay/reminders.ts';
import { createRpc } from '../../src-relay/rpc.ts';
import type { RelayStore } from '../../src-relay/store/api.ts';
import { createTeam } from '../../src-relay/team.ts';
import type { Role } from '../../src-shared/relay/protocol.ts';
import { silentRelayLog } from '../fakes-relay.ts';

/** One node of a relay as far as desktops know it: no PBX, no directory, plain HTTP on a free port. */
export type DeliveryNode = {
  readonly url: string;
  readonly intake: Intake;
  readonly devices: DeviceRegistry;
  readonly presence: PresenceOfDesktops;
  readonly team: Team;
  readonly delivery: DesktopServer;
  /** Milliseconds from an event's arrival to a desktop's socket, one for each that was pushed. */
  readonly lags: number[];
  /** What the node wrote to its log as an error. */
  readonly errors: unknown[];
  token(extension: string, role?: Role, tenant?: string): Promise<string>;
  close(): Promise<void>;
};

export const TENANT: Tenant = {
  ...{ id: 'acme', urlSecret: 'a-secret-in-the-url', zdUserId: null, apiBaseUrl: 'https://api.test' },
  ...{ apiKey: 'key', apiSecret: 'secret', offsetMinutes: 120 },
};

/** @param probeMs how often a desktop is asked whether it is there */
export async function startDeliveryNode(store: RelayStore, probeMs = 30_000): Promise<DeliveryNode> {
  const lags: number[] = [];
  const errors: unknown[] = [];
  const log = { ...silentRelayLog, error: (message: string, fields?: unknown) => errors.push([message, fields]) };
  const { kv } = store;
  const publish = createPublish(store.log);
  const team = createTeam({ kv });
  const onCalls = createOnCalls(store.log);
  const presence = createPresence(kv, onCalls);
  const devices = createDevices({ store, online: presence.devices });
  const calls = createCalls(store);
  const reminders = createReminders({ kv, publish, team });
  const leases = createLeases(kv, 1e9);
  const intake = createIntake({
    ...{ calls, publish, team, reminders, log },
    answerer: {
      answer: async (_tenant, { pbx_call_id = '' }) => ({
        ...{ pbxCallId: pbx_call_id, at: Date.now(), answer: null, reason: 'unknown', extension: null },
      }),
    },
  });
  const own = ownMethods({ presence, leases, reminders, devices, calls, team });
  const delivery = createDelivery({
    ...{ log: store.log, devices, presence, team, report: log, probeMs },
    tenants: { get: async (id) => ({ ...TENANT, id }) },
    rpc: createRpc(own as unknown as MethodHandlers, log),
    meters: { sent: (lag) => lags.push(lag) },
  });
  const server = createServer((_request, response) => response.writeHead(404).end());
  server.on('upgrade', delivery.handleUpgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ intake, devices, presence, team, delivery, lags, errors },
    async token(extension, role = 'agent', tenant = TENANT.id) {
      const { code } = await devices.code(tenant, extension, role, '');
      return (await devices.pair(code, '127.0.0.1', 'test')).token;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await delivery.close();
      for (const part of [devices, onCalls, team]) part.close();
    },
  };
}
