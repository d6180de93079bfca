import { getDomain, parse } from 'tldts';
import { parseAddress } from './parse-address.ts';
import { readableHost } from './punycode.ts';

/** What should make an agent think before following a link; each has words under `conversation.link.warning.<kind>`. */
export type LinkWarning =
  | { readonly kind: 'shown-elsewhere'; readonly shown: string }
  | { readonly kind: 'foreign-letters' }
  | { readonly kind: 'mixed-script' }
  | { readonly kind: 'number-address' }
  | { readonly kind: 'name-before-host'; readonly name: string }
  | { readonly kind: 'not-encrypted' }
  | { readonly kind: 'unusual-port'; readonly port: string };

/** Where a link really leads. `host` is as people read it, `rawHost` as the network does. */
export type LinkJudgement =
  | {
      readonly kind: 'web';
      readonly url: string;
      readonly host: string;
      readonly rawHost: string;
      /** The part of the host that somebody registered, to be shown strongest. */
      readonly domain: string;
      readonly warnings: readonly LinkWarning[];
    }
  | {
      readonly kind: 'mail';
      readonly url: string;
      readonly addresses: readonly string[];
      readonly warnings: readonly LinkWarning[];
    }
  | { readonly kind: 'refused'; readonly scheme: string };

/** The longest address that the engine takes. */
const longest = 8_000;

/** Letters of one word from more than one of these scripts look like a disguise (Unicode TS 39). */
const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /\p{Script=Armenian}/u];
const mixesScripts = (host: string): boolean =>
  host.split('.').some((label) => scripts.filter((script) => script.test(label)).length > 1);

/** A host in shown text: an address, or words that look like one. Only the first 300 characters count as shown. */
const shownHost = (shown: string): string | null => {
  const text = shown
    .slice(0, 300)
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .trim();
  const withScheme = /^https?:\/\/\S+/i.exec(text);
  if (withScheme !== null) return parseAddress(withScheme[0])?.hostname ?? null;
  const bare =
    /(?:^|[\s("'<])((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,24})(?=$|[\s/)"'>:?#,;!]|\.(?:$|\s))/u.exec(
      text,
    );
  const host = bare?.[1];
  if (host === undefined || text.includes('@')) return null;
  // "Read.me" and "report.pdf" are words; only names under a public suffix are hosts.
  const { isIcann, domain } = parse(host);
  return isIcann === true && domain !== null ? (parseAddress(`https://${host}`)?.hostname ?? null) : null;
};

const registered = (host: string): string => getDomain(host, { allowPrivateDomains: true }) ?? host;

const webWarnings = (url: URL, shown: string): LinkWarning[] => {
  const warnings: LinkWarning[] = [];
  const host = readableHost(url.hostname);
  const claimed = shownHost(shown);
  if (claimed !== null && registered(claimed) !== registered(url.hostname))
    warnings.push({ kind: 'shown-elsewhere', shown: readableHost(claimed) });
  if (url.username !== '' || url.password !== '')
    warnings.push({ kind: 'name-before-host', name: decodeURIComponentSafely(url.username) });
  if (mixesScripts(host)) warnings.push({ kind: 'mixed-script' });
  else if (host !== url.hostname) warnings.push({ kind: 'foreign-letters' });
  if (url.hostname.startsWith('[') || /^\d+\.\d+\.\d+\.\d+$/.test(url.hostname))
    warnings.push({ kind: 'number-address' });
  if (url.port !== '') warnings.push({ kind: 'unusual-port', port: url.port });
  if (url.protocol === 'http:') warnings.push({ kind: 'not-encrypted' });
  return warnings;
};

const decodeURIComponentSafely = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const judgeMail = (url: URL, shown: string): LinkJudgement => {
  const addresses = url.pathname
    .split(',')
    .map((part) => decodeURIComponentSafely(part).trim())
    .filter((part) => part !== '');
  const claimed = /[^\s<>"',;:]+@[^\s<>"',;:]+/.exec(shown.slice(0, 300))?.[0];
  const differs =
    claimed !== undefined && !addresses.some((address) => address.toLowerCase() === claimed.toLowerCase());
  return {
    kind: 'mail',
    url: url.href,
    addresses,
    warnings: differs ? [{ kind: 'shown-elsewhere', shown: claimed }] : [],
  };
};

/**
 * Says where a link leads and what is odd about it, from its address and the words that it stands under.
 * Only http, https and mailto are judged; every other scheme is refused by name.
 */
export const judgeLink = (href: string, shownText: string): LinkJudgement => {
  const trimmed = href.trim();
  const url = trimmed.length <= longest ? parseAddress(trimmed) : null;
  if (url === null)
    return { kind: 'refused', scheme: /^[a-z][a-z0-9+.-]{0,30}(?=:)/i.exec(trimmed)?.[0] ?? '' };
  if (url.protocol === 'mailto:') return judgeMail(url, shownText);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    return { kind: 'refused', scheme: url.protocol.slice(0, -1) };
  return {
    kind: 'web',
    url: url.href,
    host: readableHost(url.hostname),
    rawHost: url.hostname,
    domain: readableHost(registered(url.hostname)),
    warnings: webWarnings(url, shownText),
  };
};
