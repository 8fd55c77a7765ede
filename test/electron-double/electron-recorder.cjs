// SPDX-License-Identifier: MIT
const {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  globalShortcut,
  Notification,
  powerMonitor,
  shell,
  Tray,
} = require('electron');

/**
 * Loaded into the real Electron before the app (`-r`). Classes are wrapped at their prototypes and modules at their
 * functions, so it makes no difference how the app imported them.
 */
const trays = [];
const notifications = [];
const shortcuts = new Map();
const held = new Set();
const openedExternal = [];
const dialogs = [];
const answers = [];

function wrap(object, name, make) {
  object[name] = make(object[name]);
}
function stateOf(tray) {
  let state = trays.find((known) => known.tray === tray);
  if (!state) {
    state = { tray, toolTip: '', title: '', image: '', menu: null };
    trays.push(state);
  }
  return state;
}
for (const [method, field] of [
  ['setToolTip', 'toolTip'],
  ['setTitle', 'title'],
  ['setContextMenu', 'menu'],
]) {
  wrap(
    Tray.prototype,
    method,
    (original) =>
      function (value, ...rest) {
        stateOf(this)[field] = value;
        return original.call(this, value, ...rest);
      },
  );
}
wrap(
  Tray.prototype,
  'setImage',
  (original) =>
    function (image) {
      if (typeof image === 'string') stateOf(this).image = image;
      return original.call(this, image);
    },
);
wrap(
  Notification.prototype,
  'show',
  (original) =>
    function () {
      notifications.push(this);
      return original.call(this);
    },
);
wrap(
  Notification.prototype,
  'close',
  (original) =>
    function () {
      forget(this);
      return original.call(this);
    },
);
function forget(notification) {
  const at = notifications.indexOf(notification);
  if (at >= 0) notifications.splice(at, 1);
}
wrap(globalShortcut, 'register', (original) => (accelerator, callback) => {
  if (held.has(accelerator)) return false;
  const done = original.call(globalShortcut, accelerator, callback);
  if (done) shortcuts.set(accelerator, callback);
  return done;
});
wrap(globalShortcut, 'unregister', (original) => (accelerator) => {
  shortcuts.delete(accelerator);
  return original.call(globalShortcut, accelerator);
});
wrap(globalShortcut, 'unregisterAll', (original) => () => {
  shortcuts.clear();
  return original.call(globalShortcut);
});
wrap(shell, 'openExternal', () => async (url) => {
  openedExternal.push(url);
});
function answer(options) {
  const buttons = options.buttons ?? ['OK'];
  const cancel = options.cancelId ?? buttons.findIndex((label) => /^(cancel|no)$/i.test(label));
  const queued = typeof answers[0] === 'number' ? answers.shift() : undefined;
  const chosen = queued ?? (cancel >= 0 ? cancel : (options.defaultId ?? 0));
  dialogs.push({ kind: 'message', title: options.title ?? '', message: options.message, buttons, answer: chosen });
  return chosen;
}
function files(kind, options) {
  const paths = Array.isArray(answers[0]) ? answers.shift() : [];
  dialogs.push({ kind, title: options.title ?? '', message: '', buttons: [], answer: paths.length > 0 ? 0 : -1 });
  return paths;
}
dialog.showOpenDialog = async (...args) => {
  const filePaths = files('open', args.at(-1));
  return { canceled: filePaths.length === 0, filePaths };
};
dialog.showSaveDialog = async (...args) => {
  const filePath = files('save', args.at(-1))[0] ?? '';
  return { canceled: filePath === '', filePath };
};
dialog.showMessageBox = async (...args) => ({ response: answer(args.at(-1)), checkboxChecked: false });
dialog.showMessageBoxSync = (...args) => answer(args.at(-1));
dialog.showErrorBox = (title, message) => dialogs.push({ kind: 'error', title, message, buttons: [], answer: 0 });

const kindOf = (window) => /^[a-z]+:\/\/[^/]*\/([^/?#]*)/i.exec(window.webContents.getURL())?.[1] ?? '';
function windowOf(kind) {
  const found = BrowserWindow.getAllWindows().find((window) => kindOf(window) === kind);
  if (!found) throw new Error(`no window ${kind}`);
  return found;
}
function notificationOf(key) {
  const found = notifications.findLast(({ id, title }) => id === key || title === key);
  if (!found) throw new Error(`no notification ${key}`);
  return found;
}
function labels(menu) {
  return menu.items
    .filter((item) => item.visible)
    .flatMap((item) => [item.type === 'separator' ? '-' : item.label, ...(item.submenu ? labels(item.submenu) : [])]);
}
function itemOf(menu, label) {
  for (const item of menu?.items ?? []) {
    const found = item.label === label && item.visible ? item : itemOf(item.submenu, label);
    if (found) return found;
  }
  return null;
}
const board = (type) => (type === 'selection' ? clipboard.selection : clipboard);

const commands = {
  windows: () =>
    BrowserWindow.getAllWindows().map((window) => ({
      kind: kindOf(window),
      visible: window.isVisible(),
      focused: window.isFocused(),
      onTop: window.isAlwaysOnTop(),
      bounds: window.getBounds(),
    })),
  userShow: (kind) => windowOf(kind).show(),
  userClose: (kind) => windowOf(kind).close(),
  tray: () => {
    const { tray, menu, ...state } = trays.at(-1) ?? {};
    return tray ? { ...state, menu: menu ? labels(menu) : [] } : null;
  },
  clickTray: () => void trays.at(-1).tray.emit('click', {}, { x: 0, y: 0, width: 0, height: 0 }, { x: 0, y: 0 }),
  clickTrayMenu: (label) => {
    const item = itemOf(trays.at(-1)?.menu, label);
    if (!item) throw new Error(`the tray menu has no ${label}`);
    item.click();
  },
  notifications: () =>
    notifications.map(({ id, title, body, urgency, actions }) => ({
      id,
      title,
      body,
      urgency,
      actions: actions.map(({ text }) => text),
    })),
  notification: (key, deed, index) => {
    const found = notificationOf(key);
    forget(found);
    if (deed === 'click') found.emit('click', {});
    else found.emit('action', { actionIndex: index, selectionIndex: -1 }, index, -1);
  },
  shortcuts: () => [...shortcuts.keys()],
  pressShortcut: (accelerator) => {
    shortcuts.get(accelerator)?.();
    return shortcuts.has(accelerator);
  },
  holdShortcut: (accelerator) => void held.add(accelerator),
  clipboard: (type) => board(type).readText(),
  setClipboard: (text, type) => board(type).writeText(text),
  openedExternal: () => openedExternal,
  openUrl: (url) => void app.emit('open-url', { preventDefault: () => undefined }, url),
  secondInstance: (argv) =>
    void app.emit('second-instance', {}, [...process.argv.slice(0, 2), ...argv], process.cwd(), {}),
  power: (event) => void powerMonitor.emit(event, {}),
  dialogs: () => dialogs,
  answerDialog: (wanted) => void answers.push(wanted),
  crash: (kind) => windowOf(kind).webContents.forcefullyCrashRenderer(),
};
globalThis.megadialRecorder = { call: (command, args) => commands[command](...args) };
