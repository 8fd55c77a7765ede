// SPDX-License-Identifier: MIT
/** Largest ringtone file, in bytes; as base64 it stays below the setting's limit. */
export const RINGTONE_BYTES = 1_048_576;

export type RingtoneFile = { readonly url: string } | { readonly problem: 'ringtoneTooBig' | 'ringtoneBad' };

/** A file as the setting takes it: a data: URL of an audio type. */
export async function readRingtone(file: File): Promise<RingtoneFile> {
  if (!/^audio\/[a-z0-9.+-]{1,40}$/.test(file.type) || file.size === 0) return { problem: 'ringtoneBad' };
  if (file.size > RINGTONE_BYTES) return { problem: 'ringtoneTooBig' };
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { url: `data:${file.type};base64,${btoa(text)}` };
}
