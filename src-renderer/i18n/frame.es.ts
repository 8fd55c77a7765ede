// SPDX-License-Identifier: MIT
import type { Texts } from './en.ts';
import type { frameEn } from './frame.en.ts';

export const frameEs: Texts<typeof frameEn> = {
  badge: {
    reminders_one: '{{count}} llamada por devolver',
    reminders_other: '{{count}} llamadas por devolver',
    outbox_one: '{{count}} anotación fue rechazada',
    outbox_other: '{{count}} anotaciones fueron rechazadas',
    teamFailed: 'Equipo sin conexión',
    teamRevoked: 'Ya no está en el equipo',
  },
  block: {
    item: 'Bloquear…',
    itemLong: 'Bloquear el número {{number}}',
    text: 'Desde ahora, sus llamadas se rechazan con tono de ocupado.',
    teamText:
      'Sus llamadas se rechazan con tono de ocupado, para todo el equipo. Solo un administrador puede volver a permitirlo.',
    action: 'Bloquear',
    done: 'Bloqueado. Su próxima llamada se rechaza.',
  },
};
