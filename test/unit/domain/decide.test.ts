import { describe, expect, it } from 'vitest';
import { decide, isHistoric } from '#shared/domain/conversation/decide.ts';
import type { Command, Incoming } from '#shared/domain/conversation/commands.ts';
import { absorbing, ordinary } from '#shared/domain/conversation/evolve.ts';
import { unopened } from '#shared/domain/conversation/state.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ConversationId, MemberId, MessageId, OutboxId } from '#shared/kit/brand.ts';

const me = 'me' as MemberId;
const other = 'other' as MemberId;
const message = 'message' as MessageId;
const outbox = 'outbox' as OutboxId;

const open: ConversationState = { ...unopened, rev: 3, spokenRev: 2 };
const done: ConversationState = { ...open, status: 'done' };
const merged: ConversationState = { ...open, status: 'merged', mergedInto: 'there' as ConversationId };

const incoming = (facts: Partial<Incoming> = {}): Command => ({
  kind: 'take-in',
  message: { id: message, direction: 'in', automatic: false, historic: false, imported: false, ...facts },
});
const reply = (facts: { seenRev?: number | null; resolve?: boolean } = {}): Command => ({
  kind: 'queue-reply',
  outbox,
  message,
  seenRev: facts.seenRev === undefined ? 3 : facts.seenRev,
  resolve: facts.resolve ?? false,
});
const bounce = (historic: boolean): Command => ({
  kind: 'bounce',
  message,
  recipient: 'ana@customer.example',
  status: '5.1.1',
  historic,
});

const kinds = (
  state: ConversationState,
  command: Command,
  doneByImport = false,
): readonly string[] | string => {
  const decided = decide(state, command, {
    me,
    role: 'agent',
    presenceOf: () => ({ kind: 'here' }),
    doneByImport,
  });
  return decided.ok ? decided.value.map((event) => event.kind) : decided.failure.kind;
};

const opened = ['conversation.opened', 'message.received'];
const again = ['message.received', 'conversation.reopened'];

describe('the rules of a conversation', () => {
  it.each<[rule: string, state: ConversationState, command: Command, events: readonly string[] | string]>([
    ['a first message opens it', unopened, incoming(), opened],
    [
      'a first message of long ago opens nothing to do',
      unopened,
      incoming({ historic: true }),
      [...opened, 'conversation.resolved'],
    ],
    ['a further message is only added', open, incoming(), ['message.received']],
    ['a customer’s message brings a done one back', done, incoming(), again],
    [
      'an automatic message does not bring it back',
      done,
      incoming({ automatic: true }),
      ['message.received'],
    ],
    [
      'our own answer from elsewhere does not bring it back',
      done,
      incoming({ direction: 'out' }),
      ['message.answered'],
    ],
    [
      'an old message found later does not bring it back',
      done,
      incoming({ historic: true }),
      ['message.received'],
    ],
    [
      'the first import does not bring back what an agent closed',
      done,
      incoming({ imported: true }),
      ['message.received'],
    ],
    ['resolving closes it', open, { kind: 'resolve' }, ['conversation.resolved']],
    ['resolving what is done does nothing', done, { kind: 'resolve' }, []],
    ['reopening opens it', done, { kind: 'reopen' }, ['conversation.reopened']],
    ['reopening what is open does nothing', open, { kind: 'reopen' }, []],
    ['a reply claims what nobody owns', open, reply(), ['conversation.claimed', 'reply.queued']],
    ['a reply leaves the owner who is there', { ...open, owner: other }, reply(), ['reply.queued']],
    [
      'a reply may resolve',
      { ...open, owner: me },
      reply({ resolve: true }),
      ['reply.queued', 'conversation.resolved'],
    ],
    [
      'a reply to a done one brings it back',
      { ...done, owner: me },
      reply(),
      ['reply.queued', 'conversation.reopened'],
    ],
    ['a reply based on an old state is refused', open, reply({ seenRev: 1 }), 'stale'],
    [
      'what machines added since is no reason to refuse',
      open,
      reply({ seenRev: 2 }),
      ['conversation.claimed', 'reply.queued'],
    ],
    [
      'a new conversation starts with its reply',
      unopened,
      reply({ seenRev: null }),
      ['conversation.opened', 'conversation.claimed', 'reply.queued'],
    ],
    ['a bounce is told', open, bounce(false), ['reply.bounced']],
    ['a bounce brings a done one back', done, bounce(false), ['reply.bounced', 'conversation.reopened']],
    ['a bounce of long ago changes nothing', done, bounce(true), []],
    ['nothing happens to what became part of another', merged, incoming(), 'conversation-gone'],
  ])('%s', (_rule, state, command, events) => {
    expect(kinds(state, command)).toEqual(events);
  });

  it('lets the import bring back what the import itself had closed, whatever the order of folders', () => {
    expect(kinds(done, incoming({ imported: true }), true)).toEqual(again);
    expect(kinds(done, incoming({ imported: true, direction: 'out' }), true)).toEqual([
      'message.answered',
      'conversation.reopened',
    ]);
  });

  it('counts fourteen days as the end of history', () => {
    const day = 24 * 60 * 60 * 1_000;
    expect(isHistoric(100 * day, 114 * day)).toBe(false);
    expect(isHistoric(100 * day - 1, 114 * day)).toBe(true);
  });

  it('keeps the wait while an answer is only queued, and ends it when it was sent', () => {
    const heard = ordinary(unopened, {
      event: { kind: 'message.received', message, automatic: false },
      at: 100,
    });
    const queued = ordinary(heard, { event: { kind: 'reply.queued', outbox, message }, at: 200 });
    const more = ordinary(queued, {
      event: { kind: 'message.received', message, automatic: false },
      at: 205,
    });
    const sent = ordinary(more, { event: { kind: 'reply.sent', outbox, message, writtenAt: 200 }, at: 210 });
    expect(queued.waiting.unanswered).toEqual([100]);
    expect(sent.waiting.unanswered).toEqual([205]);
  });

  it('keeps both owners’ work when two become one: what was open stays open and owned', () => {
    const theirs: ConversationState = {
      ...open,
      owner: other,
      waiting: { answeredAt: null, unanswered: [7] },
    };
    const after = absorbing(done, theirs);
    expect(after).toMatchObject({ status: 'open', owner: other, waiting: { unanswered: [7] } });
  });
});
