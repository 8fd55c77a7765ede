// SPDX-License-Identifier: MIT

/** The few sentences that main itself shows: tray and notifications. Windows have their own in `src-renderer/i18n`. */
export type Texts = {
  readonly open: string;
  readonly dialer: string;
  readonly dnd: string;
  readonly quit: string;
  readonly answer: string;
  readonly decline: string;
  readonly incoming: string;
  /** The PBX calls me first, then the person named in the title. */
  readonly callback: string;
  readonly withheld: string;
  readonly to: (did: string) => string;
  readonly missedCall: string;
  /** So many missed calls of somebody, due to be called back. */
  readonly remind: (count: number) => string;
  readonly callBack: string;
  readonly later: string;
  readonly status: Readonly<Record<'off' | 'connecting' | 'registering' | 'registered' | 'failed', string>>;
  readonly missed: (count: number) => string;
  /** Titles of the system's file dialogs. */
  readonly importTitle: string;
  readonly exportTitle: string;
  readonly startFailed: string;
  readonly startFailedWhat: (logs: string) => string;
};

const en: Texts = {
  open: 'Open Megadial',
  dialer: 'Dial a number',
  dnd: 'Do not disturb',
  quit: 'Quit',
  answer: 'Answer',
  decline: 'Decline',
  incoming: 'Incoming call',
  callback: 'Your callback: answer to be connected',
  withheld: 'Withheld number',
  to: (did) => `to ${did}`,
  missedCall: 'Missed call',
  remind: (count) => (count === 1 ? 'Missed call: call back now?' : `${count} missed calls: call back now?`),
  callBack: 'Call back',
  later: 'Later',
  status: {
    off: 'Not connected',
    connecting: 'Connecting…',
    registering: 'Registering…',
    registered: 'Ready for calls',
    failed: 'Not reachable: open Megadial to see why',
  },
  missed: (count) => (count === 1 ? '1 missed call' : `${count} missed calls`),
  importTitle: 'Import contacts',
  exportTitle: 'Export contacts',
  startFailed: 'Megadial could not start',
  startFailedWhat: (logs) =>
    `Nothing of your history is lost. Start Megadial again; if it happens again, send the newest file in ${logs} to your administrator.`,
};

const es: Texts = {
  open: 'Abrir Megadial',
  dialer: 'Marcar un número',
  dnd: 'No molestar',
  quit: 'Salir',
  answer: 'Contestar',
  decline: 'Rechazar',
  incoming: 'Llamada entrante',
  callback: 'Su llamada: conteste para conectar',
  withheld: 'Número oculto',
  to: (did) => `al ${did}`,
  missedCall: 'Llamada perdida',
  remind: (count) =>
    count === 1 ? 'Llamada perdida: ¿devolverla ahora?' : `${count} llamadas perdidas: ¿devolverlas ahora?`,
  callBack: 'Devolver',
  later: 'Más tarde',
  status: {
    off: 'Sin conexión',
    connecting: 'Conectando…',
    registering: 'Registrando…',
    registered: 'Listo para llamadas',
    failed: 'No localizable: abra Megadial para ver el motivo',
  },
  missed: (count) => (count === 1 ? '1 llamada perdida' : `${count} llamadas perdidas`),
  importTitle: 'Importar contactos',
  exportTitle: 'Exportar contactos',
  startFailed: 'Megadial no ha podido iniciarse',
  startFailedWhat: (logs) =>
    `No se ha perdido nada de su historial. Inicie Megadial de nuevo; si vuelve a ocurrir, envíe el archivo más reciente de ${logs} a su administrador.`,
};

export const texts: Readonly<Record<'en' | 'es', Texts>> = { en, es };

/** `system` resolved by the computer's language; English where we have no file. */
export function resolveLanguage(setting: 'system' | 'en' | 'es', locale: string): 'en' | 'es' {
  if (setting !== 'system') return setting;
  return locale.toLowerCase().startsWith('es') ? 'es' : 'en';
}
