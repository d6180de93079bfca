import { describe, expect, it } from 'vitest';
import { fromFirstMatch } from '#renderer/features/search/model/excerpt.ts';

const text = (segments: ReturnType<typeof fromFirstMatch>): string =>
  segments.map((segment) => segment.text).join('');

describe('the excerpt of a hit', () => {
  it('begins shortly before what was found, at a whole word', () => {
    const segments = fromFirstMatch([
      { text: 'Hello, I am the treasurer of the club. Please send us the ', match: false },
      { text: 'invoice', match: true },
      { text: ' soon.', match: false },
    ]);
    expect(text(segments)).toBe('… Please send us the invoice soon.');
    expect(segments.find(({ match }) => match)?.text).toBe('invoice');
  });

  it('is left as it is where the match is near its beginning, or where there is none', () => {
    const near = [
      { text: 'The ', match: false },
      { text: 'invoice', match: true },
    ];
    expect(fromFirstMatch(near)).toBe(near);
    const none = [{ text: 'A long text in which nothing at all was found', match: false }];
    expect(fromFirstMatch(none)).toEqual(none);
  });
});
