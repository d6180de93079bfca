import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { ConversationId, FollowUpId, NoteId, ReviewId } from '#shared/kit/brand.ts';
import type { Page, PushAnswer, PushedDocument, RecentPage } from '#main/engine/team/wire.ts';
import { eventually } from '#test/support/eventually.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { Known, messageDocument, opening, pushAs } from '#test/support/postgres/pushes.ts';
import type { Telling } from '#test/support/postgres/pushes.ts';
import { shownAnswer } from '#test/support/store/reviews.ts';
import { asSuperuser, connectAs, makeTeam } from '#test/support/postgres/team.ts';
import type { TestMember, TestTeam } from '#test/support/postgres/team.ts';

let postgres: TestPostgres;
let team: TestTeam;
let [lea, bea, cem]: readonly TestMember[] = [];
let known: Known;

beforeAll(async () => {
  postgres = await startPostgres();
  team = await makeTeam(postgres);
  lea = await team.join('lead', 'Lea');
  bea = await team.join('agent', 'Bea');
  cem = await team.join('agent', 'Cem');
  known = new Known();
});
afterAll(async () => {
  await team.close();
  await postgres.stop();
});

const somebody = (member: TestMember | undefined): TestMember => {
  if (member === undefined) throw new Error('nobody is there yet');
  return member;
};

const note = (text = 'hi'): ConversationEvent => ({
  kind: 'note.added',
  ...{ note: randomUUID() as NoteId, text, mentions: [] },
});

const by = (
  author: TestMember | null | undefined,
  conversation: ConversationId,
  events: readonly ConversationEvent[],
): readonly Telling[] => events.map((event) => ({ conversation, author: author?.id ?? null, event }));

const open = async (text = 'hello'): Promise<ConversationId> => {
  const conversation = randomUUID() as ConversationId;
  const message = messageDocument(conversation, text);
  expect(await known.tell(team.admin, by(null, conversation, opening(message.id)), [message])).toMatchObject({
    kind: 'accepted',
  });
  return conversation;
};

const own = async (owner: TestMember | undefined): Promise<ConversationId> => {
  const conversation = await open();
  const claimed = by(owner, conversation, [{ kind: 'conversation.claimed', by: somebody(owner).id }]);
  expect(await known.tell(somebody(owner), claimed)).toMatchObject({ kind: 'accepted' });
  return conversation;
};

const memberDocument = async (whom: TestMember | undefined): Promise<PushedDocument> => {
  const { id } = somebody(whom);
  const page = (await team.admin.call('fetch_documents', [{ kind: 'member', id }])) as Page;
  const [found] = page.documents;
  if (found === undefined) throw new Error('a member without a document');
  const { kind, account, activeAt, body, version } = found;
  return { kind, id, account, activeAt, body, expected: version };
};

const setAway = async (
  who: TestMember | undefined,
  whom: TestMember | undefined,
  away: { readonly until: number; readonly substitute: string | null } | null,
): Promise<PushAnswer> => {
  const document = await memberDocument(whom);
  const push = {
    id: randomUUID(),
    events: [],
    documents: [{ ...document, body: { ...document.body, away } }],
  };
  return pushAs(somebody(who), push);
};

const accepted = { kind: 'accepted' };
const hour = 3_600_000;

describe('what a member may do', () => {
  test('an agent claims what nobody owns, and a lead gives it to somebody else', async () => {
    const conversation = await own(bea);
    const assigned: ConversationEvent = {
      kind: 'conversation.assigned',
      ...{ from: somebody(bea).id, to: somebody(cem).id, note: 'you know them' },
    };
    expect(await known.tell(somebody(lea), by(lea, conversation, [assigned]))).toMatchObject(accepted);
  });

  test('an owner hands over with a check, and the return timer brings it back when it is due', async () => {
    const conversation = await own(bea);
    const [check, timer] = [randomUUID() as FollowUpId, randomUUID() as FollowUpId];
    const promised = (id: FollowUpId, purpose: 'check' | 'return'): ConversationEvent => ({
      kind: 'follow-up.promised',
      ...{ id, owner: somebody(bea).id, dueAt: 1, purpose, ifNoReply: false, every: null, why: 'away' },
    });
    const handed: readonly ConversationEvent[] = [
      {
        kind: 'conversation.transferred',
        ...{ from: somebody(bea).id, to: somebody(cem).id, reason: 'away', check, checkAt: 1 },
      },
      promised(check, 'check'),
      promised(timer, 'return'),
    ];
    expect(await known.tell(somebody(bea), by(bea, conversation, handed))).toMatchObject(accepted);
    const back: readonly ConversationEvent[] = [
      { kind: 'follow-up.fell-due', id: timer, late: false, next: null },
      { kind: 'follow-up.cancelled', id: timer, because: 'returned' },
      { kind: 'conversation.returned', from: somebody(cem).id, to: somebody(bea).id },
    ];
    // Any device's clock may say so.
    expect(await known.tell(somebody(lea), by(null, conversation, back))).toMatchObject(accepted);
  });

  test('whoever is away is covered by the substitute they named, and has it back afterwards', async () => {
    const conversation = await own(cem);
    expect(
      await setAway(bea, cem, { until: Date.now() + 100 * hour, substitute: somebody(bea).id }),
    ).toMatchObject({
      reason: 'leads-only',
    });
    expect(
      await setAway(cem, cem, { until: Date.now() + 100 * hour, substitute: somebody(bea).id }),
    ).toMatchObject(accepted);
    const covered: ConversationEvent = {
      kind: 'conversation.covered',
      ...{ from: somebody(cem).id, to: somebody(bea).id },
    };
    const back: ConversationEvent = {
      kind: 'conversation.given-back',
      ...{ from: somebody(bea).id, to: somebody(cem).id },
    };
    expect(await known.tell(somebody(bea), by(null, conversation, [covered]))).toMatchObject(accepted);
    expect(await known.tell(somebody(bea), by(null, conversation, [back]))).toMatchObject({
      reason: 'not-due',
    });
    expect(await setAway(bea, cem, null)).toMatchObject({ reason: 'not-due' });
    expect(await setAway(lea, cem, null)).toMatchObject(accepted);
    expect(await known.tell(somebody(bea), by(null, conversation, [back]))).toMatchObject(accepted);
  });

  test('anybody sees that a return date has passed', async () => {
    expect(await setAway(cem, cem, { until: Date.now() - hour, substitute: null })).toMatchObject(accepted);
    expect(await setAway(bea, cem, null)).toMatchObject(accepted);
  });

  test('an admin shares targets, everybody texts, customers and accounts they connected', async () => {
    const account = randomUUID();
    const push = (document: Partial<PushedDocument>): Parameters<typeof pushAs>[1] => ({
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
    expect(await pushAs(somebody(bea), push({ kind: 'account', id: account, account }))).toMatchObject(
      accepted,
    );
    const renamed = push({ kind: 'account', id: account, account, expected: 1, body: { label: 'Shop' } });
    expect(await pushAs(somebody(cem), renamed)).toMatchObject({ reason: 'admins-only' });
    expect(await pushAs(somebody(bea), renamed)).toMatchObject(accepted);
    expect(await pushAs(team.admin, push({ kind: 'targets', id: 'targets' }))).toMatchObject(accepted);
    expect(await pushAs(somebody(bea), push({}))).toMatchObject(accepted);
    expect(await pushAs(somebody(bea), push({ kind: 'customer' }))).toMatchObject(accepted);
  });

  test('what was told of a message goes with it in the name of who did it', async () => {
    const conversation = await own(cem);
    const left = randomUUID() as ConversationId;
    const reply = messageDocument(conversation, 'an answer');
    const queued: ConversationEvent = { kind: 'reply.queued', outbox: 'o' as never, message: reply.id };
    const at = 1_234;
    expect(
      await known.tell(
        somebody(cem),
        [{ conversation, author: somebody(cem).id, event: queued, at }],
        [reply],
      ),
    ).toMatchObject(accepted);
    const split = (author: TestMember | undefined, copied: number): readonly Telling[] => [
      ...by(bea, left, [{ kind: 'conversation.opened', message: reply.id }]),
      { conversation: left, author: somebody(author).id, event: queued, at: copied },
      ...by(bea, left, [{ kind: 'conversation.claimed', by: somebody(cem).id }]),
      ...by(bea, conversation, [{ kind: 'conversation.split', into: left, messages: [reply.id] }]),
    ];
    expect(await known.tell(somebody(bea), split(cem, at + 1))).toMatchObject({ reason: 'wrong-author' });
    expect(await known.tell(somebody(bea), split(lea, at))).toMatchObject({ reason: 'wrong-author' });
    expect(await known.tell(somebody(bea), split(cem, at))).toMatchObject(accepted);
  });
});

describe('one push', () => {
  test('is made once, however often it is sent', async () => {
    const conversation = await own(bea);
    const push = known.push(by(bea, conversation, [note()]));
    const first = await pushAs(somebody(bea), push);
    expect(first).toMatchObject(accepted);
    expect(await pushAs(somebody(bea), push)).toEqual(first);
    expect(await pushAs(somebody(cem), push)).toMatchObject({ reason: 'repeated' });
    known.note(push);
    const page = (await somebody(bea).call('events_of', [
      { stream: conversation, from: 3 },
    ])) as readonly unknown[];
    expect(page).toHaveLength(1);
  });

  test('whoever was asked and every lead give a verdict, as often as they like, and whoever asked ends it', async () => {
    const conversation = await own(bea);
    const review = randomUUID() as ReviewId;
    const asked: ConversationEvent = {
      kind: 'review.asked',
      ...{ review, by: somebody(bea).id, of: [somebody(cem).id], note: 'right?', answer: shownAnswer },
    };
    expect(await known.tell(somebody(bea), by(bea, conversation, [asked]))).toMatchObject(accepted);
    for (const who of [cem, lea, cem]) {
      const given: ConversationEvent = {
        kind: 'review.given',
        ...{ review, by: somebody(who).id, verdict: 'changes', note: 'shorter', html: '<p>Less.</p>' },
      };
      expect(await known.tell(somebody(who), by(who, conversation, [given]))).toMatchObject(accepted);
    }
    const newer = { ...asked, review: randomUUID() as ReviewId };
    const again: readonly ConversationEvent[] = [{ kind: 'review.ended', review, reason: 'again' }, newer];
    expect(await known.tell(somebody(bea), by(bea, conversation, again))).toMatchObject(accepted);
    expect(known.state(conversation).reviews.map(({ id }) => id)).toEqual([newer.review]);
  });

  test('of two that claim the same conversation at once, one is taken and the other told that it moved on', async () => {
    for (let round = 0; round < 20; round += 1) {
      const conversation = await open();
      const claims = [bea, cem].map((who) => ({
        who: somebody(who),
        push: known.push(by(who, conversation, [{ kind: 'conversation.claimed', by: somebody(who).id }])),
      }));
      const answers = await Promise.all(claims.map(({ who, push }) => pushAs(who, push)));
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['accepted', 'conflict']);
      const lost = answers.find(({ kind }) => kind === 'conflict');
      expect(lost).toEqual({ kind: 'conflict', keys: [{ kind: 'conversation', id: conversation }] });
    }
  });

  test('is refused from an application that is too old, which still reads', async () => {
    const conversation = await own(bea);
    const push = known.push(by(bea, conversation, [note()]));
    await asSuperuser(postgres, `UPDATE ${team.schema}.team SET oldest = 3`, team.database);
    expect(await somebody(bea).call('hello', 2)).toMatchObject({ tooOld: true, oldest: 3 });
    expect(await pushAs(somebody(bea), push)).toMatchObject({ reason: 'too-old' });
    expect(await somebody(bea).call('pull', 0, 10)).toMatchObject({ more: true });
    await asSuperuser(postgres, `UPDATE ${team.schema}.team SET oldest = 2`, team.database);
    expect(await pushAs(somebody(bea), push)).toMatchObject(accepted);
  });

  test('wakes the others, on a channel that others on the server do not know', async () => {
    const listener = await connectAs(postgres, team.database, somebody(cem).login);
    const heard: string[] = [];
    const { channel } = (await somebody(cem).call('hello', 2)) as { channel: string };
    expect(channel).toMatch(/^steward_acme_[0-9a-f]{16}$/);
    listener.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await listener.query(`LISTEN "${channel}"`);
    const conversation = await open();
    await somebody(bea).call('presence', conversation, 'typing');
    await eventually(() => heard.length === 2, { message: 'two notices are heard' });
    expect(heard[0]).toMatch(/^seq:\d+$/);
    expect(JSON.parse(heard[1]?.replace('presence:', '') ?? '')).toMatchObject({
      ...{ member: somebody(bea).id, device: somebody(bea).device, conversation, doing: 'typing' },
    });
    expect(await somebody(cem).call('present', 60_000)).toMatchObject([
      { member: somebody(bea).id, conversation },
    ]);
    await listener.end();
  });
});

describe('reading', () => {
  const pages = async (howMany: number): Promise<readonly Page[]> => {
    const all: Page[] = [];
    for (let after = 0; ;) {
      const page = (await somebody(bea).call('pull', after, howMany)) as Page;
      all.push(page);
      if (!page.more) return all;
      after = page.upTo;
    }
  };

  test('page by page finds every document as it is and every event once, in order', async () => {
    const small = await pages(3);
    const [whole] = await pages(2_000);
    expect(small.length).toBeGreaterThan(10);
    const last = new Map(
      small.flatMap(({ documents }) => documents.map((one) => [`${one.kind} ${one.id}`, one])),
    );
    expect(
      [...last.values()].sort((one, other) =>
        `${one.kind} ${one.id}` < `${other.kind} ${other.id}` ? -1 : 1,
      ),
    ).toEqual(
      [...(whole?.documents ?? [])].sort((one, other) =>
        `${one.kind} ${one.id}` < `${other.kind} ${other.id}` ? -1 : 1,
      ),
    );
    const revs = new Map<string, number>();
    for (const event of small.flatMap(({ events }) => events)) {
      const before = revs.get(event.stream) ?? 0;
      expect(event.rev).toBeLessThanOrEqual(before + 1);
      revs.set(event.stream, Math.max(before, event.rev));
    }
    for (const { kind, id, body } of last.values()) {
      if (kind === 'conversation') expect(revs.get(id)).toBe(body?.['rev']);
    }
  });

  test('each page has the conversations of its messages', async () => {
    const seen = new Set<string>();
    for (const page of await pages(1)) {
      for (const { kind, id } of page.documents) if (kind === 'conversation') seen.add(id);
      for (const { kind, body } of page.documents) {
        if (kind === 'message') expect(seen).toContain(body?.['conversation']);
      }
    }
  });

  test('the newest first finds every conversation with its messages and its whole log', async () => {
    const found = new Map<string, number>();
    let before: RecentPage['next'] = null;
    do {
      const page: RecentPage = (await somebody(bea).call(
        'recent',
        ...[before?.activeAt ?? null, before?.id ?? null, 4],
      )) as RecentPage;
      for (const { kind, id, body } of page.documents) {
        if (kind !== 'conversation') continue;
        found.set(id, Number(body?.['rev']));
        expect(page.events.filter(({ stream }) => stream === id)).toHaveLength(Number(body?.['rev']));
      }
      before = page.next;
    } while (before !== null);
    expect(new Set(found.keys())).toEqual(new Set(known.conversations));
  });

  test('by words finds messages, the newest first, with the words around them', async () => {
    const conversation = await open('The Kühlschrank arrived with a dent, see the picture');
    expect(await somebody(bea).call('search', 'kühlschrank dent', 10)).toMatchObject([
      { conversation, excerpt: expect.stringContaining('Kühlschrank arrived') as string },
    ]);
    expect(await somebody(bea).call('search', 'kühlschrank -dent', 10)).toEqual([]);
    expect(await somebody(bea).call('search', `'"(|&!:*`, 10)).toEqual([]);
  });
});
