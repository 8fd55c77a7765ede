// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import { digits, findExtension } from '../account.ts';
import { labelAt, wallClock } from '../clock.ts';
import { ApiError, type Params, type Run } from './types.ts';

/** A number parameter: digits with an optional plus, 7 to 15 of them (section 2). */
export function phoneParam(params: Params, name: string, message = "Check phone's number"): string {
  const value = params.get(name) ?? '';
  if (!/^\+?\d{7,15}$/.test(value)) throw new ApiError(message);
  return value;
}

/** Sections 2.1, 2.2, 2.3, 2.7 and 2.8. */
export const accountMethods: Readonly<Record<string, Run>> = {
  'GET info/balance': ({ account }) => ({ balance: account.balance, currency: account.currency }),

  'GET info/timezone': (context) => ({
    unixtime: Math.floor(context.now() / 1000),
    datetime: wallClock(context.now(), context.account.timezone),
    timezone: labelAt(context.now(), context.account.timezone),
  }),

  'GET info/price': ({ account }, params) => {
    const number = digits(phoneParam(params, 'number'));
    const spanish = number.startsWith('34');
    return {
      info: {
        prefix: spanish ? '34' : number.slice(0, 2),
        description: spanish ? 'Spain' : 'International',
        price: spanish ? '0.009' : '0.12',
        currency: account.currency,
      },
    };
  },

  'GET tariff': ({ account }) => ({
    info: {
      tariff_id: 5,
      tariff_name: 'Office',
      is_active: true,
      cost: 0,
      currency: account.currency,
      used_seconds: 643,
      used_seconds_mobile: 20,
      used_seconds_fix: 623,
      used_seconds_speech_recognition: 0,
      tariff_id_for_next_period: 5,
      tariff_for_next_period: 'Office',
    },
  }),

  'GET direct_numbers': ({ account }) => ({
    info: account.dids.map((did) => ({
      number: digits(did),
      status: 'on',
      country: 'Spain',
      description: 'Madrid',
      number_name: null,
      sip: String(account.pbxId),
      sip_name: null,
      start_date: '2026-01-01 00:00:00',
      stop_date: '2027-01-01 00:00:00',
      monthly_fee: 1.8,
      currency: account.currency,
      channels: 3,
      minutes: 0,
      autorenew: 'true',
      autorenew_period: 'year',
      is_on_test: 'false',
      type: 'common',
    })),
  }),

  'GET sip': ({ account }) => ({
    sips: [{ id: String(account.pbxId), display_name: 'PBX', lines: 3 }],
    left: 4,
  }),

  'GET webrtc/get_key': ({ account }, params) => {
    if (findExtension(account, params.get('sip') ?? '') === undefined) throw new ApiError('Sip not found');
    return { key: randomBytes(10).toString('hex') };
  },

  'POST sms/send': ({ account }, params) => {
    const listed = [...params].filter(([name]) => name === 'number' || name.startsWith('number['));
    const numbers = listed.flatMap(([, value]) => value.split(',')).filter((number) => number !== '');
    const message = params.get('message') ?? '';
    if (message === '') throw new ApiError('Message is empty');
    const good = numbers.filter((number) => /^\+?\d{7,15}$/.test(number));
    if (good.length === 0) throw new ApiError("Check phone's number");
    return {
      messages: good.length,
      cost: Math.round(good.length * 6) / 100,
      currency: account.currency,
      sms_detalization: good.map((number) => ({
        callerid: params.get('sender') ?? account.dids[0] ?? '',
        number,
        cost: 0.06,
        parts: Math.ceil(message.length / 160),
      })),
      denied_numbers: numbers
        .filter((number) => !good.includes(number))
        .map((number) => ({ number, message: "Check phone's number" })),
    };
  },
};
