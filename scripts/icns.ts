// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts PNG files into one macOS .icns: `icns.ts OUT SIZE=FILE …`. The format is a header and one block a picture,
 * each with a four-letter type, its length (big endian, itself included) and the PNG as it is.
 */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  '16': ['icp4'],
  '32': ['icp5', 'ic11'],
  '64': ['ic12'],
  '128': ['ic07'],
  '256': ['ic08', 'ic13'],
  '512': ['ic09', 'ic14'],
  '1024': ['ic10'],
};

const [out, ...pictures] = process.argv.slice(2);
if (out === undefined || pictures.length === 0) throw new Error('usage: icns.ts OUT SIZE=FILE …');

function block(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}

const blocks = pictures.flatMap((picture) => {
  const [size = '', file = ''] = picture.split('=');
  const types = TYPES[size];
  if (types === undefined) throw new Error(`no icns type for ${size} pixels`);
  return types.map((type) => block(type, readFileSync(file)));
});
writeFileSync(out, block('icns', Buffer.concat(blocks)));
