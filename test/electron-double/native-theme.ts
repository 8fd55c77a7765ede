// SPDX-License-Identifier: MIT
import type { Protocol } from './cdp.ts';
import { loudEmitter } from './guard.ts';
import { WebContents } from './web-contents.ts';

class NativeTheme
  extends loudEmitter('nativeTheme')
  implements Pick<Electron.NativeTheme, 'themeSource' | 'shouldUseDarkColors' | 'shouldUseHighContrastColors'>
{
  #source: 'system' | 'light' | 'dark' = 'system';
  #system: 'light' | 'dark' = process.env.MEGADIAL_DOUBLE_THEME === 'dark' ? 'dark' : 'light';
  readonly shouldUseHighContrastColors = false;
  readonly prefersReducedTransparency = false;
  readonly inForcedColorsMode = false;
  readonly shouldUseInvertedColorScheme = false;

  get themeSource(): 'system' | 'light' | 'dark' {
    return this.#source;
  }
  set themeSource(source: 'system' | 'light' | 'dark') {
    if (!['system', 'light', 'dark'].includes(source)) throw new TypeError(`Error processing argument: ${source}`);
    this.#source = source;
    this.#updated();
  }
  get shouldUseDarkColors(): boolean {
    return (this.#source === 'system' ? this.#system : this.#source) === 'dark';
  }
  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return this.#system === 'dark';
  }

  /** Not Electron's: the person changed the computer's theme. */
  setSystem(theme: 'light' | 'dark'): void {
    this.#system = theme;
    this.#updated();
  }
  emulation(): Protocol.Emulation.setEmulatedMediaParameters {
    return { features: [{ name: 'prefers-color-scheme', value: this.shouldUseDarkColors ? 'dark' : 'light' }] };
  }
  #updated(): void {
    for (const contents of WebContents.getAllWebContents()) {
      void contents.command((cdp) => cdp.post('Emulation.setEmulatedMedia', this.emulation()));
    }
    this.emit('updated');
  }
}

export const nativeTheme = new NativeTheme();
