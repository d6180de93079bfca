import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../../kit/endpoint.ts';

const mostBytes = 256 * 1024;
const mostRedirects = 3;

// Ranges that are nobody's mail provider: this machine, private and link-local networks, cloud metadata (RFC 6890).
const inside = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96],
] as const) {
  inside.addSubnet(net, bits, 'ipv6');
}

/** Whether an address is inside our own networks. */
export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return inside.check(mapped, isIP(mapped) === 6 ? 'ipv6' : 'ipv4');
}

async function mayAsk(url: URL, base: string | null): Promise<boolean> {
  if (base !== null) return url.href.startsWith(base) && isLoopback(url.hostname);
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '') return false;
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(name) !== 0) return false;
  const addresses = await lookup(name, { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => !isInside(address));
}

/**
 * Fetches a small document over https without cookies, following few redirects, and never from a machine of our own network. Null for
 * every kind of failure: discovery goes on with what else there is. `base` allows one server on this machine instead, for tests.
 */
export async function fetchDocument(
  start: string,
  base: string | null,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    let url = new URL(start);
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      if (!(await mayAsk(url, base))) return null;
      signal.throwIfAborted();
      const response = await fetch(url, {
        redirect: 'manual',
        signal,
        headers: { accept: 'text/xml, application/xml' },
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        url = new URL(location, url);
        continue;
      }
      if (response.status !== 200) {
        await response.body?.cancel();
        return null;
      }
      return await readBounded(response);
    }
    return null;
  } catch {
    return null;
  }
}

async function readBounded(response: Response): Promise<string | null> {
  if (response.body === null) return null;
  const pieces: Buffer[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> = response.body;
  for await (const piece of body) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > mostBytes) return null;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}
