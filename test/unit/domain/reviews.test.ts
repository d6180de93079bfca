import { describe, expect, it } from 'vitest';
import type { Circumstances, Command } from '#shared/domain/conversation/commands.ts';
import { decide } from '#shared/domain/conversation/decide.ts';
import { absorbing, ordinary } from '#shared/domain/conversation/evolve.ts';
import { mostReviewHtml } from '#shared/domain/conversation/review.ts';
import type { Picture } from '#shared/domain/conversation/review.ts';
import { unopened } from '#shared/domain/conversation/state.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { MemberId, MessageId, OutboxId, ReviewId } from '#shared/kit/brand.ts';

const dana = 'dana' as MemberId;
const omar = 'omar' as MemberId;
const lena = 'lena' as MemberId;
const gone = 'gone' as MemberId;
const review = 'review-1' as ReviewId;
const at = 1_000;

const circumstances = (me: MemberId): Circumstances => ({
  me,
  role: me === lena ? 'lead' : 'agent',
  presenceOf: (member) => ({ kind: member === gone ? 'gone' : 'here' }),
  doneByImport: false,
});

const answer: Picture = {
  to: [{ name: 'Anna', address: 'anna@customer.example' }],
  cc: [],
  bcc: [],
  subject: 'Re: An order',
  html: '<p>It leaves today.</p>',
  account: 'Support',
  attachments: [{ name: 'invoice.pdf', mimeType: 'application/pdf', size: 100 }],
};

/** Somebody else's turn and a customer who waits: what no review may move. */
const waiting: ConversationState = {
  ...unopened,
  rev: 4,
  owner: lena,
  spokenRev: 3,
  waiting: { answeredAt: null, unanswered: [500] },
};

const ask = (facts: Partial<Extract<Command, { kind: 'ask-review' }>> = {}): Command => ({
  kind: 'ask-review',
  ...{ review, of: [omar], note: 'Is the tone right?', answer },
  ...facts,
});

const decided = (state: ConversationState, command: Command, me = dana) => {
  const result = decide(state, command, circumstances(me));
  return result.ok ? result.value : result.failure;
};

const after = (state: ConversationState, command: Command, me = dana): ConversationState => {
  const result = decide(state, command, circumstances(me));
  if (!result.ok) return expect.unreachable(`refused: ${result.failure.kind}`);
  return result.value.reduce((before, event) => ordinary(before, { event, at }), state);
};

const asked = after(waiting, ask());
const give = (facts: Partial<Extract<Command, { kind: 'give-review' }>> = {}): Command => ({
  kind: 'give-review',
  ...{ review, verdict: 'good', note: '', html: null },
  ...facts,
});
const withdraw: Command = { kind: 'end-review', review, reason: 'withdrawn' };

describe('asking for a review', () => {
  it('keeps a picture of the answer and whom it is shown to, and moves neither owner nor turn nor clock', () => {
    expect(decided(waiting, ask({ of: [omar, omar, lena] }))).toEqual([
      { kind: 'review.asked', review, by: dana, of: [omar, lena], note: 'Is the tone right?', answer },
    ]);
    expect(asked).toEqual({ ...waiting, rev: 5, reviews: [{ id: review, by: dana, of: [omar] }] });
  });

  it('is of one to five colleagues who are part of the team, and not of oneself', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((one) => one as MemberId);
    for (const of of [[], [dana], [omar, dana], many]) {
      expect(decided(waiting, ask({ of }))).toEqual({ kind: 'review-of-whom' });
    }
    expect(decided(waiting, ask({ of: [omar, gone] }))).toEqual({ kind: 'member-gone' });
  });

  it('refuses what is too large for a log that is kept for good', () => {
    const tooLarge = { kind: 'review-too-large' };
    const with_ = (facts: Partial<Picture>) => decided(waiting, ask({ answer: { ...answer, ...facts } }));
    expect(with_({ html: 'x'.repeat(mostReviewHtml + 1) })).toEqual(tooLarge);
    expect(with_({ subject: 'x'.repeat(5_000) })).toEqual(tooLarge);
    expect(with_({ cc: Array.from({ length: 101 }, () => ({ name: '', address: 'a@b.example' })) })).toEqual(
      tooLarge,
    );
    expect(with_({ html: 'x'.repeat(mostReviewHtml) })).toHaveLength(1);
    expect(decided(waiting, ask({ note: 'x'.repeat(5_000) }))).toEqual(tooLarge);
  });

  it('ends the earlier review of the same author, and no other', () => {
    const omars = after(asked, ask({ review: 'omars' as ReviewId, of: [dana] }), omar);
    expect(omars.reviews).toHaveLength(2);
    const again = ask({ review: 'newer' as ReviewId, of: [lena] });
    expect(decided(omars, again)).toMatchObject([
      { kind: 'review.ended', review, reason: 'again' },
      { kind: 'review.asked', review: 'newer' },
    ]);
    expect(after(omars, again).reviews.map(({ id }) => id)).toEqual(['omars', 'newer']);
  });
});

describe('giving a verdict', () => {
  it('is for those who were asked and for leads, as often as they like', () => {
    const good = { kind: 'review.given', review, verdict: 'good', note: '', html: null };
    expect(decided(asked, give(), omar)).toEqual([{ ...good, by: omar }]);
    expect(decided(asked, give(), lena)).toEqual([{ ...good, by: lena }]);
    expect(after(asked, give(), omar)).toEqual({ ...asked, rev: 6 });
    expect(decided(asked, give(), 'timo' as MemberId)).toEqual({ kind: 'not-asked', owner: dana });
  });

  it('is not for whoever asked, even a lead', () => {
    expect(decided(asked, give())).toEqual({ kind: 'own-review' });
    const lenas = after(waiting, ask(), lena);
    expect(decided(lenas, give(), lena)).toEqual({ kind: 'own-review' });
  });

  it('that wants changes says which', () => {
    expect(decided(asked, give({ verdict: 'changes' }), omar)).toEqual({ kind: 'nothing-to-say' });
    expect(decided(asked, give({ verdict: 'changes', html: '<p>Soon.</p>' }), omar)).toHaveLength(1);
    expect(decided(asked, give({ verdict: 'changes', note: 'Too short' }), omar)).toHaveLength(1);
    const html = 'x'.repeat(mostReviewHtml + 1);
    expect(decided(asked, give({ html }), omar)).toEqual({ kind: 'review-too-large' });
  });

  it('is refused once the review has ended', () => {
    expect(decided(after(asked, withdraw), give(), omar)).toEqual({ kind: 'review-gone' });
  });
});

describe('the end of a review', () => {
  it('is for whoever asked alone', () => {
    expect(after(asked, withdraw)).toEqual({ ...waiting, rev: 6 });
    for (const other of [omar, lena]) {
      expect(decided(asked, withdraw, other)).toEqual({ kind: 'not-your-review', owner: dana });
    }
  });

  it('comes by itself when the answer is sent, for the reviews of who sends it', () => {
    const both = after(asked, ask({ review: 'omars' as ReviewId, of: [dana] }), omar);
    const send: Command = {
      ...{ kind: 'queue-reply', outbox: 'out' as OutboxId, message: 'm' as MessageId },
      ...{ seenRev: null, resolve: false },
    };
    expect(decided(both, send)).toContainEqual({ kind: 'review.ended', review, reason: 'sent' });
    expect(after(both, send).reviews.map(({ id }) => id)).toEqual(['omars']);
  });

  it('comes by itself when the draft is thrown away, and is nothing where there is no review', () => {
    const discard: Command = { kind: 'end-review', review: null, reason: 'discarded' };
    expect(decided(asked, discard)).toEqual([{ kind: 'review.ended', review, reason: 'discarded' }]);
    expect(decided(asked, discard, omar)).toEqual([]);
  });

  it('does not come with a merge: whoever took the conversation over has the review too', () => {
    expect(absorbing({ ...unopened, rev: 1 }, asked).reviews).toEqual(asked.reviews);
  });
});
