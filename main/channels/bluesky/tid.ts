import { createHash } from 'node:crypto';

const alphabet = '234567abcdefghijklmnopqrstuvwxyz';
const length = 13;

/**
 * The record key of what we write (https://atproto.com/specs/tid): 53 bits of microseconds and 10 bits that tell writers apart, as 13
 * letters that sort by time. The milliseconds are those of the click; the rest comes from our own id, so that every try makes the same.
 */
export function tidFor(clientId: string, at: number): string {
  const hash = createHash('sha256').update(clientId).digest();
  const micros = BigInt(Math.max(0, Math.floor(at))) * 1_000n + BigInt(hash.readUInt16BE(0) % 1_000);
  let rest = ((micros & ((1n << 53n) - 1n)) << 10n) | BigInt(hash.readUInt16BE(2) & 0x3ff);
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = `${alphabet.charAt(Number(rest & 31n))}${text}`;
    rest >>= 5n;
  }
  return text;
}

/** When a record key was made, in ms UTC; null for keys that are no TIDs. */
export function tidTime(rkey: string): number | null {
  if (!/^[234567a-j][234567a-z]{12}$/.test(rkey)) return null;
  let value = 0n;
  for (const letter of rkey) value = (value << 5n) | BigInt(alphabet.indexOf(letter));
  return Number((value >> 10n) / 1_000n);
}
