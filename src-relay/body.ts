// SPDX-License-Identifier: MIT
import { Busboy } from '@fastify/busboy';
import { parseJsonNumbersAsText } from '../src-shared/megacall/json.ts';

export type Fields = Readonly<Record<string, string>>;

const MAX_FIELDS = 200;
const MOST_BOUNDARY = 200;

/**
 * The fields of a notification, decoded and otherwise untouched: the signature is over these values. The kind of body
 * is taken from the content type, and from the body itself where that is missing or lies. Null when unreadable.
 */
export async function readFields(body: Buffer, contentType: string): Promise<Fields | null> {
  const start = body.subarray(0, 200).toString('latin1').trimStart();
  if (/^multipart\//i.test(contentType) || (start.startsWith('--') && /form-data/i.test(body.toString('latin1')))) {
    return readMultipart(body);
  }
  return /\bjson\b/i.test(contentType) || start.startsWith('{') ? readJson(body) : readForm(body.toString('utf8'));
}

/** A form body or a query string as PHP reads them: `+` is a space, of two equal names the last counts. */
export function readForm(text: string): Fields {
  return Object.fromEntries([...new URLSearchParams(text)].slice(0, MAX_FIELDS));
}

/** A JSON object: numbers as their exact text, objects as JSON text, null as ''. */
function readJson(body: Buffer): Fields | null {
  try {
    const parsed = parseJsonNumbersAsText(body.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    const entries = Object.entries(parsed).slice(0, MAX_FIELDS);
    return Object.fromEntries(entries.map(([name, value]) => [name, textOf(value)]));
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The PBX has sent boundaries in its header that strict parsers refuse (megacall-api.md section 3.1). The body's own
 * first line is the boundary in use, so the header's is not needed. Files are passed over.
 */
async function readMultipart(body: Buffer): Promise<Fields | null> {
  const text = body.toString('latin1');
  const normal = text.includes('\r\n') ? text : text.replaceAll('\n', '\r\n');
  const boundary = boundaryOf(normal);
  if (boundary === null) return null;
  const quoted = boundary.replace(/["\\]/g, '\\$&');
  return new Promise((resolve) => {
    const fields: [string, string][] = [];
    try {
      const parser = new Busboy({
        headers: { 'content-type': `multipart/form-data; boundary="${quoted}"` },
        limits: { fields: MAX_FIELDS, files: 0, parts: MAX_FIELDS, headerPairs: 20 },
      });
      parser.on('field', (name, value) => fields.push([name, value]));
      parser.on('error', () => resolve(null));
      parser.on('finish', () => resolve(Object.fromEntries(fields)));
      parser.end(Buffer.from(normal, 'latin1'));
    } catch {
      resolve(null);
    }
  });
}

/** Of the first line or the second. Without a regular expression: anybody may send a line of sixty thousand blanks. */
function boundaryOf(text: string): string | null {
  const lines = text.split('\r\n', 3);
  const line = lines.slice(0, -1).find((one) => one.startsWith('--'));
  const boundary = line?.slice(2).trimEnd() ?? '';
  return boundary !== '' && boundary.length <= MOST_BOUNDARY ? boundary : null;
}
