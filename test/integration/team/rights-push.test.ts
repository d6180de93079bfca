import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { ConversationId, FollowUpId, MemberId, MessageId, NoteId, ReviewId } from '#shared/kit/brand.ts';
import type { MemberBody, Push, PushedDocument, TeamEvent } from '#main/engine/team/wire.ts';
import { pushAs } from '#test/support/postgres/pushes.ts';
import type { TestMember } from '#test/support/postgres/team.ts';
import { shownAnswer } from '#test/support/store/reviews.ts';
import { failsAndChangesNothing, openAccount, secret, twoTeams } from '#test/support/postgres/two-teams.ts';
import type { TwoTeams } from '#test/support/postgres/two-teams.ts';

let place: TwoTeams;
beforeAll(async () => {
  place = await twoTeams();
});
afterAll(() => place.stop());

type Forged = readonly [string, () => Push, readonly string[]];

/** What Bea, an agent, tries to push. */
const told = (
  conversation: ConversationId,
  events: readonly ConversationEvent[],
  author: MemberId | null = place.bea.id,
  more: readonly PushedDocument[] = [],
): Push =>
  place.known.push(
    events.map((event) => ({ conversation, author, event })),
    more,
  );

const altered = (push: Push, change: (event: TeamEvent, index: number) => Partial<TeamEvent>): Push => ({
  ...push,
  events: push.events.map((event, index) => ({ ...event, ...change(event, index) })),
});

const withBody = (push: Push, change: Record<string, string | number | null>): Push => ({
  ...push,
  documents: push.documents.map((one) => ({ ...one, body: { ...one.body, ...change } })),
});

const member = (whom: TestMember, name: string, change: Partial<MemberBody>): Push => {
  const address = `${name.toLowerCase()}@team.test`;
  const body: MemberBody = {
    name,
    address,
    role: 'agent',
    away: null,
    goneAt: null,
    createdAt: 1,
    ...change,
  };
  return {
    ...{ id: randomUUID(), events: [] },
    documents: [{ kind: 'member', id: whom.id, account: null, activeAt: 1, expected: 1, body }],
  };
};

const single = (document: Partial<PushedDocument>): Push => ({
  id: randomUUID(),
  events: [],
  documents: [
    {
      kind: 'snippet',
      id: randomUUID(),
      account: null,
      activeAt: 1,
      expected: 0,
      body: { name: 'x' },
      ...document,
    },
  ],
});

const note = (): ConversationEvent => ({
  kind: 'note.added',
  note: randomUUID() as NoteId,
  text: 'hi',
  mentions: [],
});

type Asked = Extract<ConversationEvent, { kind: 'review.asked' }>;
type Given = Extract<ConversationEvent, { kind: 'review.given' }>;

const asked = (facts: Partial<Asked>): Asked => ({
  kind: 'review.asked',
  ...{
    review: randomUUID() as ReviewId,
    by: place.bea.id,
    of: [place.cem.id],
    note: '',
    answer: shownAnswer,
  },
  ...facts,
});

/** A word on the review that Cem asked Lea for. */
const verdict = (facts: Partial<Given>): Given => ({
  kind: 'review.given',
  ...{ review: place.shown, by: place.bea.id, verdict: 'good', note: '', html: null },
  ...facts,
});

describe('a push by an agent', () => {
  const away = { until: 4_000_000_000_000, substitute: null };
  const forged: readonly Forged[] = [
    ['a note in a colleague’s name', () => told(place.free, [note()], place.cem.id), ['wrong-author']],
    ['a note in nobody’s name', () => told(place.free, [note()], null), ['wrong-author']],
    [
      'a claim in nobody’s name',
      () => told(place.free, [{ kind: 'conversation.claimed', by: place.bea.id }], null),
      ['wrong-author'],
    ],
    [
      'a claim for a colleague',
      () => told(place.free, [{ kind: 'conversation.claimed', by: place.cem.id }]),
      ['wrong-author'],
    ],
    [
      'a claim of what a colleague owns',
      () => told(place.taken, [{ kind: 'conversation.claimed', by: place.bea.id }]),
      ['owned'],
    ],
    [
      'giving a colleague’s conversation to oneself',
      () =>
        told(place.taken, [
          { kind: 'conversation.assigned', from: place.cem.id, to: place.bea.id, note: '' },
        ]),
      ['owned'],
    ],
    [
      'giving a colleague’s conversation to nobody',
      () => told(place.taken, [{ kind: 'conversation.assigned', from: place.cem.id, to: null, note: '' }]),
      ['owned'],
    ],
    [
      'saying that it was nobody’s before',
      () => told(place.taken, [{ kind: 'conversation.assigned', from: null, to: place.bea.id, note: '' }]),
      ['state-differs'],
    ],
    [
      'a review in a colleague’s name',
      () => told(place.free, [asked({ by: place.cem.id })]),
      ['wrong-author'],
    ],
    [
      'asking oneself for a review',
      () => told(place.free, [asked({ of: [place.bea.id, place.cem.id] })]),
      ['malformed'],
    ],
    ['asking nobody for a review', () => told(place.free, [asked({ of: [] })]), ['malformed']],
    [
      'asking somebody who is not in the team for a review',
      () => told(place.free, [asked({ of: [place.other.admin.id] })]),
      ['member-gone'],
    ],
    [
      'a review of a text without end',
      () => told(place.free, [asked({ answer: { ...shownAnswer, html: 'x'.repeat(200_000) } })]),
      ['too-large'],
    ],
    [
      'a review with the id of another',
      () => told(place.free, [asked({ review: place.shown })]),
      ['repeated'],
    ],
    ['two reviews at once', () => told(place.free, [asked({}), asked({})]), ['state-differs']],
    [
      'a verdict in the name of whoever was asked',
      () => told(place.taken, [verdict({ by: place.lea.id })], place.lea.id),
      ['wrong-author'],
    ],
    [
      'a verdict that says it is somebody else’s',
      () => told(place.taken, [verdict({ by: place.lea.id })]),
      ['wrong-author'],
    ],
    ['a verdict that nobody asked for', () => told(place.taken, [verdict({})]), ['not-yours']],
    ['a verdict on a review that is not there', () => told(place.free, [verdict({})]), ['state-differs']],
    [
      'ending another one’s review',
      () => told(place.taken, [{ kind: 'review.ended', review: place.shown, reason: 'withdrawn' }]),
      ['not-yours'],
    ],
    [
      'a verdict on one’s own answer',
      () => {
        const mine = asked({});
        return told(place.free, [mine, verdict({ review: mine.review })]);
      },
      ['not-yours'],
    ],
    [
      'giving nobody’s conversation to a colleague',
      () => told(place.free, [{ kind: 'conversation.assigned', from: null, to: place.cem.id, note: '' }]),
      ['leads-only'],
    ],
    [
      'handing over what a colleague owns',
      () =>
        told(place.taken, [
          {
            kind: 'conversation.transferred',
            from: place.cem.id,
            to: place.lea.id,
            reason: 'x',
            check: 'c' as FollowUpId,
            checkAt: 1,
          },
        ]),
      ['owned'],
    ],
    [
      'handing over without a check',
      () =>
        told(place.mine, [
          {
            kind: 'conversation.transferred',
            from: place.bea.id,
            to: place.cem.id,
            reason: 'x',
            check: 'c' as FollowUpId,
            checkAt: 1,
          },
        ]),
      ['incomplete'],
    ],
    [
      'handing over without a reason',
      () =>
        told(place.mine, [
          {
            kind: 'conversation.transferred',
            from: place.bea.id,
            to: place.cem.id,
            reason: ' ',
            check: 'c' as FollowUpId,
            checkAt: 1,
          },
        ]),
      ['state-differs'],
    ],
    [
      'giving to somebody who is not in the team',
      () =>
        told(place.mine, [
          {
            kind: 'conversation.transferred',
            from: place.bea.id,
            to: 'stranger' as MemberId,
            reason: 'x',
            check: 'c' as FollowUpId,
            checkAt: 1,
          },
        ]),
      ['member-gone'],
    ],
    [
      'solving what a colleague owns',
      () => told(place.taken, [{ kind: 'conversation.resolved' }]),
      ['owned'],
    ],
    [
      'solving in nobody’s name',
      () => told(place.free, [{ kind: 'conversation.resolved' }], null),
      ['wrong-author'],
    ],
    [
      'closing over an open check',
      () => told(place.taken, [{ kind: 'conversation.closed' }]),
      ['open-checks'],
    ],
    [
      'waiving a check',
      () => told(place.taken, [{ kind: 'check.waived', id: place.check, reason: 'x' }]),
      ['leads-only'],
    ],
    [
      'giving a colleague’s check to oneself',
      () =>
        told(place.taken, [
          {
            ...{ kind: 'follow-up.given', id: place.check, purpose: 'check', note: '' },
            ...{ from: place.lea.id, to: place.bea.id },
          },
        ]),
      ['leads-only'],
    ],
    [
      'confirming a colleague’s check',
      () =>
        told(place.taken, [
          { kind: 'check.confirmed', id: place.check, how: 'customer-confirmed', message: null },
        ]),
      ['not-yours'],
    ],
    [
      'confirming it by words that are not there',
      () =>
        told(place.taken, [
          { kind: 'check.confirmed', id: place.check, how: 'customer-words', message: 'none' as MessageId },
        ]),
      ['incomplete'],
    ],
    [
      'dropping a colleague’s check',
      () => told(place.taken, [{ kind: 'follow-up.cancelled', id: place.check, because: 'agent' }]),
      ['not-yours'],
    ],
    [
      'dropping it because the customer came',
      () => told(place.taken, [{ kind: 'follow-up.cancelled', id: place.check, because: 'customer' }], null),
      ['not-due'],
    ],
    ['keeping it', () => told(place.taken, [{ kind: 'follow-up.kept', id: place.check }]), ['not-yours']],
    [
      'moving it',
      () => told(place.taken, [{ kind: 'follow-up.moved', id: place.check, dueAt: 1 }]),
      ['not-yours'],
    ],
    [
      'a promise for a colleague',
      () =>
        told(place.mine, [
          {
            kind: 'follow-up.promised',
            id: 'f' as FollowUpId,
            owner: place.cem.id,
            dueAt: 1,
            purpose: 'promise',
            ifNoReply: false,
            every: null,
            why: '',
          },
        ]),
      ['not-yours'],
    ],
    [
      'a check out of nothing',
      () =>
        told(place.mine, [
          {
            kind: 'follow-up.promised',
            id: 'f' as FollowUpId,
            owner: place.bea.id,
            dueAt: 1,
            purpose: 'check',
            ifNoReply: false,
            every: null,
            why: '',
          },
        ]),
      ['not-yours'],
    ],
    [
      'ending a return timer that is not one’s own',
      () => told(place.taken, [{ kind: 'follow-up.cancelled', id: place.timer, because: 'taken-up' }]),
      ['not-yours'],
    ],
    [
      'ending it as if it were given to somebody else',
      () => told(place.taken, [{ kind: 'follow-up.cancelled', id: place.timer, because: 'reassigned' }]),
      ['not-yours'],
    ],
    [
      'a timer before its time',
      () =>
        told(place.taken, [{ kind: 'follow-up.fell-due', id: place.timer, late: false, next: null }], null),
      ['not-due'],
    ],
    [
      'bringing it back before its time',
      () =>
        told(place.taken, [{ kind: 'conversation.returned', from: place.cem.id, to: place.lea.id }], null),
      ['not-due'],
    ],
    [
      'covering for somebody who is here',
      () => told(place.taken, [{ kind: 'conversation.covered', from: place.cem.id, to: place.bea.id }], null),
      ['not-due'],
    ],
    [
      'giving back what was not covered',
      () =>
        told(place.taken, [{ kind: 'conversation.given-back', from: place.cem.id, to: place.bea.id }], null),
      ['not-due'],
    ],
    [
      'taking it from somebody who is here',
      () => told(place.taken, [{ kind: 'conversation.orphaned', from: place.cem.id }], null),
      ['not-due'],
    ],
    [
      'taking back what a lead did',
      () => told(place.taken, [{ kind: 'conversation.undone', back: 2 }]),
      ['owned'],
    ],
    [
      'merging away into nothing',
      () => told(place.taken, [{ kind: 'conversation.merged', into: place.mine }]),
      ['incomplete'],
    ],
    [
      'an event that nobody knows',
      () => altered(told(place.mine, [note()]), () => ({ kind: 'conversation.stolen' })),
      ['malformed'],
    ],
    [
      'opening it a second time',
      () => told(place.mine, [{ kind: 'conversation.opened', message: null }], null),
      ['malformed'],
    ],
    [
      'a gap in the log',
      () => altered(told(place.mine, [note()]), ({ rev }) => ({ rev: rev + 1 })),
      ['conflict'],
    ],
    [
      'an event in the middle of the log',
      () => altered(told(place.mine, [note()]), () => ({ rev: 1 })),
      ['conflict'],
    ],
    [
      'an event’s id a second time',
      () => altered(told(place.mine, [note()]), () => ({ id: place.known.log(place.mine)[0]?.id ?? '' })),
      ['repeated'],
    ],
    [
      'events without their document',
      () => ({ ...told(place.mine, [note()]), documents: [] }),
      ['incomplete'],
    ],
    [
      'a document that says another owner',
      () => withBody(told(place.taken, [note()]), { owner: place.bea.id }),
      ['state-differs'],
    ],
    [
      'a document that says another status',
      () => withBody(told(place.taken, [note()]), { status: 'done' }),
      ['state-differs'],
    ],
    [
      'a document alone that says another owner',
      () => ({ ...withBody(told(place.taken, [note()]), { owner: place.bea.id }), events: [] }),
      ['state-differs'],
    ],
    [
      'deleting a conversation',
      () => ({
        ...told(place.taken, []),
        documents: [
          {
            kind: 'conversation',
            id: place.taken,
            account: null,
            activeAt: 1,
            body: null,
            expected: place.known.version('conversation', place.taken),
          },
        ],
      }),
      ['malformed'],
    ],
    [
      'a conversation without a log',
      () => single({ kind: 'conversation', body: { rev: 0, owner: null, status: 'open', customer: 'c' } }),
      ['incomplete'],
    ],
    [
      'a document over a newer one',
      () => {
        const push = told(place.mine, [note()]);
        return { ...push, documents: push.documents.map((one) => ({ ...one, expected: 0 })) };
      },
      ['conflict'],
    ],
    ['a conversation of an account not granted', () => told(place.hidden, [note()]), ['not-granted']],
    [
      'moving it out of its account',
      () => {
        const push = told(place.hidden, [note()]);
        return { ...push, documents: push.documents.map((one) => ({ ...one, account: null })) };
      },
      ['not-granted'],
    ],
    [
      'a message into an account not granted',
      () => single({ kind: 'message', account: secret, body: { conversation: 'c', text: '' } }),
      ['not-granted'],
    ],
    [
      'an account that somebody else connected',
      () => single({ kind: 'account', id: openAccount, account: openAccount, expected: 1 }),
      ['admins-only'],
    ],
    [
      'deleting an account that somebody else connected',
      () => single({ kind: 'account', id: openAccount, account: openAccount, expected: 1, body: null }),
      ['admins-only'],
    ],
    [
      'an account in another’s place',
      () => single({ kind: 'account', id: 'a', account: null }),
      ['malformed'],
    ],
    ['targets', () => single({ kind: 'targets', id: 'targets' }), ['admins-only']],
    [
      'a member',
      () => single({ kind: 'member', body: { name: 'Eve', role: 'admin', goneAt: null, away: null } }),
      ['admins-only'],
    ],
    ['a role for oneself', () => member(place.bea, 'Bea', { role: 'admin' }), ['admins-only']],
    ['a colleague’s name', () => member(place.cem, 'Evil', {}), ['admins-only']],
    ['a colleague’s absence', () => member(place.cem, 'Cem', { away }), ['admins-only', 'leads-only']],
    ['a colleague’s departure', () => member(place.cem, 'Cem', { goneAt: 1 }), ['admins-only']],
  ];

  test.each(forged)('%s is refused and changes nothing', async (_name, push, why) => {
    await failsAndChangesNothing(place, () => pushAs(place.bea, push()), why);
  });

  test('of something that is no push at all is refused and changes nothing', async () => {
    const wrong: readonly (readonly [unknown, unknown, unknown])[] = [
      ['p', {}, []],
      ['p', [], 'null'],
      ['', [], []],
      ['p', [1], []],
      ['p', [{ kind: 'draft', id: 'x', account: null, activeAt: 1, expected: 0, body: {} }], []],
      ['p', [{ kind: 'snippet', id: 'x', activeAt: 'soon', expected: 0, body: {} }], []],
      ['p', [{ kind: 'snippet', id: 'x', activeAt: 1, expected: 0, body: [] }], []],
      ['p', [], [{ stream: null }]],
    ];
    for (const [id, documents, events] of wrong) {
      const text = JSON.stringify([id, documents, events]);
      await failsAndChangesNothing(place, () => place.bea.call('push', id, documents, events), [
        'malformed',
        'incomplete',
        '22023',
        '22P02',
      ]).catch((error: unknown) => {
        throw new Error(text, { cause: error });
      });
    }
  });
});
