import { domainToASCII } from 'node:url';

// RFC 5322 atext and dots. Consecutive and trailing dots are not allowed by the RFC, but Japanese providers gave such addresses
// to millions of people. Quoted local parts are refused: they are how one address is made to look like another.
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\p{L}\p{N}\p{M}]+$/u;
const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * An address as it may stand in an envelope and a header: local part as written, domain in ASCII and lower case. Null for whatever is
 * not exactly one plain address: line ends, NUL, quotes, comments, angle brackets, blanks, address literals, two @, no domain.
 */
export function plainAddress(written: string): string | null {
  if (written.length > 320) return null;
  const at = written.lastIndexOf('@');
  if (at < 1) return null;
  const local = written.slice(0, at);
  const rawDomain = written.slice(at + 1);
  if (!localPart.test(local) || Buffer.byteLength(local) > 64) return null;
  // domainToASCII follows the WHATWG URL rules, which percent-decode and strip; only letters, digits, dots and hyphens go in.
  if (!/^[\p{L}\p{N}\p{M}._-]+$/u.test(rawDomain)) return null;
  const domain = domainToASCII(rawDomain.normalize('NFC')).toLowerCase();
  const labels = domain.split('.');
  const isHost = labels.length > 0 && labels.every((part) => label.test(part)) && domain.length <= 253;
  // A last label of digits alone is an IP address that a URL parser would take for a host.
  if (!isHost || /^\d+$/.test(labels.at(-1) ?? '')) return null;
  return `${local}@${domain}`;
}

/** Whether a server must offer SMTPUTF8 (RFC 6531) for this address. */
export const needsUtf8 = (address: string): boolean => /[^\0-\x7f]/.test(address);

/** The domain of a plain address. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
