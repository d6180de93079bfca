import { describe, expect, it } from 'vitest';
import { refusedWords } from '#renderer/features/ownership/model/refusals.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { en } from '#shared/messages/en.ts';
import { createWords } from '#shared/messages/format.ts';

const [ana, bea] = ['ana' as MemberId, 'bea' as MemberId];
const words = createWords('en-GB', en);
type Refused = Changed['refused'];
const of = (why: Refused[number]['why'], count: number): Refused =>
  Array.from({ length: count }, (_, n) => ({ id: `${why.kind} ${String(n)}` as ConversationId, why }));

describe('what a change of many left as it was', () => {
  it('is said in one sentence for each reason, however many it holds for', () => {
    const anas = of({ kind: 'owned', owner: ana, name: 'Ana' }, 12);
    expect(refusedWords(words, anas)).toBe('Ana owns these 12.');
    const beas = of({ kind: 'owned', owner: bea, name: 'Bea' }, 1);
    const done = of({ kind: 'not-open', name: '' }, 2);
    expect(refusedWords(words, [...anas, ...done, ...beas])).toBe(
      'Ana owns these 12. This is done. Reopen it first. (2 conversations) Bea owns one of them.',
    );
  });

  it('is said of a single one as of that one', () => {
    expect(refusedWords(words, of({ kind: 'owned', owner: ana, name: 'Ana' }, 1))).toBe(
      'Ana owns this, so nothing was changed.',
    );
    expect(refusedWords(words, [])).toBe('');
  });
});
