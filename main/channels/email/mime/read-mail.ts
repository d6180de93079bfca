import { readAddresses } from './addresses.ts';
import type { AddressList } from './addresses.ts';
import { automaticOf, hasEmptyReturnPath } from './automatic-mail.ts';
import { readBody } from './body-text.ts';
import type { MailBody } from './body-text.ts';
import { readBounce } from './bounces.ts';
import { readCalendar } from './calendar.ts';
import { decodeCharset } from './charset.ts';
import { decodeWords } from './encoded-words.ts';
import { readHeaderBlock } from './header-block.ts';
import { HeaderText } from './header-text.ts';
import { htmlToText } from './html-to-text.ts';
import { identityOddities } from './identity-oddities.ts';
import type {
  CalendarPart,
  MailAuthentication,
  MailBounce,
  MailOddity,
  MailPart,
  ReadMail,
  UnreadableMail,
} from './mail-types.ts';
import { isShifted, mailBytes } from './mail-bytes.ts';
import { newestReceived, readMailDate } from './mail-dates.ts';
import { describePart, describeTnefFiles, openTnef } from './mail-parts.ts';
import { boundReferences, readMessageIds, readOwnMessageId } from './message-ids.ts';
import { leavesOf, readStructure } from './mime-structure.ts';
import type { Entity } from './mime-structure.ts';
import { findUuBlocks, leafBytes, uuBlockBytes } from './part-bytes.ts';
import { defaultReadLimits } from './read-limits.ts';
import type { ReadLimits } from './read-limits.ts';
import { safeFileName } from './file-name.ts';
import type { TnefContent } from './tnef.ts';

const longestSubject = 2000;
/** Received, Authentication-Results and the like are read this often: a mail passes some ten hops. */
const mostTraceFields = 50;
const longestTrace = 8 * 1024;

const noAddresses: AddressList = { addresses: [], malformed: false, group: false, limitHit: false };

class MailReader {
  readonly #bytes: Buffer;
  readonly #limits: ReadLimits;
  readonly #shifted: boolean;
  readonly #oddities = new Set<MailOddity>();

  constructor(bytes: Buffer, limits: ReadLimits, shifted: boolean) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#shifted = shifted;
  }

  read(): ReadMail | UnreadableMail {
    const bytes = this.#bytes;
    const limits = this.#limits;
    const block = readHeaderBlock(bytes, 0, bytes.length, limits);
    if (block.fields.length === 0) {
      if (bytes.subarray(0, 4096).includes(0)) return { kind: 'unreadable', reason: 'binary-without-header' };
      this.#oddities.add('no-header');
    } else {
      if (this.#shifted) this.#oddities.add('shifted-header');
      if (block.missingSeparator) this.#oddities.add('missing-separator');
    }
    if (block.limitHit) this.#oddities.add('limit-hit');
    const structure = readStructure(bytes, block, limits);
    if (structure.limitHit) this.#oddities.add('limit-hit');
    if (structure.unclosed) this.#oddities.add('missing-boundary-end');
    const leaves = leavesOf(structure.root);
    const body = readBody(bytes, structure.root, limits);
    if (body.truncated) this.#oddities.add('truncated').add('limit-hit');
    const charset = leaves.find((leaf) => leaf.type.startsWith('text/'))?.typeParams.get('charset') ?? null;
    const headers = new HeaderText(bytes, block, limits, charset);
    const { parts, tnef } = this.#parts(body, leaves);
    const identity = this.#identity(headers);
    const subject = oneLine(decodeWords(headers.first('subject', 32 * 1024) ?? '')).slice(0, longestSubject);
    const content = withTnef(body, tnef, limits);
    const bounce = this.#bounce(headers, leaves, subject, content.text, identity.from[0]?.address ?? '');
    const calendar = this.#calendar(body);
    const text = content.text.trim() === '' && calendar !== null ? calendarText(calendar) : content.text;
    const references = this.#references(headers);
    const inReplyTo = readMessageIds(headers.first('in-reply-to', longestTrace) ?? '').slice(
      0,
      this.#limits.references,
    );
    const authentication = headers
      .all('authentication-results', mostTraceFields, longestTrace)
      .map(authenticationOf);
    const listUnsubscribe = headers.first('list-unsubscribe', longestTrace);
    const date = readMailDate(headers.first('date', 1000));
    const receivedDate = newestReceived(headers.all('received', mostTraceFields, longestTrace));
    const automatic = automaticOf(headers, subject, bounce);
    const stewardId = oneLine(headers.first('x-steward-id', 1000) ?? '').slice(0, 200);
    if (headers.cut) this.#oddities.add('limit-hit');
    return {
      kind: 'mail',
      messageId: readOwnMessageId(headers.first('message-id', 4096)),
      inReplyTo,
      references,
      subject,
      date,
      receivedDate,
      ...identity,
      text,
      html: content.html,
      calendar,
      parts,
      automatic,
      bounce,
      stewardId: stewardId === '' ? (bounce?.stewardId ?? null) : stewardId,
      authentication,
      listUnsubscribe,
      oddities: [...this.#oddities],
      charsetGuessed: headers.guessed || body.guessed,
    };
  }

  #addresses(headers: HeaderText, name: string): AddressList {
    const value = headers.first(name);
    if (value === null || value === '') return noAddresses;
    const list = readAddresses(value, this.#limits.addresses);
    if (list.limitHit) this.#oddities.add('limit-hit');
    return list;
  }

  #identity(headers: HeaderText): Pick<ReadMail, 'from' | 'sender' | 'replyTo' | 'to' | 'cc' | 'bcc'> {
    const from = this.#addresses(headers, 'from');
    const sender = this.#addresses(headers, 'sender').addresses[0] ?? null;
    const replyTo = this.#addresses(headers, 'reply-to').addresses;
    const writtenFrom = decodeWords(headers.first('from', 4096) ?? '');
    const facts = {
      fromFields: headers.count('from'),
      subjectFields: headers.count('subject'),
      from,
      writtenFrom,
      sender,
      replyTo,
    };
    for (const oddity of identityOddities(facts)) this.#oddities.add(oddity);
    return {
      from: from.addresses,
      sender,
      replyTo,
      to: this.#addresses(headers, 'to').addresses,
      cc: this.#addresses(headers, 'cc').addresses,
      bcc: this.#addresses(headers, 'bcc').addresses,
    };
  }

  #references(headers: HeaderText): readonly string[] {
    const ends = headers.ends('references', 4096, 64 * 1024);
    if (ends === null) return [];
    const ids = [...new Set([...readMessageIds(ends[0]), ...readMessageIds(ends[1])])];
    if (ids.length > this.#limits.references + 1) this.#oddities.add('limit-hit');
    return boundReferences(ids, this.#limits.references);
  }

  #parts(
    body: MailBody,
    leaves: readonly Entity[],
  ): { readonly parts: readonly MailPart[]; readonly tnef: TnefContent | null } {
    const parts: MailPart[] = [];
    let tnef: TnefContent | null = null;
    for (const entity of body.files) {
      const { part, deceptive } = describePart(this.#bytes, entity);
      if (deceptive) this.#oddities.add('deceptive-attachment-name');
      parts.push(part);
      if (part.kind !== 'tnef' || tnef !== null) continue;
      tnef = openTnef(this.#bytes, entity, this.#limits);
      if (tnef !== null) parts.push(...describeTnefFiles(entity, tnef));
    }
    for (const leaf of leaves) {
      if (body.files.includes(leaf)) continue;
      for (const [index, block] of findUuBlocks(this.#bytes, leaf).entries()) {
        parts.push({
          partId: `${leaf.path}/uu.${String(index + 1)}`,
          name: safeFileName(block.name, 'application/octet-stream'),
          mimeType: 'application/octet-stream',
          size: uuBlockBytes(this.#bytes, block).length,
          contentId: null,
          disposition: 'attachment',
          kind: 'file',
        });
      }
    }
    return { parts, tnef };
  }

  #calendar(body: MailBody): CalendarPart | null {
    for (const entity of body.calendars.slice(0, 3)) {
      const bytes = leafBytes(this.#bytes, entity, this.#limits.calendarBytes);
      const text = decodeCharset(bytes, entity.typeParams.get('charset') ?? 'utf-8').text;
      const calendar = readCalendar(text, entity.typeParams.get('method') ?? null);
      if (calendar !== null) return calendar;
    }
    return null;
  }

  #bounce(
    headers: HeaderText,
    leaves: readonly Entity[],
    subject: string,
    text: string,
    fromAddress: string,
  ): MailBounce | null {
    const textOf = (entity: Entity): string =>
      leafBytes(this.#bytes, entity, 64 * 1024).toString('latin1', 0, 64 * 1024);
    const statuses = leaves.filter(
      (leaf) => leaf.type === 'message/delivery-status' || leaf.type === 'message/global-delivery-status',
    );
    const returned = leaves.find((leaf) =>
      [
        'message/rfc822',
        'message/global',
        'text/rfc822-headers',
        'message/rfc822-headers',
        'message/global-headers',
      ].includes(leaf.type),
    );
    return readBounce({
      statusTexts: statuses.slice(0, 20).map(textOf),
      returnedHeaders: returned === undefined ? null : headerPart(textOf(returned)),
      text,
      fromAddress,
      subject,
      emptyReturnPath: hasEmptyReturnPath(headers),
      failedRecipients: headers.first('x-failed-recipients', longestTrace),
    });
  }
}

function headerPart(text: string): string {
  const end = text.search(/\r?\n\r?\n/);
  return end === -1 ? text : text.slice(0, end);
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

function authenticationOf(value: string): MailAuthentication {
  const semicolon = value.indexOf(';');
  const head = (semicolon === -1 ? value : value.slice(0, semicolon))
    .replace(/\([^()]{0,200}\)/g, ' ')
    .trim();
  const [authservId = ''] = head.split(/\s+/, 1);
  return {
    authservId: authservId.toLowerCase(),
    results: semicolon === -1 ? '' : value.slice(semicolon + 1).trim(),
  };
}

function withTnef(
  body: MailBody,
  tnef: TnefContent | null,
  limits: ReadLimits,
): { readonly text: string; readonly html: string | null } {
  if (tnef === null || body.text.trim() !== '' || body.html !== null) return body;
  const html = tnef.html?.slice(0, limits.htmlChars) ?? null;
  const text = tnef.text ?? (html === null ? '' : htmlToText(html, limits.textChars).text);
  return { text: text.slice(0, limits.textChars).replace(/\r\n?/g, '\n'), html };
}

function calendarText(calendar: CalendarPart): string {
  return [calendar.summary, calendar.location, calendar.description].filter((line) => line !== '').join('\n');
}

/** Reads one RFC 5322 / MIME message or near-message; never throws whatever the bytes. Linear in their number, bounded by the limits. */
export function readMail(raw: Uint8Array, limits: Partial<ReadLimits> = {}): ReadMail | UnreadableMail {
  try {
    const bytes = mailBytes(raw);
    if (bytes.length === 0) return { kind: 'unreadable', reason: 'empty' };
    return new MailReader(bytes, { ...defaultReadLimits, ...limits }, isShifted(raw)).read();
  } catch {
    // A fault of ours must cost one mail its place in the list, not the folder its import: it is kept raw and shown.
    return { kind: 'unreadable', reason: 'fault' };
  }
}

export type { ReadMail, UnreadableMail } from './mail-types.ts';
export type { ReadLimits } from './read-limits.ts';
export { readPart } from './read-part.ts';
