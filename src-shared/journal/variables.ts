// SPDX-License-Identifier: MIT
/**
 * The `[Variables]` of journal texts, by the names 3CX users know (crm-connectors.md section 1.4), compared without
 * regard to case.
 */
export const CALL_VARIABLES = [
  'CallType',
  'CallDirection',
  'Number',
  'Name',
  'EntityId',
  'EntityType',
  'Agent',
  'AgentEmail',
  'AgentFirstName',
  'AgentLastName',
  'QueueExtension',
  'Did',
  'Duration',
  'DurationTimespan',
  'DurationSeconds',
  'DateTime',
  'CallStartTimeLocal',
  'CallStartTimeUTC',
  'CallEstablishedTimeLocal',
  'CallEstablishedTimeUTC',
  'CallEndTimeLocal',
  'CallEndTimeUTC',
  'RecordingUrl',
  'RecordingHyperLink',
  'Transcription',
  'Summary',
  'Sentiment',
  'Disposition',
  'Note',
  'Subject',
  'LineBreak',
] as const;
export const CHAT_VARIABLES = [
  'ChatMessages',
  'ChatSubject',
  'ChatStartTimeUTC',
  'ChatEndTimeUTC',
  'ChatStartTimeLocal',
  'ChatEndTimeLocal',
  'Number',
  'Name',
  'EntityId',
  'EntityType',
  'Agent',
  'AgentEmail',
  'Email',
  'DateTime',
  'LineBreak',
] as const;
export type Variable = (typeof CALL_VARIABLES)[number] | (typeof CHAT_VARIABLES)[number];
export type Values = Partial<Record<Variable, string>>;

const PLACE = /\[([A-Za-z][A-Za-z0-9]{0,40})\]/g;

/**
 * A template with its variables filled in. One without a value renders empty, and so does a name that is none; a value
 * is never expanded again, whatever it contains.
 */
export function render(template: string, values: Values): string {
  const known = new Map(
    Object.entries({ LineBreak: '\n', ...values }).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return template.replace(PLACE, (_, name: string) => known.get(name.toLowerCase()) ?? '');
}

/** Names in a template that are no variables: the editor points at them. */
export function unknownVariables(template: string, variables: readonly string[]): readonly string[] {
  const known = new Set(variables.map((name) => name.toLowerCase()));
  const names = [...template.matchAll(PLACE)].map((match) => match[1] ?? '');
  return [...new Set(names.filter((name) => !known.has(name.toLowerCase())))];
}

/** `hh:mm:ss`, hours without end. */
export function clockDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** `2026-11-20 09:14:05` at an offset from UTC in minutes; the form no culture reads another way. '' for null. */
export function stamp(at: number | null, offsetMinutes: number): string {
  if (at === null) return '';
  return new Date(at + offsetMinutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}
