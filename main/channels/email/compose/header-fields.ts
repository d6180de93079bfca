import type { Correspondent } from '#shared/domain/message.ts';
import { encodedWords } from './encodings.ts';

/** A text with everything that could end a header line or hide in one made a blank. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029\ufeff]+/gu, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim();

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

const longestLine = 76;

/** A header field, folded at blanks so that lines stay under 78 characters (RFC 5322 section 2.1.1) where the words allow. */
export function field(name: string, value: string): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of value.split(' ').filter((piece) => piece !== '')) {
    if (line.length + 1 + word.length > longestLine && line.trim() !== '' && line !== `${name}:`) {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  lines.push(line);
  return `${lines.join('\r\n')}\r\n`;
}

/** Free text such as a subject. Words that only look encoded are encoded, or a reader would decode what nobody wrote. */
export function unstructured(text: string): string {
  const line = oneLine(text).replace(/ {2,}/g, ' ');
  const plain = isAscii(line) && !line.includes('=?') && line.split(' ').every((word) => word.length < 900);
  return plain ? line : encodedWords(line);
}

/** The words before an address: bare, quoted or encoded. */
function displayName(name: string): string {
  const line = oneLine(name).replace(/ {2,}/g, ' ');
  if (line === '') return '';
  if (!isAscii(line) || line.includes('=?') || line.length > 200) return encodedWords(line);
  if (/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/.test(line)) return line;
  return `"${line.replace(/[\\"]/g, '\\$&')}"`;
}

/** A list of mailboxes (RFC 5322 section 3.4); addresses must be plain ones already. */
export const mailboxes = (people: readonly Correspondent[]): string =>
  people
    .map(({ name, address }) => {
      const words = displayName(name);
      return words === '' ? address : `${words} <${address}>`;
    })
    .join(', ');

const partBytes = 45;

/** A parameter of a Content-* field: quoted when it is plain ASCII, else in RFC 2231 pieces. Begins with "; ". */
export function parameter(name: string, value: string): string {
  const line = oneLine(value);
  if (isAscii(line) && line.length <= partBytes) return `; ${name}="${line.replace(/[\\"]/g, '\\$&')}"`;
  const pieces: string[] = [];
  let piece = '';
  for (const char of line) {
    const encoded = Array.from(Buffer.from(char), (byte) => {
      const plain = String.fromCharCode(byte);
      return /[A-Za-z0-9._-]/.test(plain) && byte < 0x80
        ? plain
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    }).join('');
    if (piece.length + encoded.length > partBytes) {
      pieces.push(piece);
      piece = '';
    }
    piece += encoded;
  }
  pieces.push(piece);
  if (pieces.length === 1) return `; ${name}*=utf-8''${pieces[0] ?? ''}`;
  return pieces.map((text, at) => `; ${name}*${String(at)}*=${at === 0 ? "utf-8''" : ''}${text}`).join('');
}

/** One Message-ID without its brackets, or null when it is none (RFC 5322 section 3.6.4, generously): no blanks, brackets or controls. */
export function messageId(written: string): string | null {
  const bare = written.trim().replace(/^<|>$/g, '');
  return /^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/.test(bare) ? bare : null;
}

// RFC 5322 section 3.6.4 wants all ancestors; servers refuse headers of many kilobytes. The root and the nearest ones matter.
const mostReferences = 50;

/** The References and In-Reply-To fields for a list of ancestors, oldest first; '' when there are none. */
export function threadFields(ancestors: readonly string[]): string {
  const ids = ancestors.map(messageId).filter((id) => id !== null);
  const unique = [...new Set(ids)];
  const last = ids.at(-1);
  const first = unique[0];
  if (last === undefined || first === undefined) return '';
  const ordered = [...unique.filter((id) => id !== last), last];
  const kept = ordered.length > mostReferences ? [first, ...ordered.slice(1 - mostReferences)] : ordered;
  return field('In-Reply-To', `<${last}>`) + field('References', kept.map((id) => `<${id}>`).join(' '));
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** A date as RFC 5322 section 3.3 writes it, in UTC: where the writer sits is nobody's business. */
export function mailDate(at: number): string {
  const date = new Date(at);
  const day = `${days[date.getUTCDay()] ?? ''}, ${String(date.getUTCDate())} ${months[date.getUTCMonth()] ?? ''}`;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day} ${String(date.getUTCFullYear())} ${time} +0000`;
}
