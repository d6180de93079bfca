const longest = 200;
const mostLines = 200;

// A line that ends in a colon and names a date or "wrote" announces the quote below it, in whatever language: a digit and "@" or ":" do.
const announces = (line: string, next: string): boolean => /:\s*$/.test(line) && next.startsWith('>');

/** The first words of a message, without quoted text and signature; at most 200 characters in one line. */
export function snippetOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .split('\n', mostLines)
    .map((line) => line.trim());
  const words: string[] = [];
  let length = 0;
  for (const [at, line] of lines.entries()) {
    if (line === '--' || length >= longest) break;
    if (line === '' || line.startsWith('>')) continue;
    if (announces(line, lines.slice(at + 1).find((later) => later !== '') ?? '')) continue;
    words.push(line);
    length += line.length + 1;
  }
  const joined = words.join(' ').replace(/\s+/g, ' ').trim();
  const characters = Array.from(joined);
  return characters.length <= longest ? joined : `${characters.slice(0, longest - 1).join('')}…`;
}
