// SPDX-License-Identifier: MIT
import { Notification } from 'electron';
import type { NotificationView } from './api.ts';
import { notificationText } from './notification-text.ts';

export type Notifications = {
  show(view: NotificationView): void;
  close(id: string): void;
  closeAll(): void;
};

/** Native notifications, one an id. They are silent: ringing is the engine's work. */
export function createNotifications(
  platform: string,
  onClick: (id: string) => void,
  onAction: (id: string, index: number) => void,
): Notifications {
  // The map also keeps them alive: a collected notification loses its click.
  const shown = new Map<string, Notification>();
  const close = (id: string) => {
    shown.get(id)?.close();
    shown.delete(id);
  };
  return {
    show(view) {
      close(view.id);
      if (!Notification.isSupported()) return;
      const notification = new Notification({
        title: notificationText(view.title, platform),
        body: notificationText(view.body, platform),
        silent: true,
        urgency: view.urgent ? 'critical' : 'normal',
        timeoutType: view.urgent ? 'never' : 'default',
        actions: view.actions.map((text) => ({ type: 'button', text })),
      });
      notification.on('click', () => onClick(view.id));
      notification.on('action', (details) => onAction(view.id, details.actionIndex));
      notification.on('close', () => {
        if (shown.get(view.id) === notification) shown.delete(view.id);
      });
      shown.set(view.id, notification);
      notification.show();
    },
    close,
    closeAll() {
      for (const id of [...shown.keys()]) close(id);
    },
  };
}
