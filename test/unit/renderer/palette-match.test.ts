import { describe, expect, it } from 'vitest';
import { fitting } from '#renderer/features/palette/model/match.ts';

const found = (typed: string, ...labels: string[]): string[] =>
  fitting(
    labels.map((label) => ({ label })),
    typed,
  ).map(({ label }) => label);

describe('the palette', () => {
  it('finds words by their beginnings, in any order', () => {
    expect(found('to my', 'Go to My turn', 'Go to Done')).toEqual(['Go to My turn']);
    expect(found('turn my', 'Go to My turn')).toEqual(['Go to My turn']);
  });

  it('minds neither case nor accents', () => {
    expect(found('resume', 'Résumé')).toEqual(['Résumé']);
  });

  it('puts first what begins with what was typed', () => {
    expect(found('re', 'Mark as read', 'Reply')[0]).toBe('Reply');
  });

  it('shows everything while nothing is typed', () => {
    expect(found('', 'One', 'Two')).toEqual(['One', 'Two']);
  });
});
