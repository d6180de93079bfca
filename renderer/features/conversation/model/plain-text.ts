import { find } from 'linkifyjs';
import { splitQuoted } from '#shared/domain/quoting/split-quoted.ts';

/** A stretch of a plain-text message: what was written, a quoted line of it that is answered, the signature. */
export type TextBlock = { readonly kind: 'text' | 'quote' | 'signature'; readonly text: string };

/** A plain-text message as it is shown. The blocks and the folded part joined by line ends are the whole message. */
export type ShownText = { readonly blocks: readonly TextBlock[]; readonly folded: string };

/** A stretch of a line: words, or an address that can be followed. */
export type TextPiece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** A line longer than this is not searched for links: no line that people write is. */
const longestLine = 4_000;
/** A signature is rarely longer than this many lines; more behind two dashes is text. */
const longestSignature = 20;

const isQuoted = (line: string): boolean => /^\s{0,3}>/.test(line);

const grouped = (lines: readonly string[]): TextBlock[] => {
  const blocks: { readonly kind: TextBlock['kind']; readonly lines: string[] }[] = [];
  for (const line of lines) {
    const kind = isQuoted(line) ? 'quote' : 'text';
    const last = blocks.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks.map(({ kind, lines: of }) => ({ kind, text: of.join('\n') }));
};

/**
 * Cuts a plain-text message into what was written, quoted lines between it (RFC 3676 section 4.5), the signature
 * (RFC 3676 section 4.3), and the earlier mail below, which is folded.
 */
export const shownText = (text: string): ShownText => {
  const { visible, quoted } = splitQuoted(text.replace(/\r\n?/g, '\n'));
  const lines = (quoted === '' ? visible : visible.replace(/\n$/, '')).split('\n');
  const dashes = lines.findLastIndex((line) => /^--\s?$/.test(line));
  const signed =
    dashes >= 0 && lines.length - dashes <= longestSignature && !lines.slice(dashes).some(isQuoted);
  const blocks = grouped(signed ? lines.slice(0, dashes) : lines);
  if (signed) blocks.push({ kind: 'signature', text: lines.slice(dashes).join('\n') });
  return { blocks, folded: quoted };
};

/** Finds the addresses in a line. Only http, https and mailto; everything else stays words. */
export const linkPieces = (line: string): readonly TextPiece[] => {
  if (line.length > longestLine || !/[.:@]/.test(line)) return [{ kind: 'words', text: line }];
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of find(line, { defaultProtocol: 'https' })) {
    if (!/^(https?:\/\/|mailto:)/i.test(match.href)) continue;
    if (match.start > at) pieces.push({ kind: 'words', text: line.slice(at, match.start) });
    pieces.push({ kind: 'link', text: match.value, href: match.href });
    at = match.end;
  }
  if (at < line.length) pieces.push({ kind: 'words', text: line.slice(at) });
  return pieces;
};
