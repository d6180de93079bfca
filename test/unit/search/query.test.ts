import { describe, expect, it } from 'vitest';
import { excerpt, highlight } from '#shared/domain/search/highlight.ts';
import { parseSearch } from '#shared/domain/search/query.ts';
import { spentOn } from '#test/support/cpu-time.ts';

const hour = 3_600_000;
/** Berlin in winter. */
const context = { now: Date.UTC(2026, 0, 15, 12), timeZoneOffset: () => hour };
const parse = (text: string) => parseSearch(text, context);
const words = (text: string) =>
  parse(text).words.map(
    ({ field, text: word, phrase, prefix, negated }) =>
      `${negated ? '-' : ''}${field === 'any' ? '' : `${field}:`}${phrase ? `"${word}"` : word}${prefix ? '*' : ''}`,
  );

describe('what was typed into the search', () => {
  it.each([
    ['order', ['order*']],
    ['order ', ['order']],
    ['broken lamp', ['broken', 'lamp*']],
    ['broken* lamp ', ['broken*', 'lamp']],
    ['"broken lamp"', ['"broken lamp"']],
    ['"broken la', ['"broken la"*']],
    ['„kaputte Lampe“ ', ['"kaputte Lampe"']],
    ['from:ana to:support subject:lamp x', ['from:ana', 'to:support', 'subject:lamp', 'x*']],
    ['from:"Ana Pereira" ', ['from:"Ana Pereira"']],
    ['lamp -broken ', ['lamp', '-broken']],
    ['lamp -"very broken" ', ['lamp', '-"very broken"']],
    ['http://shop.example ', ['http://shop.example']],
    ['don’t ', ["don't"]],
    ['a - b ', ['a', 'b']],
  ])('%s looks for %j', (text, found) => {
    expect(words(text)).toEqual(found);
  });

  it('narrows by attachment, day, state and place', () => {
    expect(
      parse('has:attachment after:2026-01-02 before:5.1.2026 in:done in:Archive is:unread ').filters,
    ).toEqual([
      { kind: 'has-attachment', negated: false },
      { kind: 'after', at: Date.UTC(2026, 0, 2) - hour },
      { kind: 'before', at: Date.UTC(2026, 0, 5) - hour },
      { kind: 'status', status: 'done' },
      { kind: 'in', name: 'archive' },
      { kind: 'unread' },
    ]);
    expect(parse('after:yesterday').filters).toEqual([{ kind: 'after', at: Date.UTC(2026, 0, 14) - hour }]);
    expect(parse('after:2w').filters).toEqual([{ kind: 'after', at: context.now - 14 * 24 * hour }]);
  });

  it('says which parts mean nothing', () => {
    expect(parse('has:wings before:someday after:2026-13-45 -in:done lamp ').ignored).toEqual([
      'has:wings',
      'before:someday',
      'after:2026-13-45',
      '-in:done',
    ]);
  });

  it('is never an error', () => {
    for (const text of [
      '"',
      '-',
      '*',
      'from:',
      '"" ""',
      '\u{d800}',
      '\0',
      '()',
      '-"',
      ':',
      '\u{1f600}',
      ' '.repeat(900),
      '"'.repeat(900),
    ]) {
      expect(() => parse(text)).not.toThrow();
    }
  });
});

describe('what a result shows', () => {
  const lamp = [{ words: ['lamp'], prefix: true }];
  const marked = (text: string, needles: Parameters<typeof highlight>[1]) =>
    highlight(text, needles)
      .map((segment) => (segment.match ? `[${segment.text}]` : segment.text))
      .join('');

  it('marks words whatever their case and accents, in the original’s own letters', () => {
    expect(marked('Die Lampe ist kaputt', lamp)).toBe('Die [Lamp]e ist kaputt');
    expect(marked('CAFÉ, Café und cafe\u0301', [{ words: ['cafe'], prefix: false }])).toBe(
      '[CAFÉ], [Café] und [cafe\u0301]',
    );
    expect(marked('Clamp and lamps', [{ words: ['lamp'], prefix: false }])).toBe('Clamp and lamps');
    expect(marked('您的订单号', [{ words: ['订', '单'], prefix: false }])).toBe('您的[订单]号');
    expect(marked('İstanbul ve ISTANBUL', [{ words: ['istanbul'], prefix: false }])).toBe(
      '[İstanbul] ve [ISTANBUL]',
    );
  });

  it('shows the surroundings of the first match', () => {
    const found = excerpt(`${'word '.repeat(200)}the lamp is broken ${'word '.repeat(200)}`, lamp) ?? [];
    const text = found.map((segment) => segment.text).join('');
    expect(text).toMatch(/^…(?:word )+the lamp is broken (?:word )+wor?d?…$|^….*lamp.*…$/u);
    expect(text.length).toBeLessThan(210);
    expect(found.some((segment) => segment.match && segment.text === 'lamp')).toBe(true);
  });

  it('says nothing where nothing matches', () => {
    expect(excerpt('other words', lamp)).toBeNull();
  });

  it('is not worn down by hostile texts and needles', () => {
    for (const text of [
      'a'.repeat(200_000),
      'la'.repeat(100_000),
      ' '.repeat(200_000),
      '\n'.repeat(200_000),
      'ä́'.repeat(60_000),
    ]) {
      const { cpuMs } = spentOn(() =>
        excerpt(text, [
          { words: ['(a+)+$', 'lamp'], prefix: true },
          { words: ['a', 'a', 'a', 'a'], prefix: true },
        ]),
      );
      expect(cpuMs).toBeLessThan(1_000);
    }
  });
});
