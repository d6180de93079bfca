import { createHash } from 'node:crypto';
import type { Correspondent } from '#shared/domain/message.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { Composed, Outgoing, OutgoingFile } from '../../kit/outgoing.ts';
import { domainOf, plainAddress } from '../address.ts';
import { base64Lines, quotedPrintable } from './encodings.ts';
import {
  field,
  mailDate,
  mailboxes,
  messageId,
  oneLine,
  parameter,
  threadFields,
  unstructured,
} from './header-fields.ts';

/** A MIME part: its header block and its body, both with CRLF line ends and in 7-bit ASCII. */
type Part = { readonly header: string; readonly body: string };

const plain = (person: Correspondent, what: string): Correspondent => {
  const address = plainAddress(person.address.trim());
  if (address === null)
    throw new ChannelError(failure('settings', what, { said: oneLine(person.address).slice(0, 320) }));
  return { name: person.name, address };
};

// The id becomes part of header lines and of boundaries, so only what every server takes literally is allowed in it.
const readClientId = (clientId: string): string => {
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(clientId)) throw new ChannelError(failure('settings', 'clientId'));
  return clientId;
};

/**
 * Writes the mail once (RFC 5322, RFC 2045 to 2049, RFC 2387): pure, so that the same message gives the same bytes on every try. All
 * content is 7-bit, so no relay has a reason to rewrite it. Bcc recipients are in the envelope alone. An address that is not
 * one plain address is refused as ChannelError `settings` at `from` or `recipient`.
 */
export function composeMail(message: Outgoing): Composed {
  const clientId = readClientId(message.clientId);
  const from = plain(message.from, 'from');
  const to = message.to.map((person) => plain(person, 'recipient'));
  const cc = message.cc.map((person) => plain(person, 'recipient'));
  const bcc = message.bcc.map((person) => plain(person, 'recipient'));
  const externalId = `${clientId}@${domainOf(from.address)}`;
  const body = bodyOf(message, boundaries(clientId));
  const isReply = message.references.length > 0;
  const automatic = message.automatic
    ? field('Auto-Submitted', isReply ? 'auto-replied' : 'auto-generated') +
      field('X-Auto-Response-Suppress', 'All')
    : '';
  const text = [
    field('Date', mailDate(message.at)),
    field('From', mailboxes([from])),
    // A mail to blind recipients alone still needs a To (RFC 5322 section 3.6.3 example of a group).
    to.length > 0
      ? field('To', mailboxes(to))
      : cc.length === 0
        ? field('To', 'undisclosed-recipients:;')
        : '',
    cc.length > 0 ? field('Cc', mailboxes(cc)) : '',
    field('Subject', unstructured(message.subject)),
    field('Message-ID', `<${externalId}>`),
    threadFields(message.references),
    field('X-Steward-Id', clientId),
    automatic,
    field('MIME-Version', '1.0'),
    body.header,
    '\r\n',
    body.body,
    body.body.endsWith('\r\n') ? '' : '\r\n',
  ].join('');
  const recipients = [
    ...new Map([...to, ...cc, ...bcc].map(({ address }) => [address.toLowerCase(), address])).values(),
  ];
  return { externalId, recipients, bytes: Buffer.from(text, 'utf8') };
}

const lineEnd = 0x0a;

/** A mail that {@link composeMail} wrote, with another date; the date is its first line. */
export const redateMail = (bytes: Uint8Array, at: number): Uint8Array => {
  const rest = bytes.subarray(bytes.indexOf(lineEnd) + 1);
  return Buffer.concat([Buffer.from(field('Date', mailDate(at)), 'utf8'), rest]);
};

/** Boundaries that depend on the id alone. "=_" occurs in no encoded body (RFC 2045 section 6.7), so they cannot be forged. */
const boundaries = (clientId: string): ((use: string) => string) => {
  const digest = createHash('sha256').update(clientId).digest('hex').slice(0, 24);
  return (use) => `=_${use}_${digest}`;
};

function bodyOf(message: Outgoing, boundary: (use: string) => string): Part {
  const inline = message.html === null ? [] : message.files.filter((file) => file.contentId !== null);
  const attached = message.files.filter((file) => !inline.includes(file));
  const written = textPart('plain', message.text);
  let content = written;
  if (message.html !== null) {
    const html = textPart('html', message.html);
    const shown =
      inline.length === 0
        ? html
        : multipart(
            'related',
            boundary('r'),
            [html, ...inline.map((file) => filePart(file, 'inline'))],
            'text/html',
          );
    content = multipart('alternative', boundary('a'), [written, shown]);
  }
  return attached.length === 0
    ? content
    : multipart('mixed', boundary('m'), [content, ...attached.map((file) => filePart(file, 'attachment'))]);
}

const textPart = (subtype: 'plain' | 'html', text: string): Part => ({
  header: `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n`,
  body: quotedPrintable(text.replaceAll('\0', '')),
});

function multipart(
  subtype: string,
  boundary: string,
  parts: readonly Part[],
  type: string | null = null,
): Part {
  const inner = parts.map(
    (part) => `--${boundary}\r\n${part.header}\r\n${part.body}${part.body.endsWith('\r\n') ? '' : '\r\n'}`,
  );
  const extra = type === null ? '' : parameter('type', type);
  return {
    header: field('Content-Type', `multipart/${subtype}${extra}; boundary="${boundary}"`),
    body: `${inner.join('')}--${boundary}--\r\n`,
  };
}

const token = /^[a-z0-9!#$&^_.+-]{1,80}\/[a-z0-9!#$&^_.+-]{1,80}$/;

/** The type to announce. Multiparts and messages may not be base64 (RFC 2046 section 5), so they travel as plain bytes. */
function typeOf(file: OutgoingFile): string {
  const type = file.mimeType.toLowerCase();
  return token.test(type) && !/^(multipart|message)\//.test(type) ? type : 'application/octet-stream';
}

function filePart(file: OutgoingFile, disposition: 'inline' | 'attachment'): Part {
  if (file.mimeType.toLowerCase() === 'message/rfc822' && isSevenBit(file.bytes))
    return messagePart(file, disposition);
  const id = file.contentId === null ? null : messageId(file.contentId);
  return {
    header: [
      field('Content-Type', typeOf(file)),
      field('Content-Transfer-Encoding', 'base64'),
      id === null ? '' : field('Content-ID', `<${id}>`),
      field('Content-Disposition', `${disposition}${parameter('filename', file.name)}`),
    ].join(''),
    body: base64Lines(file.bytes),
  };
}

const messagePart = (file: OutgoingFile, disposition: 'inline' | 'attachment'): Part => ({
  header: [
    field('Content-Type', 'message/rfc822'),
    field('Content-Transfer-Encoding', '7bit'),
    field('Content-Disposition', `${disposition}${parameter('filename', file.name)}`),
  ].join(''),
  body: Buffer.from(file.bytes)
    .toString('latin1')
    .replace(/\r\n|\r|\n/g, '\r\n'),
});

/** Whether bytes may travel as they are: ASCII without NUL, lines of at most 998 characters (RFC 5321 section 4.5.3.1.6). */
function isSevenBit(bytes: Uint8Array): boolean {
  let line = 0;
  for (const byte of bytes) {
    if (byte === 0 || byte > 0x7e) return false;
    line = byte === 0x0a || byte === 0x0d ? 0 : line + 1;
    if (line > 998) return false;
  }
  return true;
}
