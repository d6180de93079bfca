import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import type { Review } from '#shared/contract/reviews.ts';
import type { ConversationId, DraftId, MemberId } from '#shared/kit/brand.ts';
import { eventually } from '#test/support/eventually.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

const patience = { withinMs: 60_000 };

const memberOf = ({ engine }: Colleague): MemberId => {
  const state = engine().engine.state();
  return state.kind === 'ready' ? state.me.id : expect.unreachable('the workspace is not open');
};

describe('a review of an answer, over a team’s database', () => {
  let office: Office;
  let ana: Colleague;
  let bea: Colleague;

  const reviews = async (who: Colleague, conversation: ConversationId): Promise<readonly Review[]> =>
    (await who.ask('review.get', { conversation })).reviews;
  const review = async (who: Colleague, conversation: ConversationId): Promise<Review> =>
    (await reviews(who, conversation))[0] ?? expect.unreachable(`${who.name} sees no review`);
  const said = (who: Colleague): readonly string[] =>
    who.engine().record.notices.map(({ title, body }) => `${title}: ${body}`);
  const told = async (who: Colleague, words: string): Promise<void> => {
    await eventually(() => said(who).includes(words), {
      message: `${who.name} reads “${words}”`,
      ...patience,
    });
  };

  /** A mail that both have, with a draft of Ana's. */
  const drafted = async (letter: string, html: string): Promise<{ id: ConversationId; draft: DraftId }> => {
    await ana.takeIn([
      { id: letter, from: { name: 'Dora Lins', address: `${letter}@customer.example` }, at: Date.now() },
    ]);
    await eventually(() => bea.conversationWith(letter), { message: 'the mail is there too', ...patience });
    const id = ana.conversationWith(letter) ?? expect.unreachable('no conversation');
    const { lastMessage } = await ana.ask('conversation.get', { id });
    const start = { conversation: id, message: lastMessage, mode: 'reply', account: null } as const;
    const draft = await ana.ask('draft.start', start);
    const { account, to, cc, bcc, subject, quote, plain } = draft;
    const edit = { account, to: [...to], cc: [...cc], bcc: [...bcc], subject, html, quote, plain };
    await ana.ask('draft.save', { id: draft.id, edit });
    return { id, draft: draft.id };
  };
  const same = async (): Promise<void> => {
    for (const one of [ana, bea]) {
      await eventually(
        async () =>
          pendingOf(one.workspace().db).transactions === 0 && (await differencesAt(office, one)).length === 0,
        { message: `${one.name} has what the team has`, ...patience },
      );
    }
  };

  beforeAll(async () => {
    office = await openOffice();
    ana = await office.found('Ana');
    bea = await office.hire('Bea');
  }, 120_000);
  afterAll(() => office.close());

  it('shows a colleague a frozen picture, brings the verdict back, and leaves the draft with its author', async () => {
    const { id, draft } = await drafted('shown', '<p>It leaves today.</p>');
    const before = await ana.ask('conversation.get', { id });
    await ana.ask('review.ask', { draft, of: [memberOf(bea)], note: 'Too short?' });
    await told(bea, 'Ana asks you to look at an answer to Dora Lins: Too short?');
    const seen = await review(bea, id);
    expect(seen).toMatchObject({
      ...{ by: { name: 'Ana' }, of: [{ name: 'Bea' }], note: 'Too short?', isMine: false, asksMe: true },
      answer: {
        ...{
          to: [{ address: 'shown@customer.example' }],
          html: '<p>It leaves today.</p>',
          account: 'Support',
        },
      },
    });
    expect((await bea.ask('conversation.get', { id })).draftContent).toBeNull();
    const { owner, turn, waitingSince } = await ana.ask('conversation.get', { id });
    expect({ owner, turn, waitingSince }).toEqual({
      ...{ owner: before.owner, turn: before.turn, waitingSince: before.waitingSince },
    });

    const html = '<p>It leaves today, by DHL.</p>';
    const verdict = { verdict: 'changes', note: 'Say by whom', html } as const;
    await bea.ask('review.give', { conversation: id, review: seen.id, ...verdict });
    await told(ana, 'Bea suggests changes to your answer to Dora Lins: Say by whom');
    expect((await review(ana, id)).given).toMatchObject([{ by: { name: 'Bea' }, ...verdict }]);
    await same();
    expect(said(bea).filter((words) => words.startsWith('Ana asks you'))).toHaveLength(1);
    await ana.ask('review.withdraw', { conversation: id, review: seen.id });
    await eventually(async () => (await reviews(bea, id)).length === 0, {
      message: 'the withdrawn review is gone at Bea’s too',
      ...patience,
    });
  });

  it('ends by itself with the draft, on every device, and is told in the timeline', async () => {
    const { id, draft } = await drafted('thrown', '<p>Soon.</p>');
    await ana.ask('review.ask', { draft, of: [memberOf(bea)], note: '' });
    await eventually(async () => (await reviews(bea, id)).length === 1, {
      message: 'Bea sees the review',
      ...patience,
    });
    await ana.ask('draft.discard', { id: draft });
    expect(await reviews(ana, id)).toEqual([]);
    await eventually(async () => (await reviews(bea, id)).length === 0, {
      message: 'the review has ended at Bea’s too',
      ...patience,
    });
    const { items } = await bea.ask('conversation.timeline', { id, before: null, limit: 50 });
    const events = items.flatMap((item) => (item.kind === 'event' ? [item] : []));
    expect(events.find(({ event }) => event === 'review.asked')?.values).toMatchObject({ of: 'Bea' });
    expect(events.find(({ event }) => event === 'review.ended')?.values).toEqual({
      ...{ review: expect.any(String) as string, reason: 'discarded' },
    });
    await same();
  });
});
