import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginningOf,
  packText,
  snippetFrom,
  snippetIn,
  unpackText,
  unpackTexts,
} from '#main/engine/store/packed-text.ts';

const phrases = [
  'Dear all, ',
  'the lamp is broken. ',
  'Größe 12 — ',
  '订单 ',
  '😀 ',
  '\r\n\r\n> quoted\n',
  '\t',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...phrases), { maxLength: 400 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 2_000 }),
);

describe('a text', () => {
  it('comes back as it was, alone and in a row with others', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
        const kept = texts.map(packText);
        expect(unpackTexts(kept)).toEqual(texts);
        expect(kept.map(unpackText)).toEqual(texts);
      }),
    );
  });

  it('of some length takes less than half, one of a line stays as it is, and so does one that packing does not help', () => {
    const long = 'Dear all, the lamp is broken. '.repeat(100);
    const { packed, size, text: left } = packText(long);
    expect([left, size]).toEqual(['', long.length]);
    expect(packed?.length).toBeLessThan(long.length / 2);
    expect(packText('The lamp is broken.').packed).toBeNull();
    const unlike = Array.from({ length: 300 }, (_, n) =>
      String.fromCharCode(33 + ((n * n * 7_919) % 89)),
    ).join('');
    for (const one of [unlike.slice(0, 256), '']) expect(unpackText(packText(one))).toBe(one);
  });

  it('whose bytes are not all there is refused, not shown in part', () => {
    const kept = packText('Dear all, the lamp is broken. '.repeat(100));
    const cut = { ...kept, packed: (kept.packed ?? new Uint8Array()).slice(0, -6) };
    expect(() => unpackText(cut)).toThrow();
    expect(() => unpackText({ ...kept, size: (kept.size ?? 0) + 1 })).toThrow();
  });

  it('is cut without leaving half a pair', () => {
    expect(beginningOf('ab😀c', 3)).toBe('ab');
    expect(beginningOf('ab😀c', 4)).toBe('ab😀');
    expect(beginningOf('ab', 3)).toBe('ab');
  });
});

describe('a snippet', () => {
  const body = 'Dear all,\n\n  the lamp that I bought\tis broken. '.repeat(20);
  const line = body.replace(/\s+/gu, ' ');

  it.each([
    ['the beginning of its text, in one line', line.slice(0, 160), 160],
    ['that with an ellipsis', `${line.slice(0, 160)}…`, -160],
    ['other words', 'A picture of a lamp that is broken in the middle', null],
    ['a few words', 'Dear all,', null],
    ['nothing', '', null],
  ])('that is %s comes back as it was', (_what, snippet, lead) => {
    const kept = snippetIn(body, snippet);
    expect(kept).toEqual({ snippet: lead === null ? snippet : '', lead });
    expect(snippetFrom(kept, () => body)).toBe(snippet);
  });

  it('comes back as it was, whatever it and its text are', () => {
    fc.assert(
      fc.property(text, text, fc.nat(250), fc.boolean(), (one, other, length, dots) => {
        for (const of of [one, other]) {
          const snippet = `${of.replace(/\s+/gu, ' ').trim().slice(0, length)}${dots ? '…' : ''}`;
          expect(snippetFrom(snippetIn(one, snippet), () => one)).toBe(snippet);
        }
      }),
    );
  });
});
