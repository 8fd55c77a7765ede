// SPDX-License-Identifier: MIT
import { loudEmitter, makeEvent } from './guard.ts';
import type { Menu } from './menu.ts';
import { type NativeImage, toImage } from './native-image.ts';
import { display } from './screen.ts';

export const trays: Tray[] = [];

export class Tray
  extends loudEmitter('Tray')
  implements
    Pick<
      Electron.Tray,
      | 'destroy'
      | 'isDestroyed'
      | 'setToolTip'
      | 'setTitle'
      | 'getTitle'
      | 'closeContextMenu'
      | 'getBounds'
      | 'setIgnoreDoubleClickEvents'
      | 'getIgnoreDoubleClickEvents'
    >
{
  image: NativeImage;
  toolTip = '';
  menu: Menu | null = null;
  #title = '';
  #destroyed = false;
  #ignoreDoubleClick = false;

  constructor(image: NativeImage | string) {
    super();
    this.image = toImage(image);
    trays.push(this);
  }

  #check(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }
  setImage(image: NativeImage | string): void {
    this.#check();
    this.image = toImage(image);
  }
  setPressedImage(): void {}
  setToolTip(toolTip: string): void {
    this.#check();
    this.toolTip = toolTip;
  }
  setTitle(title: string): void {
    this.#check();
    this.#title = title;
  }
  getTitle(): string {
    return this.#title;
  }
  setContextMenu(menu: Menu | null): void {
    this.#check();
    this.menu = menu;
  }
  popUpContextMenu(menu?: Menu): void {
    (menu ?? this.menu)?.popup();
  }
  closeContextMenu(): void {
    this.menu?.closePopup();
  }
  setIgnoreDoubleClickEvents(ignore: boolean): void {
    this.#ignoreDoubleClick = ignore;
  }
  getIgnoreDoubleClickEvents(): boolean {
    return this.#ignoreDoubleClick;
  }
  getBounds(): Electron.Rectangle {
    return { x: display.bounds.width - 120, y: 4, width: 24, height: 24 };
  }
  destroy(): void {
    this.#destroyed = true;
    trays.splice(trays.indexOf(this), 1);
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** Not Electron's: what a person's mouse does. */
  press(event: 'click' | 'double-click' | 'right-click'): void {
    const keys = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
    this.emit(event, makeEvent(keys), this.getBounds(), { x: 0, y: 0 });
  }
}
