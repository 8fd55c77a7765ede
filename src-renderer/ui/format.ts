// SPDX-License-Identifier: MIT
import type { Language } from '../i18n/index.ts';

const two = (value: number) => String(value).padStart(2, '0');

/** `mm:ss`, from one hour on `h:mm:ss`. Whole seconds; negative and broken values count as 0. */
export function duration(seconds: number): string {
  const all = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${two(minutes)}:${two(all % 60)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter is slow, using one is not. */
function format(language: Language, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${kind}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'es-ES', options);
    formats.set(key, found);
  }
  return found;
}

/** Time of day, `14:05`. */
export function clock(at: number, language: Language): string {
  return format(language, 'clock', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** Time of day with seconds, `14:05:09`. */
export function clockSeconds(at: number, language: Language): string {
  return format(language, 'seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

/** Day and time, `Friday, 20 November 2026, 14:05:09`. */
export function moment(at: number, language: Language): string {
  return format(language, 'moment', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at);
}

/** Local midnight before `at`, UTC milliseconds: the key of a day. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** How many days before today; across a change of clocks a day has 23 or 25 hours. */
export function daysAgo(day: number, now: number): number {
  return Math.round((dayOf(now) - dayOf(day)) / 86_400_000);
}

/** Name of a day that is neither today nor yesterday; with the year when it is another one. */
export function dayName(day: number, language: Language, now: number): string {
  const sameYear = new Date(day).getFullYear() === new Date(now).getFullYear();
  const options: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long' };
  const text = format(language, sameYear ? 'day' : 'dayYear', sameYear ? options : { ...options, year: 'numeric' });
  const name = text.format(day);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * A moment as one says it: `14:05` today, `yesterday, 14:05`, `tomorrow, 09:00`, else `Fri 20 Nov, 14:05`; with the year
 * when it is another one.
 */
export function whenText(at: number, language: Language, now: number): string {
  const time = clock(at, language);
  const days = daysAgo(dayOf(at), now);
  if (days === 0) return time;
  if (Math.abs(days) === 1) {
    return `${new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-days, 'day')}, ${time}`;
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const options: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' };
  const day = format(language, sameYear ? 'short' : 'shortYear', sameYear ? options : { ...options, year: 'numeric' });
  return `${day.format(at).replaceAll(',', '')}, ${time}`;
}

/** A country's name in the language, or the code itself. */
export function countryName(code: string, language: Language): string {
  try {
    return new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** An amount of money; an unknown currency is written behind the figure. */
export function money(amount: number, currency: string, language: Language): string {
  try {
    return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount);
  } catch {
    return `${new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount)} ${currency}`;
  }
}
