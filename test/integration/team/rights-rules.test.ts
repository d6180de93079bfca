import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '#shared/domain/conversation/commands.ts';
import { decide } from '#shared/domain/conversation/decide.ts';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { Presence, Role } from '#shared/domain/member.ts';
import type { ConversationId, FollowUpId, MessageId, OutboxId, ReviewId } from '#shared/kit/brand.ts';
import { shownAnswer } from '#test/support/store/reviews.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import { Known, messageDocument, opening } from '#test/support/postgres/pushes.ts';
import type { Telling } from '#test/support/postgres/pushes.ts';
import { makeTeam } from '#test/support/postgres/team.ts';
import type { TestMember, TestTeam } from '#test/support/postgres/team.ts';

let postgres: TestPostgres;
let team: TestTeam;
let people: readonly { readonly member: TestMember; readonly role: Role }[];

beforeAll(async () => {
  postgres = await startPostgres();
  team = await makeTeam(postgres);
  people = [
    { member: team.admin, role: 'admin' },
    { member: await team.join('lead', 'Lea'), role: 'lead' },
    { member: await team.join('agent', 'Bea'), role: 'agent' },
    { member: await team.join('agent', 'Cem'), role: 'agent' },
  ];
});
afterAll(async () => {
  await team.close();
  await postgres.stop();
});

/** The same numbers for the same seed (mulberry32). */
const dice = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
};

const here: Presence = { kind: 'here' };
const past = Date.UTC(2025, 0, 1);

test.each([1, 2, 3, 4])(
  'whatever the rules of ownership decide is accepted by the database, and nothing it works out differs (%i)',
  async (seed) => {
    const roll = dice(seed);
    const pick = <One>(all: readonly One[]): One => {
      const one = all[roll(all.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    };
    const known = new Known();
    const splits: { readonly origin: ConversationId; readonly left: ConversationId }[] = [];
    const kinds = new Set<string>();
    const tell = async (
      by: TestMember,
      tellings: readonly Telling[],
      more: Parameters<Known['tell']>[2] = [],
    ) => {
      const answer = await known.tell(by, tellings, more);
      expect(answer, JSON.stringify(tellings.map(({ event }) => event))).toMatchObject({ kind: 'accepted' });
      for (const { event } of tellings) kinds.add(event.kind);
    };
    const open = async (): Promise<void> => {
      const conversation = randomUUID() as ConversationId;
      const message = messageDocument(conversation, 'hello');
      await tell(
        pick(people).member,
        opening(message.id).map((event) => ({ conversation, author: null, event })),
        [message],
      );
    };
    const followUp = (): FollowUpId => randomUUID() as FollowUpId;
    const command = (conversation: ConversationId): Command => {
      const promises = known.state(conversation).followUps;
      const one = promises.length === 0 ? followUp() : pick(promises).id;
      const shown = known.state(conversation).reviews[0]?.id ?? ('none' as ReviewId);
      const due = { id: followUp(), dueAt: past + roll(1_000_000) };
      const whom = pick(people).member.id;
      const commands: readonly Command[] = [
        { kind: 'claim' },
        { kind: 'assign', to: roll(3) === 0 ? null : whom, note: 'please' },
        { kind: 'transfer', to: whom, reason: 'knows more', check: due, returns: null },
        { kind: 'transfer', to: whom, reason: 'knows more', check: due, returns: { ...due, id: followUp() } },
        { kind: 'resolve' },
        { kind: 'reopen' },
        { kind: 'snooze', until: past },
        { kind: 'wake', because: 'agent' },
        { kind: 'tag', add: ['a'], remove: ['b'] },
        {
          kind: 'promise',
          followUp: { ...due, ifNoReply: roll(2) === 0, every: roll(2) === 0 ? 3_600_000 : null, why: '' },
        },
        { kind: 'move-follow-up', id: one, dueAt: past },
        { kind: 'keep-follow-up', id: one },
        { kind: 'cancel-follow-up', id: one },
        { kind: 'give-follow-up', id: one, to: whom, note: 'is ill' },
        { kind: 'fall-due', id: one, now: Date.UTC(2026, 0, 1), late: false },
        { kind: 'confirm-check', id: one, how: 'customer-confirmed', message: null },
        { kind: 'waive-check', id: one, reason: 'enough' },
        { kind: 'ask-review', review: randomUUID() as ReviewId, of: [whom], note: '', answer: shownAnswer },
        { kind: 'give-review', review: shown, verdict: 'changes', note: 'shorter', html: null },
        { kind: 'end-review', review: roll(2) === 0 ? shown : null, reason: 'withdrawn' },
        {
          kind: 'queue-reply',
          outbox: randomUUID() as OutboxId,
          message: 'm' as MessageId,
          seenRev: null,
          resolve: roll(2) === 0,
        },
        {
          kind: 'take-in',
          message: {
            id: 'm2' as MessageId,
            direction: 'in',
            automatic: false,
            historic: false,
            imported: false,
          },
        },
        { kind: 'bounce', message: 'm3' as MessageId, recipient: 'x@y', status: '5.1.1', historic: false },
      ];
      return pick(commands);
    };
    const decideOne = async (): Promise<void> => {
      const conversation = pick(known.conversations);
      const { member, role } = pick(people);
      const wanted = command(conversation);
      const decided = decide(known.state(conversation), wanted, {
        ...{ me: member.id, role, presenceOf: () => here, doneByImport: false },
      });
      if (!decided.ok || decided.value.length === 0) return;
      const byItself = wanted.kind === 'take-in' || wanted.kind === 'bounce' || wanted.kind === 'fall-due';
      const undo = randomUUID();
      const tellings = decided.value.map((event) => ({
        ...{ conversation, author: byItself ? null : member.id, event, undo },
      }));
      const { rev } = known.state(conversation);
      await tell(member, tellings);
      if (byItself || roll(4) > 0) return;
      await tell(member, [
        { conversation, author: member.id, event: { kind: 'conversation.undone', back: rev } },
      ]);
    };
    const two = (): readonly [ConversationId, ConversationId] | null => {
      const whole = known.conversations.filter((id) => known.state(id).status !== 'merged');
      const [one, other] = [pick(whole), pick(whole)];
      return one === other ? null : [one, other];
    };
    const merge = async (): Promise<void> => {
      const pair = two();
      if (pair === null) return;
      const [kept, other] = pair;
      const { member } = pick(people);
      const author = roll(2) === 0 ? null : member.id;
      await tell(member, [
        {
          conversation: kept,
          author,
          event: { kind: 'conversation.absorbed', from: other, rev: known.state(other).rev },
        },
        { conversation: other, author, event: { kind: 'conversation.merged', into: kept } },
      ]);
    };
    const unmerge = async (): Promise<void> => {
      const merged = known.conversations.filter((id) => {
        const { status, mergedInto } = known.state(id);
        return status === 'merged' && mergedInto !== null && known.state(mergedInto).status !== 'merged';
      });
      if (merged.length === 0) return;
      const back = pick(merged);
      const kept = known.state(back).mergedInto;
      if (kept === null || splits.some(({ left }) => left === back)) return;
      const { member } = pick(people);
      const told: ConversationEvent[] = [
        { kind: 'conversation.released', to: back, messages: [] },
        { kind: 'conversation.restored', from: kept, messages: [] },
      ];
      await tell(
        member,
        told.map((event, index) => ({ conversation: index === 0 ? kept : back, author: member.id, event })),
      );
    };
    const split = async (): Promise<void> => {
      const origin = pick(known.conversations);
      const { status, owner, coveredFor } = known.state(origin);
      if (status === 'merged') return;
      const left = randomUUID() as ConversationId;
      const message = messageDocument(left, 'left');
      const { member } = pick(people);
      const tellings: readonly {
        readonly conversation: ConversationId;
        readonly event: ConversationEvent;
      }[] = [
        { conversation: left, event: { kind: 'conversation.opened', message: message.id } },
        ...(owner === null
          ? []
          : [
              {
                conversation: left,
                event: { kind: 'conversation.claimed', by: coveredFor ?? owner } as const,
              },
            ]),
        { conversation: origin, event: { kind: 'conversation.split', into: left, messages: [message.id] } },
      ];
      await tell(
        member,
        tellings.map((one) => ({ ...one, author: member.id })),
        [message],
      );
      splits.push({ origin, left });
      if (roll(2) === 0) return;
      await tell(member, [
        { conversation: origin, author: member.id, event: { kind: 'conversation.rejoined', from: left } },
        { conversation: left, author: member.id, event: { kind: 'conversation.merged', into: origin } },
      ]);
    };
    await open();
    await open();
    for (let step = 0; step < 250; step += 1) {
      const sort = roll(20);
      if (sort === 0) await open();
      else if (sort === 1) await merge();
      else if (sort === 2) await unmerge();
      else if (sort === 3) await split();
      else await decideOne();
    }
    expect(kinds.size).toBeGreaterThan(20);
  },
);
