import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';

/** A file in a letter. With `contentId` it is shown inside the HTML text. */
export type LetterFile = {
  readonly name: string;
  readonly type?: string;
  readonly content: Buffer | string;
  /** The content as it travels, where it is in base64 already: `content` is then left alone. */
  readonly encoded?: Buffer;
  readonly contentId?: string;
};

/** How the text travels; `base64` by default for text that is not plain ASCII. */
export type LetterEncoding = '7bit' | '8bit' | 'quoted-printable' | 'base64';

/** A mail as a test thinks of it. Every field may be left out. */
export type LetterOptions = {
  /** `Name <address>` or an address. */
  readonly from?: string;
  readonly to?: string | readonly string[];
  readonly cc?: string | readonly string[];
  readonly replyTo?: string;
  readonly subject?: string;
  readonly date?: Date;
  /** With angle brackets; made from the rest of the letter when left out, and none at all when null. */
  readonly messageId?: string | null;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  /** Header fields that come as they are after the others: duplicates and nonsense are welcome. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly text?: string;
  readonly html?: string;
  readonly charset?: string;
  readonly encoding?: LetterEncoding;
  readonly files?: readonly LetterFile[];
};

type Part = { readonly head: readonly string[]; readonly body: Buffer };

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Writes the mail (RFC 5322 and MIME, CRLF). The same options give the same bytes. */
export function letter(options: LetterOptions = {}): Buffer {
  const from = options.from ?? 'Carol Customer <carol@customer.test>';
  const subject = options.subject ?? 'Where is my parcel?';
  const date = options.date ?? new Date('2026-03-02T09:30:00Z');
  const seed = createHash('sha256')
    .update(JSON.stringify([from, options.to, subject, date, options.text, options.html, options.inReplyTo]))
    .digest('hex')
    .slice(0, 24);
  const charset = options.charset ?? 'utf-8';
  const messageId = options.messageId === undefined ? `<${seed}@${domainOf(from)}>` : options.messageId;
  const head = [
    `Date: ${rfcDate(date)}`,
    `From: ${address(from, charset)}`,
    `To: ${addresses(options.to ?? 'help@shop.test', charset)}`,
    ...(options.cc === undefined ? [] : [`Cc: ${addresses(options.cc, charset)}`]),
    ...(options.replyTo === undefined ? [] : [`Reply-To: ${address(options.replyTo, charset)}`]),
    `Subject: ${encodedWords(subject, charset)}`,
    ...(messageId === null ? [] : [`Message-ID: ${messageId}`]),
    ...(options.inReplyTo === undefined ? [] : [`In-Reply-To: ${options.inReplyTo}`]),
    ...(options.references === undefined ? [] : [`References: ${options.references.join('\r\n ')}`]),
    ...(options.headers ?? []).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
  ];
  const { head: contentHead, body } = content(options, charset, seed);
  return render({ head: [...head, ...contentHead], body });
}

/** The date as header fields write it (RFC 5322, 3.3), in UTC. */
export function rfcDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${WEEKDAYS[date.getUTCDay()] ?? ''}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()] ?? ''}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day} ${String(date.getUTCFullYear())} ${time} +0000`;
}

function content(options: LetterOptions, charset: string, seed: string): Part {
  const encoding = options.encoding;
  const plain = textPart(
    'plain',
    options.text ?? (options.html === undefined ? 'Hello,\n\nhelp, please.' : ''),
    charset,
    encoding,
  );
  const html = options.html === undefined ? undefined : textPart('html', options.html, charset, encoding);
  const files = options.files ?? [];
  const shown = files.filter(({ contentId }) => contentId !== undefined).map(filePart);
  const attached = files.filter(({ contentId }) => contentId === undefined).map(filePart);
  let rich = html;
  if (rich !== undefined && shown.length > 0) rich = multipart('related', `rel${seed}`, [rich, ...shown]);
  let whole = rich ?? plain;
  if (rich !== undefined && options.text !== undefined)
    whole = multipart('alternative', `alt${seed}`, [plain, rich]);
  return attached.length === 0 ? whole : multipart('mixed', `mix${seed}`, [whole, ...attached]);
}

function multipart(subtype: string, boundary: string, parts: readonly Part[]): Part {
  const body = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), render(part), Buffer.from('\r\n')]);
  return {
    head: [`Content-Type: multipart/${subtype}; boundary="${boundary}"`],
    body: Buffer.concat([...body, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

function textPart(subtype: string, text: string, charset: string, wanted: LetterEncoding | undefined): Part {
  const bytes = iconv.encode(text.replace(/\r?\n/g, '\r\n'), charset);
  const encoding = wanted ?? (isAscii(bytes) ? '7bit' : 'base64');
  return {
    head: [`Content-Type: text/${subtype}; charset=${charset}`, `Content-Transfer-Encoding: ${encoding}`],
    body: encoded(bytes, encoding),
  };
}

function filePart(file: LetterFile): Part {
  const name = encodeURIComponent(file.name);
  const parameter = name === file.name ? `filename="${file.name}"` : `filename*=utf-8''${name}`;
  const bytes = typeof file.content === 'string' ? Buffer.from(file.content) : file.content;
  return {
    head: [
      `Content-Type: ${file.type ?? 'application/octet-stream'}`,
      `Content-Disposition: ${file.contentId === undefined ? 'attachment' : 'inline'}; ${parameter}`,
      ...(file.contentId === undefined ? [] : [`Content-ID: <${file.contentId}>`]),
      'Content-Transfer-Encoding: base64',
    ],
    body: file.encoded ?? encoded(bytes, 'base64'),
  };
}

function render(part: Part): Buffer {
  return Buffer.concat([Buffer.from(`${part.head.join('\r\n')}\r\n\r\n`, 'utf8'), part.body]);
}

function encoded(bytes: Buffer, encoding: LetterEncoding): Buffer {
  switch (encoding) {
    case '7bit':
    case '8bit':
      return Buffer.concat([bytes, Buffer.from('\r\n')]);
    case 'base64':
      return Buffer.from(`${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`);
    case 'quoted-printable':
      return Buffer.from(`${quotedPrintable(bytes)}\r\n`);
  }
}

/** RFC 2045, 6.7. */
function quotedPrintable(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .split('\r\n')
    .map((line) => {
      const safe = line.replace(
        /[^\x20-\x3c\x3e-\x7e]| $/g,
        (character) => `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
      );
      return safe.replace(/(?:=[0-9A-F]{2}|[^=]){73}(?=.)/g, '$&=\r\n');
    })
    .join('\r\n');
}

/** RFC 2047: words of at most 75 characters, no character torn apart. */
function encodedWords(text: string, charset: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const room = 45;
  const pieces: Buffer[] = [];
  let piece = '';
  for (const character of text) {
    if (iconv.encode(piece + character, charset).length > room) {
      pieces.push(iconv.encode(piece, charset));
      piece = '';
    }
    piece += character;
  }
  pieces.push(iconv.encode(piece, charset));
  return pieces.map((bytes) => `=?${charset}?B?${bytes.toString('base64')}?=`).join('\r\n ');
}

function addresses(list: string | readonly string[], charset: string): string {
  return (typeof list === 'string' ? [list] : list).map((one) => address(one, charset)).join(',\r\n ');
}

function address(text: string, charset: string): string {
  const [, name, mailbox] = /^(.*\S)\s*<([^>]*)>$/.exec(text) ?? [];
  if (name === undefined || mailbox === undefined) return text;
  const phrase = /^[\w "'.-]*$/.test(name)
    ? /[.']/.test(name)
      ? `"${name}"`
      : name
    : encodedWords(name, charset);
  return `${phrase} <${mailbox}>`;
}

function domainOf(from: string): string {
  return /@([\w.-]+)/.exec(from)?.[1] ?? 'mail.test';
}

function isAscii(bytes: Buffer): boolean {
  return !/[\x80-\xff]/.test(bytes.toString('latin1'));
}
