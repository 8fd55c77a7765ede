// SPDX-License-Identifier: MIT
import { loudEmitter, makeEvent } from './guard.ts';

type Options = Electron.NotificationConstructorOptions;
type Fields = 'title' | 'subtitle' | 'body' | 'hasReply' | 'silent' | 'show' | 'close';

/** Those on the screen, oldest first. */
export const shownNotifications: Notification[] = [];
let nextNumber = 1;

export class Notification extends loudEmitter('Notification') implements Pick<Electron.Notification, Fields> {
  readonly number = nextNumber++;
  readonly id: string;
  title: string;
  subtitle: string;
  body: string;
  silent: boolean;
  hasReply: boolean;
  replyPlaceholder: string;
  urgency: string;
  timeoutType: string;
  actions: Electron.NotificationAction[];
  sound: string;
  closeButtonText: string;
  toastXml: string;
  icon: unknown;

  constructor(options: Options = {}) {
    super();
    this.id = options.id ?? crypto.randomUUID();
    this.title = options.title ?? '';
    this.subtitle = options.subtitle ?? '';
    this.body = options.body ?? '';
    this.silent = options.silent ?? false;
    this.hasReply = options.hasReply ?? false;
    this.replyPlaceholder = options.replyPlaceholder ?? '';
    this.urgency = options.urgency ?? 'normal';
    this.timeoutType = options.timeoutType ?? 'default';
    this.actions = options.actions ?? [];
    this.sound = options.sound ?? '';
    this.closeButtonText = options.closeButtonText ?? '';
    this.toastXml = options.toastXml ?? '';
    this.icon = options.icon;
  }

  static isSupported(): boolean {
    return process.env.MEGADIAL_DOUBLE_NO_NOTIFICATIONS !== '1';
  }

  show(): void {
    this.#remove();
    shownNotifications.push(this);
    setImmediate(() => this.emit('show', makeEvent()));
  }
  close(): void {
    if (!this.#remove()) return;
    setImmediate(() => this.emit('close', makeEvent({ reason: 'applicationHidden' })));
  }
  #remove(): boolean {
    const at = shownNotifications.indexOf(this);
    if (at >= 0) shownNotifications.splice(at, 1);
    return at >= 0;
  }

  /** Not Electron's: what a person does to it. A click or an action takes it off the screen. */
  person(deed: 'click' | 'action' | 'close' | 'reply' | 'failed', detail?: number | string): void {
    this.#remove();
    if (deed === 'click') this.emit('click', makeEvent());
    else if (deed === 'action') this.emit('action', makeEvent({ actionIndex: detail, selectionIndex: -1 }), detail, -1);
    else if (deed === 'reply') this.emit('reply', makeEvent({ reply: detail }), detail);
    else if (deed === 'failed') this.emit('failed', makeEvent(), detail ?? 'failed');
    else this.emit('close', makeEvent({ reason: 'userCanceled' }));
  }
}
