/** Depth of quoting of a line (RFC 3676 section 4.5): its leading ">" characters. */
function quoteDepth(line: string): number {
  let depth = 0;
  while (line.charCodeAt(depth) === 62) depth += 1;
  return depth;
}

/**
 * Joins the flowed lines of `text/plain; format=flowed` (RFC 3676) into paragraphs; quoting is written back as "> ".
 * `delSp` removes the blank that marks a flowed line, for languages without blanks.
 */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let depth = 0;
  let open = false;
  const flush = (): void => {
    if (paragraph.length > 0) out.push((depth > 0 ? `${'>'.repeat(depth)} ` : '') + paragraph.join(''));
    paragraph = [];
    open = false;
  };
  for (const raw of text.split(/\r?\n/)) {
    const lineDepth = quoteDepth(raw);
    let line = raw.slice(lineDepth);
    if (line.startsWith(' ')) line = line.slice(1);
    if (open && lineDepth !== depth) flush();
    if (line === '-- ') {
      flush();
      out.push((lineDepth > 0 ? `${'>'.repeat(lineDepth)} ` : '') + line);
      continue;
    }
    depth = lineDepth;
    open = line.endsWith(' ');
    paragraph.push(open && delSp ? line.slice(0, -1) : line);
    if (!open) flush();
  }
  flush();
  return out.join('\n');
}
