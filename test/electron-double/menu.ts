// SPDX-License-Identifier: MIT
import { windows } from './browser-window.ts';
import { loudEmitter, makeEvent } from './guard.ts';

type ItemOptions = Electron.MenuItemConstructorOptions;
type Kind = NonNullable<ItemOptions['type']>;

/** What a role does when its item is clicked; `app` adds quitting. */
export const roles: Record<string, () => void> = {
  close: () => windows.focused?.close(),
  minimize: () => windows.focused?.minimize(),
  reload: () => windows.focused?.webContents.reload(),
};

let nextCommand = 1;

export class MenuItem {
  readonly type: Kind;
  readonly role: string | undefined;
  readonly id: string;
  readonly commandId = nextCommand++;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  label: string;
  sublabel: string;
  toolTip: string;
  icon: unknown;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  menu: Menu | undefined;
  readonly #click: ItemOptions['click'];

  constructor(options: ItemOptions) {
    this.type = options.type ?? (options.submenu ? 'submenu' : 'normal');
    this.role = options.role;
    this.id = options.id ?? '';
    this.label = options.label ?? options.role ?? '';
    this.sublabel = options.sublabel ?? '';
    this.toolTip = options.toolTip ?? '';
    this.icon = options.icon;
    this.accelerator = options.accelerator;
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.#click = options.click;
    const { submenu } = options;
    this.submenu = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : (submenu as unknown as Menu | undefined);
  }

  /** As if a person chose it: Electron changes check marks first; a disabled item does nothing. */
  click(): void {
    if (!this.enabled || !this.visible) return;
    if (this.type === 'checkbox') this.checked = !this.checked;
    if (this.type === 'radio') {
      for (const item of this.menu?.items ?? []) if (item.type === 'radio') item.checked = item === this;
    }
    if (this.#click) this.#click(this as never, windows.focused as never, {} as never);
    else if (this.role) roles[this.role.toLowerCase()]?.();
  }
}

let applicationMenu: Menu | null = null;

export class Menu extends loudEmitter('Menu') implements Pick<Electron.Menu, 'popup' | 'closePopup'> {
  readonly items: MenuItem[] = [];

  static buildFromTemplate(template: (ItemOptions | MenuItem)[]): Menu {
    if (!Array.isArray(template)) throw new TypeError('Invalid template for Menu: Menu template must be an array');
    const menu = new Menu();
    for (const entry of template) {
      if (!('type' in entry || 'label' in entry || 'role' in entry)) {
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
      }
      menu.append(entry instanceof MenuItem ? entry : new MenuItem(entry));
    }
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu;
  }
  static getApplicationMenu(): Menu | null {
    return applicationMenu;
  }

  append(item: MenuItem): void {
    this.insert(this.items.length, item);
  }
  insert(position: number, item: MenuItem): void {
    item.menu = this;
    this.items.splice(position, 0, item);
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
  popup(): void {
    this.emit('menu-will-show', makeEvent());
  }
  closePopup(): void {
    this.emit('menu-will-close', makeEvent());
  }

  /** Not Electron's: the visible item of this label, however deep. */
  find(label: string): MenuItem | undefined {
    for (const item of this.items) {
      const found = item.label === label && item.visible ? item : item.submenu?.find(label);
      if (found) return found;
    }
    return undefined;
  }
  /** Not Electron's: labels as a test reads them; separators are `-`. */
  labels(): string[] {
    return this.items
      .filter((item) => item.visible)
      .flatMap((item) => [item.type === 'separator' ? '-' : item.label, ...(item.submenu?.labels() ?? [])]);
  }
}
