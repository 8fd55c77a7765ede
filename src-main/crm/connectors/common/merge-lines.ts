// SPDX-License-Identifier: MIT
/**
 * Our part of a text brought up to date, with all that people have changed in it left as it is. `before` is what we had
 * written, where that is known: a line of it that is gone or edited was taken out by somebody and does not come back.
 * New lines go after the last line of ours that is still there, else before the next one, else to the end; those that
 * would make the text too long stay out.
 *
 * @param most longest text, in UTF-16 units
 */
export function mergeLines(current: string, before: readonly string[], after: readonly string[], most: number): string {
  const lines = current === '' ? [] : current.split(/\r\n|\r|\n/);
  for (const gone of less(before, after)) {
    const at = gone === '' ? -1 : lines.indexOf(gone);
    if (at >= 0) lines.splice(at, 1);
  }
  const isNew = counted(less(after, before));
  let room = most - lines.join('\n').length;
  let cursor = -1;
  for (const [index, line] of after.entries()) {
    if (line === '') continue;
    const at = lines.indexOf(line, Math.max(cursor, 0));
    if (at >= 0) cursor = at + 1;
    else if (isNew(line) && line.length + 1 <= room) {
      const place = cursor >= 0 ? cursor : anchor(lines, after.slice(index + 1));
      lines.splice(place, 0, line);
      room -= line.length + 1;
      cursor = place + 1;
    }
  }
  return lines.join('\n');
}

/** Where the first of our later lines stands; the end when none does. */
function anchor(lines: readonly string[], later: readonly string[]): number {
  const places = later.filter((line) => line !== '').map((line) => lines.indexOf(line));
  return places.find((place) => place >= 0) ?? lines.length;
}

/** Those of `a` that `b` does not have, each as often as it is more. */
function less(a: readonly string[], b: readonly string[]): readonly string[] {
  const has = counted(b);
  return a.filter((line) => !has(line));
}

/** A question that answers yes as often as the line is there. */
function counted(lines: readonly string[]): (line: string) => boolean {
  const left = new Map<string, number>();
  for (const line of lines) left.set(line, (left.get(line) ?? 0) + 1);
  return (line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0;
  };
}
