// SPDX-License-Identifier: MIT
/** One request of a page in `docs/`, with the answer the page promises. */
export type HttpExample = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
};

/** Every pair of `http` blocks of a page, in their order: a request, then `<status>` and the body of its answer. */
export function httpExamples(page: string): readonly HttpExample[] {
  const blocks = [...page.matchAll(/^```http\n([\s\S]*?)^```$/gm)].map((match) => (match[1] ?? '').trimEnd());
  if (blocks.length % 2 !== 0) throw new Error('a request without an answer');
  return Array.from({ length: blocks.length / 2 }, (_, index) => {
    const [head = '', ...bodyParts] = (blocks[2 * index] ?? '').split('\n\n');
    const [start = '', ...headerLines] = head.split('\n');
    const [method = '', path = ''] = start.split(' ');
    const [status = '', ...answer] = (blocks[2 * index + 1] ?? '').split('\n');
    const headers = Object.fromEntries(headerLines.map((line) => line.split(': ') as [string, string]));
    return { method, path, headers, body: bodyParts.join('\n\n'), status: Number(status), answer: answer.join('\n') };
  });
}
