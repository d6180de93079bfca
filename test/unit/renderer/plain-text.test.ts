import { describe, expect, it } from 'vitest';
import { linkPieces, shownText } from '#renderer/features/conversation/model/plain-text.ts';
import { spentOn } from '#test/support/cpu-time.ts';

describe('a plain-text message', () => {
  it('is shown with its signature apart and the earlier mail folded', () => {
    const text = [
      'Hello,',
      '',
      'it works now.',
      '-- ',
      'Ann',
      '',
      'On Mon, 2 Nov 2026 at 10:12, Dana <dana@example.org> wrote:',
      '> Please try again.',
    ].join('\r\n');
    const { blocks, folded } = shownText(text);
    expect(blocks.map(({ kind }) => kind)).toEqual(['text', 'signature']);
    expect(folded).toContain('> Please try again.');
  });

  it('keeps quotes in sight where the answer is written between them', () => {
    const { blocks, folded } = shownText('> one?\nYes.\n> two?\nNo.');
    expect(folded).toBe('');
    expect(blocks.map(({ kind }) => kind)).toEqual(['quote', 'text', 'quote', 'text']);
  });

  it('loses nothing', () => {
    const text = 'a\n\n> b\nc\n-- \nd';
    expect(
      shownText(text)
        .blocks.map((block) => block.text)
        .join('\n'),
    ).toBe(text);
  });
});

describe('addresses in a line', () => {
  const links = (line: string) =>
    linkPieces(line).flatMap((piece) => (piece.kind === 'link' ? [piece.href] : []));

  it('can be followed when they are http, https or mail', () => {
    expect(links('See https://example.org/a?b=c, or write to ann@example.org.')).toEqual([
      'https://example.org/a?b=c',
      'mailto:ann@example.org',
    ]);
    expect(links('www.example.org')).toEqual(['https://www.example.org']);
  });

  it('stay words for every other scheme', () => {
    expect(links('javascript:alert(1) file:///etc/passwd smb://x/y ftp://example.org/a')).toEqual([]);
  });

  it('put back together are the line', () => {
    for (const line of [
      'a https://example.org b',
      'x@example.org',
      'no link',
      '',
      '<script>alert(1)</script>',
    ])
      expect(
        linkPieces(line)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(line);
  });

  it('are not looked for in lines that nobody writes', () => {
    const lines = ['a.'.repeat(100_000), 'http://'.repeat(30_000), '@'.repeat(200_000), 'a@'.repeat(1_900)];
    for (const line of lines) expect(spentOn(() => linkPieces(line)).cpuMs).toBeLessThan(2_000);
  });
});
