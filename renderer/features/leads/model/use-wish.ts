import { useState } from 'react';
import { useTeam } from '#renderer/features/ownership/index.ts';
import type { PlannedMove, Receiver } from '#shared/contract/leads.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { changedMoves } from './edited.ts';
import type { Edits } from './edited.ts';

/** How everything of a member is to be handed over, as a lead chooses it. */
export const useWish = (member: Member) => {
  const { members, me } = useTeam();
  const others = members.filter(({ id }) => id !== member.id);
  const usual = others.find(({ id }) => id === member.away?.substitute?.id) ?? others[0] ?? null;
  const [how, setHow] = useState<'spread' | 'one'>('spread');
  const [to, setTo] = useState<MemberId | null>(null);
  // Whoever has left the team cannot ask the customer any more.
  const [given, setGiven] = useState(member.gone);
  const [checker, setChecker] = useState<MemberId | null>(null);
  const [edits, setEdits] = useState<Edits>(new Map());
  const receiver = to ?? usual?.id ?? null;
  const checks = given ? (checker ?? (me?.id === member.id ? usual?.id : me?.id) ?? null) : null;
  return {
    others,
    how,
    setHow,
    receiver,
    setTo,
    given,
    setGiven,
    checks,
    setChecker,
    edits,
    edit: (conversation: ConversationId, whom: MemberId | null): void =>
      setEdits((before) => new Map(before).set(conversation, whom)),
    /** As the calls take it; the moves are those of the suggestion that the lead sees. */
    toFor: (moves: readonly PlannedMove[]): Receiver =>
      how === 'one' && receiver !== null
        ? { kind: 'one', member: receiver }
        : { kind: 'spread', edits: changedMoves(moves, edits) },
  };
};

export type Wish = ReturnType<typeof useWish>;
