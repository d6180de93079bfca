/** Longest path that SMTP carries (RFC 5321 section 4.5.3.1.3), less its angle brackets. */
const longest = 254;

/** A dot-atom before the at sign and a host name or address literal after it; quoted locals and comments are refused. */
const local = /^[^\s\p{C}"(),:;<>@[\\\]]+$/u;
const host =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?)(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?)*$/u;
const literal = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:.]+)\]$/i;

/**
 * Whether an address can be written to: exactly one at sign, no white space, quotes, comments or control characters.
 * What this refuses is legal in theory and used in practice only to smuggle in a second recipient.
 */
export const isSendableAddress = (address: string): boolean => {
  if (address.length > longest) return false;
  const at = address.indexOf('@');
  if (at < 1 || at !== address.lastIndexOf('@')) return false;
  const name = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (!local.test(name) || name.startsWith('.') || name.endsWith('.') || name.includes('..')) return false;
  return host.test(domain) || literal.test(domain);
};
