import { splitQuoted } from './split-quoted.ts';

/** Characters a list row can show at most. */
const longestSnippet = 200;
/** Enough to find 200 visible characters behind a greeting and a preheader padded with invisible ones. */
const searchedChars = 8 * 1024;

const greeting =
  /^(hi|hello|hey|dear|good (morning|afternoon|evening|day)|greetings|hallo|guten (tag|morgen|abend)|sehr geehrte|liebe|lieber|moin|servus|grüezi|bonjour|bonsoir|salut|cher|chère|madame|monsieur|hola|buenos días|buenas|estimad[oa]|ciao|buongiorno|buonasera|gentile|salve|egregio|beste|geachte|goedemorgen|goedemiddag|goedendag|dag|cześć|dzień dobry|witam|szanown|olá|oi|bom dia|boa tarde|prezad|caro|cara|hej|hei|god (morgon|dag)|您好|你好|尊敬的|お世話になっております|こんにちは)/i;
const longestGreeting = 60;

/** A line that opens a mail and says nothing a row should show. */
function isGreeting(line: string): boolean {
  return (
    line.length <= longestGreeting &&
    greeting.test(line) &&
    /[,!.:，。、！]$|^[^\s]+(\s[^\s]+){0,3}$/.test(line)
  );
}

/** The first 200 or so visible characters of what was written now: no quote, signature, greeting, rules or invisible padding; one line. */
export function snippetOf(text: string): string {
  const head = text.slice(0, searchedChars);
  const words = wordsOf(splitQuoted(head).visible);
  return words === '' ? cut(head.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()) : words;
}

function wordsOf(visible: string): string {
  const kept: string[] = [];
  let size = 0;
  for (const raw of visible.split('\n')) {
    if (/^-- ?\r?$/.test(raw)) break;
    const line = raw
      .replace(/[\p{Cf}\u115f\u1160\u3164]|\u034f/gu, '')
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim();
    if (line === '' || line.startsWith('>') || /^[-_=*~#.·•–—]{3,}$/.test(line)) continue;
    kept.push(line);
    size += line.length + 1;
    if (size > longestSnippet * 2) break;
  }
  const [first = ''] = kept;
  return cut((kept.length > 1 && isGreeting(first) ? kept.slice(1) : kept).join(' '));
}

/** Cuts at a word where one ends near the limit, never inside a character. */
function cut(line: string): string {
  if (line.length <= longestSnippet) return line;
  const space = line.lastIndexOf(' ', longestSnippet);
  const end = space > longestSnippet - 30 ? space : longestSnippet;
  return `${line
    .slice(0, end)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`;
}
