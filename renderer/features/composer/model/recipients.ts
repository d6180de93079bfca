import type { Peer } from '#shared/contract/compose.ts';

/** A recipient as typed: one that can be written to, or words that are not an address. */
export type Recipient =
  { readonly kind: 'good'; readonly peer: Peer } | { readonly kind: 'bad'; readonly text: string };

/** The longest address that SMTP carries (RFC 5321 section 4.5.3.1.3, without its angle brackets). */
const longestAddress = 254;
/** The longest part before the `@` (RFC 5321 section 4.5.3.1.1). */
const longestLocal = 64;

const localPart = /^(?:[^\s()<>[\]:;@\\,."]+(?:\.[^\s()<>[\]:;@\\,."]+)*|"(?:[^"\\\r\n]|\\[^\r\n])+")$/u;
const label = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;
const literal = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:.]+)\]$/i;

/** Whether mail can be addressed to this (RFC 5321 section 4.1.2, RFC 6531 for letters beyond ASCII). */
export const isMailAddress = (address: string): boolean => {
  if (address.length > longestAddress) return false;
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const host = address.slice(at + 1);
  if (at < 1 || local.length > longestLocal || !localPart.test(local)) return false;
  return (
    literal.test(host) ||
    (host !== '' && host.split('.').every((part) => part.length <= 63 && label.test(part)))
  );
};

const unquoted = (name: string): string => {
  const text = name.trim();
  return /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
};

/** Reads one recipient: `ann@example.org`, `Ann <ann@example.org>`, `"Lee, Ann" <ann@example.org>`, `mailto:…`. */
const readRecipient = (text: string): Recipient => {
  const trimmed = text.trim().replace(/^mailto:/i, '');
  const open = trimmed.endsWith('>') ? trimmed.lastIndexOf('<') : -1;
  const peer: Peer =
    open >= 0
      ? { name: unquoted(trimmed.slice(0, open)), address: trimmed.slice(open + 1, -1).trim() }
      : { name: '', address: trimmed };
  return isMailAddress(peer.address) ? { kind: 'good', peer } : { kind: 'bad', text: trimmed };
};

/** Cuts a list at commas, semicolons and line ends outside quotes and angle brackets (RFC 5322 section 3.4, and what people paste). */
const cut = (text: string): string[] => {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let inAngle = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text.charAt(i);
    if (quoted && letter === '\\') {
      part += letter + text.charAt(i + 1);
      i += 1;
      continue;
    }
    if (letter === '"' && !inAngle) quoted = !quoted;
    if (!quoted && letter === '<') inAngle = true;
    if (letter === '>') inAngle = false;
    if (!quoted && !inAngle && /[,;\r\n\t]/.test(letter)) {
      parts.push(part);
      part = '';
    } else part += letter;
  }
  parts.push(part);
  return parts;
};

/** Words between addresses that only stand side by side: `a@x.org b@y.org`. */
const splitBare = (part: string): string[] =>
  !part.includes('<') && !part.includes('"') && (part.match(/@/g)?.length ?? 0) > 1
    ? part.trim().split(/\s+/)
    : [part];

/** Reads all recipients of a typed or pasted list; at most the 500 that a draft holds. */
export const readRecipients = (text: string): readonly Recipient[] =>
  cut(text.slice(0, 200_000))
    .flatMap(splitBare)
    .filter((part) => part.trim() !== '')
    .slice(0, 500)
    .map(readRecipient);

/** Adds recipients, each address once whatever its case. */
export const addRecipients = (known: readonly Peer[], more: readonly Peer[]): readonly Peer[] => {
  const seen = new Set(known.map((peer) => peer.address.toLowerCase()));
  const fresh = more.filter((peer) => {
    const key = peer.address.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return [...known, ...fresh];
};

/** How a recipient is written where it can be changed again. */
export const recipientText = ({ name, address }: Peer): string => {
  if (name === '') return address;
  return /["(),:;<>@[\\\].]/.test(name)
    ? `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`
    : `${name} <${address}>`;
};
