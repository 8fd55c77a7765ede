// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeadsetCall, type HeadsetCommand, Headsets, type HidDevice, type HidPort } from './headset.ts';
import { commandsOf, lightsOf } from './headset-logic.ts';
import { type Collection, encodeLights, parseLayout, type Report, ReportReader } from './headset-report.ts';

const usage = (page: number, id: number) => (page << 16) | id;
const bit = (page: number, id: number, more: object = {}) => ({
  usages: [usage(page, id)],
  isAbsolute: true,
  hasPreferredState: false,
  logicalMinimum: 0,
  reportSize: 1,
  reportCount: 1,
  ...more,
});
const padding = (bits: number) => ({ isConstant: true, usages: [], reportSize: bits, reportCount: 1 });

/** As the usual USB headset describes itself: hook switch as a state, mute as a button, four lights. */
const INPUT: Report = {
  reportId: 2,
  items: [
    bit(0x0b, 0x20),
    bit(0x0b, 0x97),
    bit(0x0b, 0x2f, { isAbsolute: false }),
    bit(0x0b, 0x21, { isAbsolute: false }),
    // A keypad: one field with the number of the key that is pressed.
    { isArray: true, isRange: true, usageMinimum: 0x0b00b0, usageMaximum: 0x0b00bb, reportSize: 4, reportCount: 1 },
    padding(8),
  ],
};
const OUTPUT: Report = {
  reportId: 3,
  items: [
    padding(1),
    { ...bit(0x08, 0x17), usages: [0x17, 0x09, 0x18, 0x20].map((id) => usage(0x08, id)), reportCount: 4 },
    padding(11),
  ],
};
const HEADSET: readonly Collection[] = [
  { usagePage: 0x0c, usage: 1, inputReports: [{ reportId: 1, items: [bit(0x0c, 0xe9)] }] },
  {
    usagePage: 0x0b,
    usage: 5,
    inputReports: [INPUT],
    outputReports: [OUTPUT],
    // A parent's report holds its children's items: this one must not be counted again.
    children: [{ usagePage: 0x0b, usage: 6, inputReports: [{ reportId: 2, items: [bit(0x0b, 0x2f)] }] }],
  },
];

const call = (id: string, change: Partial<HeadsetCall> = {}): HeadsetCall => ({
  id,
  direction: 'in',
  state: 'connected',
  isRinging: false,
  muted: false,
  held: false,
  ...change,
});
const ringing = (id: string) => call(id, { state: 'ringing', isRinging: true });
const view = (...bytes: number[]) => new DataView(Uint8Array.from(bytes).buffer);

function layout(collections = HEADSET) {
  const parsed = parseLayout(collections);
  if (parsed === null) throw new Error('no telephony');
  return parsed;
}

describe('reports', () => {
  it('finds buttons and lights of a usual headset', () => {
    expect([...layout().inputs.keys()]).toEqual([2]);
    expect(layout().inputs.get(2)?.buttons).toEqual([
      { button: 'hook', shape: 'state', at: 0, size: 1 },
      { button: 'mute', shape: 'toggle', at: 2, size: 1 },
    ]);
    expect([...layout().lights].sort()).toEqual(['hold', 'mute', 'off-hook', 'ring']);
    expect(parseLayout([{ usagePage: 0x0c, usage: 1, inputReports: [INPUT] }])).toBeNull();
  });

  it('tells changes only: the hook as a state, mute when it is pressed', () => {
    const reader = new ReportReader(layout());
    expect(reader.read(2, view(0b0001, 0))).toEqual([{ button: 'hook', on: true }]);
    expect(reader.read(2, view(0b0001, 0))).toEqual([]);
    expect(reader.read(2, view(0b0101, 0))).toEqual([{ button: 'mute', on: null }]);
    expect(reader.read(2, view(0b0001, 0))).toEqual([]);
    expect(reader.read(2, view(0b0100, 0))).toEqual([
      { button: 'hook', on: false },
      { button: 'mute', on: null },
    ]);
    expect(reader.read(1, view(0xff, 0xff))).toEqual([]);
    expect(reader.read(2, view())).toEqual([]);
  });

  it('knows two-button controls and named keys', () => {
    const items = [
      bit(0x0b, 0x20, { isAbsolute: false, logicalMinimum: -1, reportSize: 2 }),
      {
        isArray: true,
        usages: [usage(0x0b, 0x26), usage(0x0b, 0x2f)],
        logicalMinimum: 1,
        reportSize: 6,
        reportCount: 1,
      },
    ];
    const reader = new ReportReader(layout([{ usagePage: 0x0b, inputReports: [{ reportId: 0, items }] }]));
    expect(reader.read(0, view(0b01))).toEqual([{ button: 'hook', on: true }]);
    expect(reader.read(0, view(0b00))).toEqual([]);
    expect(reader.read(0, view(0b11))).toEqual([{ button: 'hook', on: false }]);
    expect(reader.read(0, view(1 << 2))).toEqual([{ button: 'reject', on: null }]);
    expect(reader.read(0, view(2 << 2))).toEqual([{ button: 'mute', on: null }]);
  });

  it('writes lights where the descriptor wants them', () => {
    expect(encodeLights(layout(), new Set(['off-hook', 'mute']))).toEqual([
      { reportId: 3, data: Uint8Array.of(0b0000_0110, 0) },
    ]);
    expect(encodeLights(layout(), new Set(['ring', 'hold']))).toEqual([
      { reportId: 3, data: Uint8Array.of(0b0001_1000, 0) },
    ]);
  });

  it('takes any descriptor and any report without a fault', () => {
    const small = fc.integer({ min: -2, max: 40 });
    const item = fc.record(
      {
        isAbsolute: fc.boolean(),
        isArray: fc.boolean(),
        isConstant: fc.boolean(),
        isRange: fc.boolean(),
        hasPreferredState: fc.boolean(),
        usages: fc.array(fc.constantFrom(usage(0x0b, 0x20), usage(0x0b, 0x2f), usage(0x08, 0x17), 5)),
        usageMinimum: fc.constantFrom(0, usage(0x0b, 0x1f)),
        usageMaximum: fc.constantFrom(0, usage(0x0b, 0x30)),
        logicalMinimum: small,
        reportSize: fc.oneof(small, fc.constant(1e9)),
        reportCount: fc.oneof(small, fc.constant(1e9)),
      },
      { requiredKeys: [] },
    );
    const report = fc.record({ reportId: fc.nat(3), items: fc.array(item, { maxLength: 8 }) });
    const reports = fc.array(report, { maxLength: 3 });
    fc.assert(
      fc.property(reports, reports, fc.array(fc.uint8Array({ maxLength: 8 })), (inputReports, outputReports, sent) => {
        const parsed = layout([{ usagePage: 0x0b, inputReports, outputReports }]);
        const reader = new ReportReader(parsed);
        for (const [index, bytes] of sent.entries()) {
          for (const press of reader.read(index % 4, new DataView(bytes.slice().buffer))) {
            expect(['hook', 'mute', 'reject']).toContain(press.button);
          }
        }
        for (const light of parsed.lights) {
          const [dark, lit] = [encodeLights(parsed, new Set()), encodeLights(parsed, new Set([light]))];
          expect(lit).not.toEqual(dark);
        }
      }),
    );
  });
});

describe('what a press asks for', () => {
  it.each<[string, Parameters<typeof commandsOf>[0], HeadsetCall[], HeadsetCommand[]]>([
    ['answers', { button: 'hook', on: true }, [ringing('a')], [{ type: 'answer', sessionId: 'a', others: 'hold' }]],
    [
      'answers by a button',
      { button: 'hook', on: null },
      [ringing('a')],
      [{ type: 'answer', sessionId: 'a', others: 'hold' }],
    ],
    ['ends', { button: 'hook', on: false }, [call('a')], [{ type: 'hang-up', sessionId: 'a' }]],
    [
      'ends by a button, though another rings',
      { button: 'hook', on: null },
      [ringing('b'), call('a')],
      [{ type: 'hang-up', sessionId: 'a' }],
    ],
    [
      'ends the one in the ear',
      { button: 'hook', on: false },
      [call('a', { held: true }), call('b')],
      [{ type: 'hang-up', sessionId: 'b' }],
    ],
    [
      'answers beside a held one',
      { button: 'hook', on: null },
      [call('a', { held: true }), ringing('b')],
      [{ type: 'answer', sessionId: 'b', others: 'hold' }],
    ],
    [
      'cancels',
      { button: 'hook', on: false },
      [call('a', { direction: 'out', state: 'ringing' })],
      [{ type: 'hang-up', sessionId: 'a' }],
    ],
    ['takes an echo for nothing', { button: 'hook', on: true }, [call('a')], []],
    ['takes an echo of the end for nothing', { button: 'hook', on: false }, [], []],
    ['takes on hook while it rings for nothing', { button: 'hook', on: false }, [ringing('a')], []],
    ['mutes', { button: 'mute', on: null }, [call('a')], [{ type: 'mute', sessionId: 'a', on: true }]],
    [
      'unmutes',
      { button: 'mute', on: null },
      [call('a', { muted: true })],
      [{ type: 'mute', sessionId: 'a', on: false }],
    ],
    [
      'obeys a mute switch',
      { button: 'mute', on: true },
      [call('a', { muted: true }), call('b')],
      [{ type: 'mute', sessionId: 'b', on: true }],
    ],
    ['leaves a held call alone', { button: 'mute', on: null }, [call('a', { held: true })], []],
    [
      'rejects',
      { button: 'reject', on: null },
      [call('b'), ringing('a')],
      [{ type: 'reject', sessionId: 'a', status: 486 }],
    ],
  ])('%s', (_what, press, calls, commands) => expect(commandsOf(press, calls)).toEqual(commands));

  it('shows the calls in its lights', () => {
    expect([...lightsOf([])]).toEqual([]);
    expect([...lightsOf([ringing('a')])]).toEqual(['ring']);
    expect([...lightsOf([call('a', { direction: 'out', state: 'dialing' })])]).toEqual(['off-hook']);
    expect([...lightsOf([call('a', { muted: true })])]).toEqual(['off-hook', 'mute']);
    expect([...lightsOf([call('a', { held: true, muted: true }), ringing('b')])]).toEqual(['off-hook', 'ring', 'hold']);
    expect([...lightsOf([call('a', { state: 'ended' })])]).toEqual([]);
  });
});

describe('Headsets', () => {
  function fake(collections = HEADSET) {
    let press: (event: { reportId: number; data: DataView }) => void = () => {};
    const sent: string[] = [];
    const device: HidDevice & { opened: boolean } = {
      opened: false,
      collections,
      async open() {
        device.opened = true;
      },
      async close() {},
      async sendReport(reportId, data) {
        sent.push(`${reportId}:${[...data].join()}`);
      },
      addEventListener(_type, listener) {
        press = listener;
      },
    };
    return { device, sent, press: (...bytes: number[]) => press({ reportId: 2, data: view(...bytes) }) };
  }

  function port(...devices: HidDevice[]) {
    const listeners = new Map<string, (event: { device: HidDevice }) => void>();
    const hid: HidPort = {
      getDevices: async () => devices,
      addEventListener: (type, listener) => void listeners.set(type, listener),
    };
    return { hid, fire: (type: 'connect' | 'disconnect', device: HidDevice) => listeners.get(type)?.({ device }) };
  }

  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it('opens what is allowed, shows the calls and turns presses into commands', async () => {
    const headset = fake();
    const commands: HeadsetCommand[] = [];
    const headsets = new Headsets((command) => commands.push(command), port(headset.device).hid);
    headsets.update([ringing('a')]);
    await settled();
    expect(headset.device.opened).toBe(true);
    expect(headset.sent).toEqual(['3:8,0']);
    headset.press(0b0001, 0);
    expect(commands).toEqual([{ type: 'answer', sessionId: 'a', others: 'hold' }]);
    headsets.update([call('a')]);
    headsets.update([call('a')]);
    headset.press(0b0101, 0);
    headsets.update([call('a', { muted: true })]);
    headsets.update([]);
    await settled();
    expect(commands.at(-1)).toEqual({ type: 'mute', sessionId: 'a', on: true });
    expect(headset.sent).toEqual(['3:8,0', '3:2,0', '3:6,0', '3:0,0']);
  });

  it('does not end a call by the echo of the one before', async () => {
    const headset = fake();
    const commands: HeadsetCommand[] = [];
    const headsets = new Headsets((command) => commands.push(command), port(headset.device).hid);
    headsets.update([call('a')]);
    await settled();
    headset.press(0b0001, 0);
    headsets.update([]);
    headsets.update([call('b')]);
    headset.press(0b0000, 0);
    expect(commands).toEqual([]);
  });

  it('ends a call that was answered on the screen, by a headset that does not repeat its hook', async () => {
    const headset = fake();
    const commands: HeadsetCommand[] = [];
    const headsets = new Headsets((command) => commands.push(command), port(headset.device).hid);
    await settled();
    headsets.update([call('a')]);
    await new Promise((resolve) => setTimeout(resolve, 550));
    headset.press(0b0000, 0);
    expect(commands).toEqual([{ type: 'hang-up', sessionId: 'a' }]);
    headsets.update([]);
    headsets.update([ringing('b')]);
    headset.press(0b0001, 0);
    expect(commands.at(-1)).toEqual({ type: 'answer', sessionId: 'b', others: 'hold' });
  });

  it('hears headsets that come later, none that went, and nothing that is no headset', async () => {
    const [headset, mouse] = [fake(), fake([{ usagePage: 1, usage: 2 }])];
    const { hid, fire } = port(mouse.device);
    const commands: HeadsetCommand[] = [];
    const headsets = new Headsets((command) => commands.push(command), hid);
    headsets.update([ringing('a')]);
    fire('connect', headset.device);
    await settled();
    expect([headset.sent, mouse.device.opened]).toEqual([['3:8,0'], false]);
    fire('disconnect', headset.device);
    headset.press(0b0001, 0);
    expect(commands).toEqual([]);
  });
});
