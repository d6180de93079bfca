import type { Command, ConversationRefusal } from '#shared/domain/conversation/commands.ts';
import { assertNever } from '#shared/kit/assert-never.ts';
import type { FollowUpId, MemberId, NoteId } from '#shared/kit/brand.ts';
import { conversationsWith } from '../../store/read/find-conversation.ts';
import { listMembers } from '../../store/read/members.ts';
import { addMember } from '../../store/write/member.ts';
import type { Action, ActionContext } from '../action.ts';
import { change } from '../conversations/change.ts';
import { memberActions } from '../members/members.ts';
import { sampleAbsence, sampleSteps, sampleTeam } from './sample-care.ts';
import type { SampleDeed, SampleName } from './sample-care.ts';

type Nothing = Readonly<Record<string, never>>;
type Ids = ReadonlyMap<SampleName, MemberId>;

/** Gives the person of the sample a team. */
const team: Action<Nothing, null> = ({ db, ids, clock, changed }) => {
  for (const { name, role } of sampleTeam) {
    addMember(db, { id: ids.next() as MemberId, name, role, at: clock.now() });
  }
  changed({ topic: 'members' });
  return null;
};

const idsOf = ({ db, me }: ActionContext): Ids => {
  const members = listMembers(db);
  const known = sampleTeam.flatMap(({ key, name }) =>
    members.filter((member) => member.name === name).map(({ id }) => [key, id] as const),
  );
  return new Map<SampleName, MemberId>([['dana', me], ...known]);
};

const idOf = (ids: Ids, name: SampleName): MemberId => {
  const id = ids.get(name);
  if (id === undefined) throw new Error('the sample has no team');
  return id;
};

const commandFor = (context: ActionContext, ids: Ids, deed: SampleDeed, now: number): Command => {
  const followUp = (): FollowUpId => context.ids.next() as FollowUpId;
  switch (deed.kind) {
    case 'claim':
    case 'resolve':
      return deed;
    case 'assign':
      return { ...deed, to: idOf(ids, deed.to) };
    case 'transfer':
      return {
        kind: 'transfer',
        to: idOf(ids, deed.to),
        reason: deed.reason,
        check: { id: followUp(), dueAt: now + deed.checkIn },
        returns: null,
      };
    case 'snooze':
      return { kind: 'snooze', until: now + deed.until };
    case 'tag':
      return { ...deed, remove: [] };
    case 'note':
      return {
        ...deed,
        note: context.ids.next() as NoteId,
        mentions: deed.mentions.map((name) => idOf(ids, name)),
      };
    case 'promise': {
      const { dueIn, ifNoReply, every, why } = deed;
      return { kind: 'promise', followUp: { id: followUp(), dueAt: now + dueIn, ifNoReply, every, why } };
    }
    default:
      return assertNever(deed);
  }
};

/** Does what the sample's team has done, by the same rules as everybody; answers what was refused, which is nothing. */
const care: Action<
  Nothing,
  { readonly refused: readonly (ConversationRefusal | { readonly kind: 'nobody' })[] }
> = (context) => {
  const ids = idsOf(context);
  const now = context.clock.now();
  const refused: (ConversationRefusal | { readonly kind: 'nobody' })[] = [];
  for (const { who, ago, customer, deed } of sampleSteps) {
    const then: ActionContext = {
      ...context,
      me: idOf(ids, who),
      clock: { now: () => now - ago, monotonic: () => context.clock.monotonic() },
    };
    const [conversation] = conversationsWith(context.db, customer);
    if (conversation === undefined) {
      refused.push({ kind: 'nobody' });
      continue;
    }
    const done = change(then, conversation, commandFor(context, ids, deed, now));
    if (!done.ok) refused.push(done.failure);
  }
  const { who, until, substitute } = sampleAbsence;
  memberActions['member.away'](context, {
    member: idOf(ids, who),
    until: now + until,
    substitute: idOf(ids, substitute),
  });
  return { refused };
};

/** What only the sample does. */
export const sampleActions = { 'sample.team': team, 'sample.care': care } as const;
