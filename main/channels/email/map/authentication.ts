import type { MailAuthentication } from '../mime/mail-types.ts';

/** What the account's own server found out about the From address (RFC 8601). */
export type Verdict = 'vouched' | 'failed' | 'unknown';

type MethodResult = {
  readonly method: string;
  readonly result: string;
  readonly properties: ReadonlyMap<string, string>;
};

// Comments may hold anything, also "dmarc=pass"; they are cut out before anything is read.
function withoutComments(text: string): string {
  let depth = 0;
  let kept = '';
  for (const char of text.slice(0, 16_384)) {
    if (char === '(') depth += 1;
    else if (char === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += char;
  }
  return kept;
}

function readResults(text: string): readonly MethodResult[] {
  return withoutComments(text)
    .split(';')
    .map((clause) => {
      const [head = '', ...rest] = clause.trim().split(/\s+/);
      const [method = '', result = ''] = head.toLowerCase().split('=');
      const properties = rest.map((property): [string, string] => {
        const at = property.indexOf('=');
        return [
          property.slice(0, at).toLowerCase(),
          property
            .slice(at + 1)
            .replaceAll('"', '')
            .toLowerCase(),
        ];
      });
      return { method: method.replace(/\/.*$/, ''), result, properties: new Map(properties) };
    });
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** Whether a domain speaks for another: the same one, or the parent of it (relaxed alignment, RFC 7489 section 3.1, one way only). */
const speaksFor = (signer: string, domain: string): boolean =>
  signer !== '' && signer.includes('.') && (domain === signer || domain.endsWith(`.${signer}`));

/**
 * Judges a From address by the topmost header of the trusted server. Headers of any other name were written by somebody else, the
 * sender perhaps; RFC 8601 section 5 makes the trusted server remove forged ones of its own name.
 */
export function verdictOn(
  from: string,
  headers: readonly MailAuthentication[],
  trusted: string | null,
): Verdict {
  if (trusted === null || from === '') return 'unknown';
  const header = headers.find((one) => one.authservId.toLowerCase() === trusted.toLowerCase());
  if (header === undefined) return 'unknown';
  const domain = domainOf(from);
  const results = readResults(header.results);
  const dmarc = results.find(
    (one) => one.method === 'dmarc' && (one.properties.get('header.from') ?? domain) === domain,
  );
  if (dmarc?.result === 'pass') return 'vouched';
  if (dmarc?.result === 'fail') return 'failed';
  const signed = results.some((one) => {
    if (one.result !== 'pass') return false;
    if (one.method === 'dkim') return speaksFor(dkimDomain(one.properties), domain);
    return one.method === 'spf' && domainOf(one.properties.get('smtp.mailfrom') ?? '') === domain;
  });
  return signed ? 'vouched' : 'unknown';
}

const dkimDomain = (properties: ReadonlyMap<string, string>): string =>
  properties.get('header.d') ?? domainOf(properties.get('header.i') ?? '');
