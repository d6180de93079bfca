import { domainToUnicode } from 'node:url';
import type { AddressList } from './addresses.ts';
import type { MailAddress, MailOddity } from './mail-types.ts';

/** What of a header is needed to tell whether somebody plays with who they are. */
export type IdentityFacts = {
  readonly fromFields: number;
  readonly subjectFields: number;
  readonly from: AddressList;
  /** The From value decoded but not cleaned, in which bidi and invisible characters still show. */
  readonly writtenFrom: string;
  readonly sender: MailAddress | null;
  readonly replyTo: readonly MailAddress[];
};

const bidi = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/;
/** Joiners are letters' own business in Persian or emoji; inside a Latin or Cyrillic word they only hide. */
const hidden =
  /[\u200b\u2060-\u2064\ufeff\u00ad\u180e\u{e0000}-\u{e007f}]|\u034f|[\p{Script=Latin}\p{Script=Cyrillic}][\u200c\u200d]/u;
const addressInName = /[^\s<>@"'(),;:]{1,64}@[^\s<>@"'(),;:]{1,200}\.[^\s<>@"'(),;:.]{2,}/u;
/** Cyrillic, Greek and Armenian letters that look like Latin ones (Unicode UTS 39 confusables, lower case). */
const latinLookalikes = /^[асеорхуіјѕһԁԛԝѵӏкмтнвгποντρυικαεοյցհո0-9-]+$/u;

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Whether one word mixes Latin with Cyrillic, Greek, Armenian or Cherokee letters. */
function mixesScripts(text: string): boolean {
  for (const word of text.split(/[^\p{L}\p{M}]+/u)) {
    if (
      /\p{Script=Latin}/u.test(word) &&
      /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(word)
    )
      return true;
  }
  return false;
}

function isLookalikeDomain(domain: string): boolean {
  return domain.split('.').some((label) => /[^\p{ASCII}]/u.test(label) && latinLookalikes.test(label));
}

function scriptOddities(mailbox: MailAddress): readonly MailOddity[] {
  const oddities: MailOddity[] = [];
  const domain = domainOf(mailbox.address).slice(0, 255);
  const shown = domain.includes('xn--') ? domainToUnicode(domain) : domain;
  if (domain.includes('xn--')) oddities.push('punycode-domain');
  if (mixesScripts(shown) || mixesScripts(mailbox.name) || isLookalikeDomain(shown))
    oddities.push('mixed-script');
  return oddities;
}

/** Whether two domains belong together as far as can be told without a suffix list: equal, or one inside the other. */
function related(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

/** The warning signs about who a mail is from ("Johnny, you are fired", RFC 5322 section 3.6.2), each once. */
export function identityOddities(facts: IdentityFacts): readonly MailOddity[] {
  const oddities = new Set<MailOddity>();
  const [author] = facts.from.addresses;
  if (facts.fromFields > 1) oddities.add('two-from-headers');
  if (facts.subjectFields > 1) oddities.add('two-subject-headers');
  if (facts.from.addresses.length > 1) oddities.add('many-from-addresses');
  if (facts.from.malformed) oddities.add('malformed-from');
  if (facts.from.group) oddities.add('group-in-from');
  if (bidi.test(facts.writtenFrom)) oddities.add('bidi-in-name');
  if (hidden.test(facts.writtenFrom)) oddities.add('hidden-characters-in-name');
  if (!author?.address.includes('@')) {
    oddities.add('empty-from');
    return [...oddities];
  }
  for (const mailbox of facts.from.addresses.slice(0, 10)) {
    const claimed = addressInName.exec(mailbox.name.replace(/ ?[@＠﹫] ?/g, '@'))?.[0];
    if (claimed !== undefined && claimed.toLowerCase() !== mailbox.address.toLowerCase())
      oddities.add('address-in-display-name');
    for (const oddity of scriptOddities(mailbox)) oddities.add(oddity);
  }
  const domain = domainOf(author.address);
  if (facts.sender !== null && facts.sender.address.toLowerCase() !== author.address.toLowerCase())
    oddities.add('sender-differs');
  const elsewhere = facts.replyTo.some(
    (one) => one.address.includes('@') && !related(domainOf(one.address), domain),
  );
  if (elsewhere) oddities.add('reply-to-other-domain');
  return [...oddities];
}
