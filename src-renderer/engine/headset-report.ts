// SPDX-License-Identifier: MIT
/**
 * What a headset's report descriptor says about buttons and lights, as WebHID hands it out. Pure: no device is touched.
 * Numbers from the USB HID Usage Tables 1.5: page 0x0B telephony, 0x08 LED, 0x09 button.
 */

export const TELEPHONY_PAGE = 0x0b;

/** The part of HIDReportItem that is needed. A usage is page << 16 | id. */
export type ReportItem = {
  readonly isAbsolute?: boolean;
  readonly isArray?: boolean;
  readonly isConstant?: boolean;
  readonly isRange?: boolean;
  readonly hasPreferredState?: boolean;
  readonly usages?: readonly number[];
  readonly usageMinimum?: number;
  readonly usageMaximum?: number;
  readonly logicalMinimum?: number;
  readonly reportSize?: number;
  readonly reportCount?: number;
};
export type Report = { readonly reportId?: number; readonly items?: readonly ReportItem[] };
export type Collection = {
  readonly usagePage?: number;
  readonly usage?: number;
  readonly children?: readonly Collection[];
  readonly inputReports?: readonly Report[];
  readonly outputReports?: readonly Report[];
};

export type Button = 'hook' | 'mute' | 'reject';
export type Light = 'off-hook' | 'ring' | 'mute' | 'hold';

const BUTTONS: ReadonlyMap<number, Button> = new Map([
  [0x0b0020, 'hook'], // Hook Switch
  [0x0b002f, 'mute'], // Phone Mute
  [0x0b0026, 'reject'], // Drop
]);
const LIGHTS: ReadonlyMap<number, Light> = new Map([
  [0x080017, 'off-hook'],
  [0x080018, 'ring'],
  [0x080009, 'mute'],
  [0x080020, 'hold'],
]);

/**
 * The three shapes of an on/off control (HID Usage Tables section 3.4.1.2): a switch that tells its state, a button
 * that is pressed to toggle, and two buttons, 1 for on and -1 for off.
 */
export type Shape = 'state' | 'toggle' | 'on-off';
type ButtonField = { readonly button: Button; readonly shape: Shape; readonly at: number; readonly size: number };
type ArrayField = { readonly at: number; readonly size: number; readonly usages: ReadonlyMap<number, Button> };
type InputLayout = { readonly buttons: readonly ButtonField[]; readonly arrays: readonly ArrayField[] };
type OutputLayout = { readonly bytes: number; readonly lights: ReadonlyMap<Light, number> };

export type Layout = {
  readonly inputs: ReadonlyMap<number, InputLayout>;
  readonly outputs: ReadonlyMap<number, OutputLayout>;
  readonly lights: ReadonlySet<Light>;
};

/** A button as a report tells it: `on` true or false for its state, null when it was pressed to toggle. */
export type Press = { readonly button: Button; readonly on: boolean | null };

const MAX_BITS = 8 * 4_096;

/** A report of a collection holds the items of its children too: what an ancestor has, is not taken twice. */
function reportsOf(collections: readonly Collection[], which: 'inputReports' | 'outputReports'): Map<number, Report> {
  const found = new Map<number, Report>();
  const visit = (collection: Collection, depth: number) => {
    for (const report of collection[which] ?? []) {
      const id = report.reportId ?? 0;
      if (!found.has(id)) found.set(id, report);
    }
    if (depth < 8) for (const child of collection.children ?? []) visit(child, depth + 1);
  };
  for (const collection of collections) visit(collection, 0);
  return found;
}

/** The items with their place in the report, in bits; ends where a descriptor gets out of hand. */
function* placed(report: Report): Generator<{ item: ReportItem; at: number; size: number; count: number }> {
  let at = 0;
  for (const item of report.items ?? []) {
    const size = item.reportSize ?? 0;
    const count = item.reportCount ?? 0;
    if (!(size > 0 && count > 0) || at + size * count > MAX_BITS) return;
    yield { item, at, size, count };
    at += size * count;
  }
}

/** The usage of the field with this number; the last usage stands for all that follow (HID 1.11 section 6.2.2.8). */
function usageAt(item: ReportItem, index: number): number | undefined {
  if (item.isRange) {
    const usage = (item.usageMinimum ?? 0) + index;
    return usage <= (item.usageMaximum ?? -1) ? usage : undefined;
  }
  return item.usages?.[Math.min(index, item.usages.length - 1)];
}

function shapeOf(item: ReportItem): Shape {
  if (item.isAbsolute === false) return (item.logicalMinimum ?? 0) < 0 ? 'on-off' : 'toggle';
  return item.hasPreferredState ? 'toggle' : 'state';
}

function inputLayout(report: Report): InputLayout {
  const buttons: ButtonField[] = [];
  const arrays: ArrayField[] = [];
  for (const { item, at, size, count } of placed(report)) {
    if (item.isConstant) continue;
    if (item.isArray) {
      // The field holds the number of the usage that is pressed, counted from the logical minimum.
      const usages = new Map<number, Button>();
      for (let index = 0; index < 64; index += 1) {
        const button = BUTTONS.get(
          usageAt({ ...item, usages: item.usages?.slice(index, index + 1) ?? [] }, index) ?? -1,
        );
        if (button !== undefined) usages.set((item.logicalMinimum ?? 0) + index, button);
      }
      if (usages.size > 0) for (let n = 0; n < count; n += 1) arrays.push({ at: at + n * size, size, usages });
      continue;
    }
    const seen = new Set<Button>();
    for (let index = 0; index < count; index += 1) {
      const button = BUTTONS.get(usageAt(item, index) ?? -1);
      if (button === undefined || seen.has(button)) continue;
      seen.add(button);
      buttons.push({ button, shape: shapeOf(item), at: at + index * size, size });
    }
  }
  return { buttons, arrays };
}

function outputLayout(report: Report): OutputLayout {
  const lights = new Map<Light, number>();
  let bits = 0;
  for (const { item, at, size, count } of placed(report)) {
    bits = at + size * count;
    if (item.isConstant || item.isArray) continue;
    for (let index = 0; index < count; index += 1) {
      const light = LIGHTS.get(usageAt(item, index) ?? -1);
      if (light !== undefined && !lights.has(light)) lights.set(light, at + index * size);
    }
  }
  return { bytes: Math.ceil(bits / 8), lights };
}

/** Reads a device's collections; null when there is no telephony among them. */
export function parseLayout(collections: readonly Collection[]): Layout | null {
  if (!collections.some(({ usagePage }) => usagePage === TELEPHONY_PAGE)) return null;
  const inputs = new Map<number, InputLayout>();
  for (const [id, report] of reportsOf(collections, 'inputReports')) {
    const layout = inputLayout(report);
    if (layout.buttons.length + layout.arrays.length > 0) inputs.set(id, layout);
  }
  const outputs = new Map<number, OutputLayout>();
  for (const [id, report] of reportsOf(collections, 'outputReports')) {
    const layout = outputLayout(report);
    if (layout.lights.size > 0) outputs.set(id, layout);
  }
  const lights = new Set([...outputs.values()].flatMap(({ lights: some }) => [...some.keys()]));
  return { inputs, outputs, lights };
}

/** A field's bits, least significant first (HID 1.11 section 8.4); null when the report is too short. */
function bitsAt(data: DataView, at: number, size: number): number | null {
  if (at + size > data.byteLength * 8) return null;
  let value = 0;
  for (let bit = 0; bit < Math.min(size, 31); bit += 1) {
    const place = at + bit;
    if ((data.getUint8(place >> 3) >> (place & 7)) & 1) value |= 1 << bit;
  }
  return value;
}

/** Remembers what each button showed, since a report tells states and a press is a change. */
export class ReportReader {
  readonly #layout: Layout;
  readonly #before = new Map<string, number>();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** What was pressed; [] for a report of something else, a short one or one that tells nothing new. */
  read(reportId: number, data: DataView): readonly Press[] {
    const layout = this.#layout.inputs.get(reportId);
    if (layout === undefined) return [];
    const presses: Press[] = [];
    for (const { button, shape, at, size } of layout.buttons) {
      const value = bitsAt(data, at, size);
      if (value === null || !this.#isNews(`${reportId}/${at}`, value)) continue;
      if (shape === 'state') presses.push({ button, on: value !== 0 });
      else if (value === 0) continue;
      else if (shape === 'toggle') presses.push({ button, on: null });
      // All bits set is -1 in any width.
      else presses.push({ button, on: value === 1 });
    }
    for (const { at, size, usages } of layout.arrays) {
      const value = bitsAt(data, at, size);
      if (value === null || !this.#isNews(`${reportId}/${at}`, value)) continue;
      const button = usages.get(value);
      if (button !== undefined) presses.push({ button, on: null });
    }
    return presses;
  }

  /**
   * A light was switched, and a headset takes its switch to be so from then on, whether it reports that or not: what
   * differs from it is the next press.
   */
  assume(button: Button, on: boolean): void {
    for (const [reportId, { buttons }] of this.#layout.inputs) {
      for (const field of buttons) {
        if (field.button === button && field.shape === 'state') this.#before.set(`${reportId}/${field.at}`, on ? 1 : 0);
      }
    }
  }

  #isNews(field: string, value: number): boolean {
    const before = this.#before.get(field) ?? 0;
    this.#before.set(field, value);
    return value !== before;
  }
}

/** The output reports that show these lights: id and bytes, for HIDDevice.sendReport. */
export function encodeLights(
  layout: Layout,
  on: ReadonlySet<Light>,
): { readonly reportId: number; readonly data: Uint8Array<ArrayBuffer> }[] {
  return [...layout.outputs].map(([reportId, { bytes, lights }]) => {
    const data = new Uint8Array(bytes);
    for (const [light, at] of lights) {
      if (on.has(light)) data[at >> 3] = (data[at >> 3] ?? 0) | (1 << (at & 7));
    }
    return { reportId, data };
  });
}
