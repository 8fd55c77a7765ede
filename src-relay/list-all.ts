// SPDX-License-Identifier: MIT
import type { Bucket, Kv } from './store/api.ts';

const PAGE = 500;

/** All entries of a bucket whose key starts with `prefix`, in order of their keys. */
export async function listAll(
  kv: Kv,
  bucket: Bucket,
  prefix: string,
): Promise<readonly { readonly key: string; readonly value: string }[]> {
  const all: { readonly key: string; readonly value: string }[] = [];
  for (let after: string | null = null; ; ) {
    const page = await kv.list(bucket, prefix, after, PAGE);
    all.push(...page);
    after = page.at(-1)?.key ?? null;
    if (page.length < PAGE) return all;
  }
}
