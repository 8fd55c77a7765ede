// SPDX-License-Identifier: MIT
import { commandsOf, type HeadsetCall, type HeadsetCommand, lightsOf } from './headset-logic.ts';
import { type Collection, encodeLights, type Layout, type Light, parseLayout, ReportReader } from './headset-report.ts';

export type { HeadsetCall, HeadsetCommand } from './headset-logic.ts';

type InputReport = { readonly reportId: number; readonly data: DataView };

/** What is used of WebHID's HIDDevice. */
export type HidDevice = {
  readonly opened: boolean;
  readonly collections: readonly Collection[];
  open(): Promise<void>;
  close(): Promise<void>;
  sendReport(reportId: number, data: Uint8Array<ArrayBuffer>): Promise<void>;
  addEventListener(type: 'inputreport', listener: (event: InputReport) => void): void;
};

/** What is used of navigator.hid: devices that main allowed, and their coming and going. */
export type HidPort = {
  getDevices(): Promise<readonly HidDevice[]>;
  addEventListener(type: 'connect' | 'disconnect', listener: (event: { readonly device: HidDevice }) => void): void;
};

/** After we light "off hook", a headset may still report the hook of the call before: not a person's press. */
const ECHO_MS = 500;

/** The buttons and lights of every headset that is plugged in and allowed. */
export class Headsets {
  readonly #command: (command: HeadsetCommand) => void;
  readonly #headsets = new Map<HidDevice, Headset>();
  #calls: readonly HeadsetCall[] = [];

  /** `hid` is null where the browser has no WebHID. */
  constructor(
    command: (command: HeadsetCommand) => void,
    hid: HidPort | null = (navigator as { hid?: HidPort }).hid ?? null,
  ) {
    this.#command = command;
    hid?.addEventListener('connect', ({ device }) => this.#add(device));
    hid?.addEventListener('disconnect', ({ device }) => this.#headsets.delete(device));
    hid?.getDevices().then(
      (devices) => {
        for (const device of devices) this.#add(device);
      },
      () => {},
    );
  }

  /** The calls changed: lights follow. */
  update(calls: readonly HeadsetCall[]): void {
    this.#calls = calls;
    for (const headset of this.#headsets.values()) headset.show(calls);
  }

  #add(device: HidDevice): void {
    if (this.#headsets.has(device)) return;
    const layout = parseLayout(device.collections);
    if (layout === null) return;
    const pressed = (commands: readonly HeadsetCommand[]) => {
      if (this.#headsets.has(device)) for (const command of commands) this.#command(command);
    };
    const headset = new Headset(device, layout, () => this.#calls, pressed);
    this.#headsets.set(device, headset);
    headset.show(this.#calls);
  }
}

class Headset {
  readonly #device: HidDevice;
  readonly #layout: Layout;
  readonly #reader: ReportReader;
  readonly #shown = new Map<number, string>();
  #writing: Promise<void>;
  #lights: ReadonlySet<Light> = new Set();
  #offHookAt = Number.NEGATIVE_INFINITY;

  constructor(
    device: HidDevice,
    layout: Layout,
    calls: () => readonly HeadsetCall[],
    pressed: (commands: readonly HeadsetCommand[]) => void,
  ) {
    this.#device = device;
    this.#layout = layout;
    this.#reader = new ReportReader(layout);
    device.addEventListener('inputreport', ({ reportId, data }) => {
      for (const press of this.#reader.read(reportId, data)) {
        const isEcho = press.button === 'hook' && press.on === false && performance.now() - this.#offHookAt < ECHO_MS;
        if (!isEcho) pressed(commandsOf(press, calls()));
      }
    });
    // Another program may hold the device: its buttons are lost to us, the sound is not.
    this.#writing = device.opened ? Promise.resolve() : device.open().catch(() => {});
  }

  /** Sends the reports whose lights changed, one after the other. */
  show(calls: readonly HeadsetCall[]): void {
    const lights = lightsOf(calls);
    for (const [light, button] of [
      ['off-hook', 'hook'],
      ['mute', 'mute'],
    ] as const) {
      if (lights.has(light) === this.#lights.has(light)) continue;
      if (this.#layout.lights.has(light)) this.#reader.assume(button, lights.has(light));
      if (light === 'off-hook' && lights.has(light)) this.#offHookAt = performance.now();
    }
    this.#lights = lights;
    for (const { reportId, data } of encodeLights(this.#layout, lights)) {
      const key = data.join();
      if (this.#shown.get(reportId) === key) continue;
      this.#shown.set(reportId, key);
      this.#writing = this.#writing
        .then(() => this.#device.sendReport(reportId, data))
        .catch(() => void this.#shown.delete(reportId));
    }
  }
}
