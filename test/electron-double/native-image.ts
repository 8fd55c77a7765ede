// SPDX-License-Identifier: MIT
import { existsSync, readFileSync } from 'node:fs';
import { guard, loudEmitter } from './guard.ts';

type Representation = { readonly scale: number; readonly png: Buffer };

/** Size from the header of a PNG (all an app's own icons are), or 0 × 0. */
function pngSize(png: Buffer | undefined): { width: number; height: number } {
  if (!png || png.length < 24 || png.readUInt32BE(0) !== 0x89504e47) return { width: 0, height: 0 };
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

export class NativeImage
  extends loudEmitter('NativeImage')
  implements
    Pick<
      Electron.NativeImage,
      | 'isEmpty'
      | 'getSize'
      | 'toDataURL'
      | 'toPNG'
      | 'setTemplateImage'
      | 'isTemplateImage'
      | 'addRepresentation'
      | 'getScaleFactors'
      | 'resize'
    >
{
  readonly #representations: Representation[] = [];
  #template = false;
  /** Where it came from, for a test to recognise it. */
  readonly source: string;

  constructor(source: string, png?: Buffer, scale = 1) {
    super();
    this.source = source;
    if (png && pngSize(png).width > 0) this.#representations.push({ scale, png });
  }

  isEmpty(): boolean {
    return this.#representations.length === 0;
  }
  getSize(): Electron.Size {
    const first = this.#representations[0];
    const { width, height } = pngSize(first?.png);
    const scale = first?.scale ?? 1;
    return { width: width / scale, height: height / scale };
  }
  getScaleFactors(): number[] {
    return this.#representations.map(({ scale }) => scale);
  }
  toPNG(): Buffer {
    return this.#representations[0]?.png ?? Buffer.alloc(0);
  }
  toDataURL(): string {
    return `data:image/png;base64,${this.toPNG().toString('base64')}`;
  }
  setTemplateImage(option: boolean): void {
    this.#template = option;
  }
  isTemplateImage(): boolean {
    return this.#template;
  }
  addRepresentation(options: Electron.AddRepresentationOptions): void {
    const png = options.buffer ?? (options.dataURL ? fromDataURL(options.dataURL) : undefined);
    if (png) this.#representations.push({ scale: options.scaleFactor ?? 1, png });
  }
  /** The double shows no picture: a resized one is the same one. */
  resize(): Electron.NativeImage {
    return this as unknown as Electron.NativeImage;
  }
}

function fromDataURL(url: string): Buffer {
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

function fromPath(path: string): NativeImage {
  const image = new NativeImage(path, existsSync(path) ? readFileSync(path) : undefined);
  const double = path.replace(/(\.\w+)$/, '@2x$1');
  if (double !== path && existsSync(double)) image.addRepresentation({ scaleFactor: 2, buffer: readFileSync(double) });
  return image;
}

export function toImage(image: NativeImage | string): NativeImage {
  return typeof image === 'string' ? fromPath(image) : image;
}

export const nativeImage = guard('nativeImage', {
  createEmpty: () => new NativeImage(''),
  createFromPath: fromPath,
  createFromDataURL: (url: string) => new NativeImage('data:', fromDataURL(url)),
  createFromBuffer: (buffer: Buffer, options?: { scaleFactor?: number }) =>
    new NativeImage('buffer', buffer, options?.scaleFactor),
});
