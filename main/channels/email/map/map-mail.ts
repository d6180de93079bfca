import { hash } from 'node:crypto';
import type { Invitation, Oddity } from '#shared/domain/message.ts';
import type { Bounce, Inbound, MapContext, RawItem, Unreadable } from '../../kit/inbound.ts';
import type {
  CalendarPart,
  CalendarTime,
  MailBounce,
  MailOddity,
  MailPart,
  ReadMail,
} from '../mime/mail-types.ts';
import { readMail } from '../mime/read-mail.ts';
import { verdictOn } from './authentication.ts';
import { directionOf } from './direction.ts';
import { snippetOf } from './snippet.ts';

/** Understands one mail: pure, total, and the same answer for the same bytes. */
export function mapMail(item: RawItem, context: MapContext): Inbound | Unreadable {
  const mail = readMail(item.bytes);
  if (mail.kind === 'unreadable') return { kind: 'unreadable', key: item.key, reason: mail.reason };
  const from = mail.from[0] ?? { name: '', address: '' };
  const direction = directionOf(item.bytes, mail.from.length === 1 ? from.address : null, context);
  const verdict = verdictOn(from.address, mail.authentication, context.trustedAuthserv);
  return {
    kind: 'message',
    dedupe: dedupeOf(mail),
    dedupeAt: mail.date,
    key: item.key,
    direction,
    // Whoever got a mail of ours knows its id; only where the mail is certainly ours may the id say which one it is.
    clientId: direction === 'out' ? mail.stewardId : null,
    ...timeOf(mail, item, context.now),
    from,
    sender: mail.sender,
    replyTo: mail.replyTo,
    to: mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    subject: mail.subject,
    text: mail.text,
    snippet: snippetOf(mail.text),
    hasHtml: mail.html !== null,
    html: null,
    thread: { self: mail.messageId, parents: parentsOf(mail), room: null },
    parts: mail.parts.map(partOf),
    invitation: mail.calendar === null ? null : invitationOf(mail.calendar),
    automatic: mail.automatic,
    bounce: mail.bounce === null ? null : bounceOf(mail.bounce),
    oddities: odditiesOf(mail.oddities, verdict === 'failed', item.partial),
    authenticatedFrom: verdict === 'vouched' && mail.from.length === 1 ? from.address.toLowerCase() : null,
    listUnsubscribe: mail.listUnsubscribe,
    seen: item.seen,
    answered: item.answered,
    keepSource: true,
  };
}

// Beyond this a text is a log file; both copies of a mail are cut alike, so they stay equal.
const comparedText = 200_000;

/** With one space for all white space between words; a space that stands alone is passed over rather than written anew. */
const spaced = (text: string): string => text.replace(/[^\S ]\s*| \s+/g, ' ').trim();

/**
 * Equal for all copies of one mail, in whichever folder or account: its Message-ID and what a reader sees. A mail that reuses a known
 * Message-ID with other content is another mail. Headers and encodings that servers rewrite on the way do not count, and neither do
 * attachments, since of large mails only the beginning is here.
 */
function dedupeOf(mail: ReadMail): string {
  const seen = [
    mail.from.map(({ address }) => address.toLowerCase()),
    mail.date,
    spaced(mail.subject),
    spaced(mail.text.slice(0, comparedText)),
  ];
  const facts =
    mail.messageId === null ? [...seen, mail.to.map(({ address }) => address.toLowerCase())] : seen;
  const digest = hash('sha256', JSON.stringify(facts), 'hex').slice(0, 32);
  return `${mail.messageId ?? ''} ${digest}`;
}

const day = 86_400_000;
const earliest = Date.UTC(1990, 0, 1);

/** The sender's time where it is plausible, the server's otherwise; a wrong clock must not put a mail before or after everything. */
function timeOf(mail: ReadMail, item: RawItem, now: number): Pick<Inbound, 'at' | 'atSource'> {
  const received = item.receivedAt ?? mail.receivedDate ?? now;
  const written = mail.date;
  const plausible =
    written !== null && written >= earliest && written <= received + day && written <= now + day;
  return {
    at: Math.max(0, Math.min(plausible ? written : received, now)),
    atSource: plausible ? 'sender' : 'server',
  };
}

/**
 * Ancestors oldest first: References, then In-Reply-To where References do not name it. Old programs write "Message from Ann
 * <ann@x.example> of Monday <id>" there; an address would tie together all that anybody ever answered to Ann.
 */
const parentsOf = (mail: ReadMail): readonly string[] => {
  const people = [...mail.from, ...mail.replyTo, ...mail.to, ...mail.cc];
  const addresses = new Set(people.map(({ address }) => address.toLowerCase()));
  return [...new Set([...mail.references, ...mail.inReplyTo])].filter(
    (id) => !addresses.has(id.toLowerCase()),
  );
};

const partOf = (part: MailPart): Inbound['parts'][number] => ({
  part: part.partId,
  name: part.name,
  mimeType: part.mimeType,
  size: part.size,
  contentId: part.contentId,
  inline: part.disposition === 'inline',
  kind: part.kind,
});

function instantOf(time: CalendarTime | null): number | null {
  if (time === null) return null;
  const at =
    time.kind === 'instant' ? time.at : Date.parse(time.kind === 'day' ? time.day : `${time.local}Z`);
  return Number.isNaN(at) ? null : at;
}

const invitationOf = (calendar: CalendarPart): Invitation => ({
  method: calendar.method ?? '',
  summary: calendar.summary,
  start: instantOf(calendar.start),
  end: instantOf(calendar.end),
  location: calendar.location,
  organiser: calendar.organiser === null ? '' : calendar.organiser.name || calendar.organiser.address,
});

const bounceOf = (bounce: MailBounce): Bounce => ({
  originalExternalId: bounce.originalMessageId,
  clientId: bounce.stewardId,
  failures: bounce.failed,
});

const shown: Readonly<Record<MailOddity, Oddity | null>> = {
  'two-from-headers': 'two-from',
  'many-from-addresses': 'two-from',
  'empty-from': 'empty-from',
  'malformed-from': 'malformed-from',
  'group-in-from': 'malformed-from',
  'shifted-header': 'malformed-from',
  'address-in-display-name': 'address-in-name',
  'sender-differs': 'sender-differs',
  'reply-to-other-domain': 'reply-to-elsewhere',
  'mixed-script': 'mixed-script',
  'punycode-domain': 'mixed-script',
  'bidi-in-name': 'bidi-in-name',
  'hidden-characters-in-name': 'bidi-in-name',
  truncated: 'truncated',
  'limit-hit': 'limit-hit',
  'missing-boundary-end': null,
  'two-subject-headers': null,
  'deceptive-attachment-name': null,
  'no-header': null,
  'missing-separator': null,
};

function odditiesOf(found: readonly MailOddity[], failed: boolean, partial: boolean): readonly Oddity[] {
  const named = found
    // Of a large mail only the beginning is here; that is our doing, not the sender's.
    .filter((oddity) => !partial || oddity !== 'truncated')
    .map((oddity) => shown[oddity])
    .filter((oddity) => oddity !== null);
  return [...new Set(failed ? [...named, 'authentication-failed' as const] : named)];
}
