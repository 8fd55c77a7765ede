// SPDX-License-Identifier: MIT
import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

type List = { readonly ranges: readonly Range[]; readonly answers: Map<string, boolean> };

/** A list is the same object until the settings change: it is read once, not for each notification. */
const lists = new WeakMap<readonly string[], List>();
/** The PBX and the proxies send from few addresses, each of them with every notification. */
const MOST_ANSWERS = 256;
/** Characters of an address with its zone. */
const LONGEST = 64;

/**
 * Whether an address is in one of the networks (CIDR, or single addresses; the list is never changed in place).
 * Unreadable addresses are in none.
 */
export function inNetworks(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0 || address.length > LONGEST) return false;
  const list = lists.get(networks) ?? { ranges: toRanges(networks), answers: new Map() };
  lists.set(networks, list);
  const before = list.answers.get(address);
  if (before !== undefined) return before;
  const answer = isIn(address, list.ranges);
  if (list.answers.size >= MOST_ANSWERS) list.answers.clear();
  list.answers.set(address, answer);
  return answer;
}

function isIn(address: string, ranges: readonly Range[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address); // ::ffff:185.45.152.42 is 185.45.152.42
  return ranges.some((range) => range[0].kind() === parsed.kind() && parsed.match(range));
}

function toRanges(networks: readonly string[]): readonly Range[] {
  return networks.map(toRange).filter((range) => range !== null);
}

function toRange(network: string): Range | null {
  try {
    if (network.includes('/')) return ipaddr.parseCIDR(network);
    const single = ipaddr.process(network);
    return [single, single.kind() === 'ipv4' ? 32 : 128];
  } catch {
    return null;
  }
}

/**
 * Who sent a request: the socket's peer or, when that is a proxy of ours, the last address of `X-Forwarded-For` that
 * is none of ours. Everything before that one was written by a stranger and is not looked at.
 */
export function sourceOf(peer: string, forwardedFor: string | undefined, trustedProxies: readonly string[]): string {
  let source = peer;
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  while (inNetworks(source, trustedProxies)) {
    const hop = hops.pop();
    if (hop === undefined || hop === '') break;
    source = hop;
  }
  return source;
}

/** What one person has of addresses, for counting: whoever has one of IPv6 has all of its /64. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv6' ? parsed.toByteArray().slice(0, 8).join('-') : parsed.toString();
}

/** Whether a request was sent from one of these networks, as far as our own proxies tell. */
export function isFrom(
  { raw }: { readonly raw: IncomingMessage },
  trustedProxies: readonly string[],
  networks: readonly string[],
): boolean {
  return inNetworks(senderAddress(raw, trustedProxies), networks);
}

/** Address of whoever sent a request. */
export function senderAddress(request: IncomingMessage, trustedProxies: readonly string[]): string {
  const forwarded = request.headers['x-forwarded-for'];
  const header = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
  return sourceOf(request.socket.remoteAddress ?? '', header, trustedProxies);
}
