// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { Entry } from './api.ts';
import { packHash } from './sqlite-schema.ts';

export type LogWriter = {
  /** The sequence of each entry, 0 for one that was there already. */
  append(entries: readonly Entry[]): number[];
  /** Writes what the group has added up; before its commit. */
  finish(): void;
  /** After a rollback: nothing remembered since the last commit is true. */
  forget(): void;
  /** Drops at most `limit` events received before `before`, the oldest first; answers how many. */
  prune(before: number, limit: number): number;
};

/** Entries and their deliveries, inside a transaction of the caller's. `next` gives a number above all before. */
export function logWriter(db: Database, next: () => number): LogWriter {
  const addTenant = db.prepare('INSERT INTO tenants (name) VALUES (?) ON CONFLICT DO NOTHING');
  const tenantOf = db.prepare<[string], { id: number }>('SELECT id FROM tenants WHERE name = ?');
  const addAudience = db.prepare('INSERT INTO audiences (tenant, name) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const audienceOf = db.prepare<[number, string], { id: number }>(
    'SELECT id FROM audiences WHERE tenant = ? AND name = ?',
  );
  const setNewest = db.prepare('UPDATE tenants SET newest = ? WHERE id = ?');
  const addEvent = db.prepare(
    'INSERT INTO events (id, tenant, hash, received_at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const eventOf = db.prepare<[number, string | Buffer], { id: number }>(
    'SELECT id FROM events WHERE tenant = ? AND hash = ?',
  );
  const addDelivery = db.prepare(
    'INSERT INTO deliveries (audience, seq, event) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const tenants = db.prepare<[], { id: number }>('SELECT id FROM tenants');
  const oldEvents = db.prepare<[number, number, number], { id: number }>(
    'SELECT id FROM events WHERE tenant = ? AND received_at < ? ORDER BY received_at LIMIT ?',
  );
  const dropDeliveries = db.prepare('DELETE FROM deliveries WHERE event = ?');
  const dropEvent = db.prepare('DELETE FROM events WHERE id = ?');

  const knownTenants = new Map<string, { readonly id: number; readonly audiences: Map<string, number> }>();
  /** By tenant's id: newest sequence given out in this group. */
  const newest = new Map<number, number>();

  function tenant(name: string) {
    let known = knownTenants.get(name);
    if (known === undefined) {
      addTenant.run(name);
      known = { id: must(tenantOf.get(name)).id, audiences: new Map() };
      knownTenants.set(name, known);
    }
    return known;
  }

  function audience(of: { readonly id: number; readonly audiences: Map<string, number> }, name: string): number {
    let id = of.audiences.get(name);
    if (id === undefined) {
      addAudience.run(of.id, name);
      id = must(audienceOf.get(of.id, name)).id;
      of.audiences.set(name, id);
    }
    return id;
  }

  return {
    append(entries) {
      let last: { readonly tenant: number; readonly hash: string; readonly event: number } | null = null;
      return entries.map((entry) => {
        const owner = tenant(entry.tenant);
        const seq = next();
        // The same event for several audiences stands in a row: looked up once.
        if (last === null || last.hash !== entry.hash || last.tenant !== owner.id) {
          const hash = packHash(entry.hash);
          const isNew = addEvent.run(seq, owner.id, hash, entry.receivedAt, entry.body).changes === 1;
          const event = isNew ? seq : must(eventOf.get(owner.id, hash)).id;
          last = { tenant: owner.id, hash: entry.hash, event };
        }
        if (addDelivery.run(audience(owner, entry.audience), seq, last.event).changes === 0) return 0;
        newest.set(owner.id, seq);
        return seq;
      });
    },
    finish() {
      for (const [id, seq] of newest) setNewest.run(seq, id);
      newest.clear();
    },
    forget() {
      knownTenants.clear();
      newest.clear();
    },
    prune(before, limit) {
      let dropped = 0;
      for (const { id: tenantId } of tenants.all()) {
        for (const { id } of oldEvents.all(tenantId, before, limit - dropped)) {
          dropDeliveries.run(id);
          dropEvent.run(id);
          dropped += 1;
        }
        if (dropped === limit) break;
      }
      return dropped;
    },
  };
}

function must<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('a row that was just written is not there');
  return row;
}
