// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountZone, fixedZone, offsetAt, offsetRange, timeOfId, wallIn, wallToUtcIn } from './zone.ts';

const HOUR = 3_600_000;
const WINTER = HOUR;
const SUMMER = 2 * HOUR;
/** 29 March 2026, 02:00 → 03:00, and 25 October 2026, 03:00 → 02:00, both at 01:00 UTC. */
const SPRING = Date.UTC(2026, 2, 29, 1);
const AUTUMN = Date.UTC(2026, 9, 25, 1);

const madrid = (now: number) =>
  accountZone('Europe/Madrid', 'UTC', now < AUTUMN && now > SPRING ? SUMMER : WINTER, now);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 19));

describe('Europe/Madrid', () => {
  it('reads rows from before a change with the offset they were written with', () => {
    const zone = madrid(AUTUMN + 5 * 24 * HOUR);
    expect(iso(wallToUtcIn(zone, '2026-10-20 12:00:00', null))).toBe('2026-10-20T10:00:00');
    expect(iso(wallToUtcIn(zone, '2026-10-26 12:00:00', null))).toBe('2026-10-26T11:00:00');
    const inSpring = madrid(SPRING + 5 * 24 * HOUR);
    expect(iso(wallToUtcIn(inSpring, '2026-03-28 12:00:00', null))).toBe('2026-03-28T11:00:00');
    expect(iso(wallToUtcIn(inSpring, '2026-03-30 12:00:00', null))).toBe('2026-03-30T10:00:00');
  });

  it('the hour that comes twice at the end of summer time is the one the id was made in', () => {
    const zone = madrid(AUTUMN + 2 * HOUR);
    const first = AUTUMN - 30 * 60_000;
    const second = AUTUMN + 30 * 60_000;
    expect(wallIn(zone, first)).toBe('2026-10-25 02:30:00');
    expect(wallIn(zone, second)).toBe('2026-10-25 02:30:00');
    // A leg's id is made while its caller waits: some minutes after the start are still evidence.
    for (const late of [0, 4_000, 15 * 60_000]) {
      expect(wallToUtcIn(zone, '2026-10-25 02:30:00', first + late)).toBe(first);
      expect(wallToUtcIn(zone, '2026-10-25 02:30:00', second + late)).toBe(second);
    }
  });

  it('without evidence it is read with the offset of today, and with today’s in neither, as the first', () => {
    const text = '2026-10-25 02:30:00';
    expect(wallToUtcIn(madrid(AUTUMN - HOUR), text, null)).toBe(AUTUMN - 30 * 60_000);
    expect(wallToUtcIn(madrid(AUTUMN + 24 * HOUR), text, null)).toBe(AUTUMN + 30 * 60_000);
    expect(wallToUtcIn({ offsetMs: 0, name: 'Europe/Madrid', certain: true }, text, null)).toBe(AUTUMN - 30 * 60_000);
    // An id of another day proves nothing.
    expect(wallToUtcIn(madrid(AUTUMN + 24 * HOUR), text, AUTUMN + 20 * HOUR)).toBe(AUTUMN + 30 * 60_000);
  });

  it('the hour left out in spring is read as if the clock had not changed yet', () => {
    const zone = madrid(SPRING + 2 * HOUR);
    expect(wallToUtcIn(zone, '2026-03-29 02:30:00', null)).toBe(SPRING + 30 * 60_000);
    expect(wallToUtcIn(zone, '2026-03-29 01:59:59', null)).toBe(SPRING - 1000);
    expect(wallToUtcIn(zone, '2026-03-29 03:00:00', null)).toBe(SPRING);
  });

  it('a range that begins or ends at a change leaves neither hour out', () => {
    const zone = madrid(AUTUMN + 24 * HOUR);
    for (const change of [SPRING, AUTUMN]) {
      expect(offsetRange(zone, change)).toEqual({ least: WINTER, most: SUMMER });
      expect(offsetRange(zone, change - HOUR)).toEqual({ least: WINTER, most: SUMMER });
    }
    expect(offsetRange(zone, AUTUMN + 5 * HOUR)).toEqual({ least: WINTER, most: WINTER });
  });

  it('every moment of the year comes back from its wall clock and its id', () => {
    const moment = fc
      .oneof(
        fc.integer({ min: Date.UTC(2026, 0) / 1000, max: Date.UTC(2027, 0) / 1000 }),
        fc.constantFrom(SPRING, AUTUMN).chain((at) => fc.integer({ min: -7200, max: 7200 }).map((s) => at / 1000 + s)),
      )
      .map((seconds) => seconds * 1000);
    fc.assert(
      fc.property(moment, moment, fc.boolean(), (at, now, isSet) => {
        const offset = offsetAt(madrid(now), now);
        const zone = isSet ? madrid(now) : accountZone('', 'Europe/Madrid', offset, now);
        const id = `${at / 1000}.12345678`;
        expect(wallToUtcIn(zone, wallIn(madrid(at), at), timeOfId(id))).toBe(at);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an account without a name for its zone', () => {
  it('goes by the offset of the PBX, and by an id that says the clock has changed since', () => {
    const zone = accountZone('', 'America/Lima', SUMMER, AUTUMN - 24 * HOUR);
    expect(zone).toEqual({ offsetMs: SUMMER, name: null, certain: false });
    const at = Date.UTC(2026, 1, 10, 9);
    expect(wallToUtcIn(zone, '2026-02-10 10:00:00', null)).toBe(at - HOUR);
    expect(wallToUtcIn(zone, '2026-02-10 10:00:00', at)).toBe(at);
    expect(wallToUtcIn(zone, '2026-02-10 10:00:00', at - 5 * HOUR)).toBe(at - HOUR);
    expect(offsetRange(zone, at)).toEqual({ least: HOUR, most: 3 * HOUR });
  });

  it('takes this computer’s zone while the two clocks agree, and gives it up when ids prove it wrong', () => {
    const now = Date.UTC(2026, 11, 1);
    const zone = accountZone('', 'Europe/Madrid', WINTER, now);
    expect(zone.name).toBe('Europe/Madrid');
    expect(wallToUtcIn(zone, '2026-08-01 12:00:00', null)).toBe(Date.UTC(2026, 7, 1, 10));
    // The account stays at UTC+1 all year.
    expect(wallToUtcIn(zone, '2026-08-01 12:00:00', Date.UTC(2026, 7, 1, 11, 0, 3))).toBe(Date.UTC(2026, 7, 1, 11));
    expect(accountZone('', 'Europe/Madrid', 0, now).name).toBeNull();
    expect(accountZone('', 'no/where', WINTER, now).name).toBeNull();
    // Just after a change, before the PBX was asked again.
    expect(accountZone('', 'Europe/Madrid', SUMMER, AUTUMN + HOUR).name).toBe('Europe/Madrid');
  });

  it('a fixed offset is one in summer and winter', () => {
    const zone = fixedZone(SUMMER);
    expect(wallToUtcIn(zone, '2026-01-10 12:00:00', Date.UTC(2026, 0, 10, 11))).toBe(Date.UTC(2026, 0, 10, 10));
    expect(offsetRange(zone, SPRING)).toEqual({ least: SUMMER, most: SUMMER });
  });
});

it('reads the moment in ids of every form seen, and in nothing else', () => {
  expect(timeOfId('1458313316.343456')).toBe(1458313316000);
  expect(timeOfId('1-1458313316.343456-100-2016-01-11-100155')).toBe(1458313316000);
  expect(timeOfId('1781129241.26640977')).toBe(1781129241000);
  for (const id of ['', '123', 'in_0123456789abcdef', '14583133160.1', '145831331.1', 'x1458313316.1']) {
    expect(timeOfId(id)).toBeNull();
  }
  expect(wallToUtcIn(fixedZone(0), 'yesterday', 0)).toBeNull();
});
