// SPDX-License-Identifier: MIT
/** The texts of the journal, edited in the settings; the first five as in the 3CX guides, one sentence each. */
export type JournalTexts = {
  readonly subject: string;
  readonly answeredInbound: string;
  readonly missed: string;
  readonly answeredOutbound: string;
  readonly unansweredOutbound: string;
  readonly chatSubject: string;
};

export const DEFAULT_TEXTS: Readonly<Record<'en' | 'es', JournalTexts>> = {
  en: {
    subject: 'Megadial call: [CallType] [Number]',
    answeredInbound: '[DateTime]: answered incoming call from [Number] [Name], agent [Agent], [Duration]',
    missed: '[DateTime]: missed call from [Number] [Name]',
    answeredOutbound: '[DateTime]: answered outgoing call to [Number] [Name], agent [Agent], [Duration]',
    unansweredOutbound: '[DateTime]: unanswered outgoing call to [Number] [Name], agent [Agent]',
    chatSubject: 'Megadial messages with [Number] [Name]',
  },
  es: {
    subject: 'Llamada de Megadial: [CallType] [Number]',
    answeredInbound: '[DateTime]: llamada entrante atendida de [Number] [Name], agente [Agent], [Duration]',
    missed: '[DateTime]: llamada perdida de [Number] [Name]',
    answeredOutbound: '[DateTime]: llamada saliente atendida a [Number] [Name], agente [Agent], [Duration]',
    unansweredOutbound: '[DateTime]: llamada saliente sin respuesta a [Number] [Name], agente [Agent]',
    chatSubject: 'Mensajes de Megadial con [Number] [Name]',
  },
};
