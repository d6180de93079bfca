import type { PlannedMove, Share } from '#shared/contract/leads.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';

/** Where a lead sends conversations instead; null leaves one where it is. What is not here goes as suggested. */
export type Edits = ReadonlyMap<ConversationId, MemberId | null>;

/** To whom a conversation of the plan goes now; null where it stays. */
export const goesTo = ({ conversation, to }: PlannedMove, edits: Edits): MemberId | null => {
  const edited = edits.get(conversation.id);
  return edited === undefined ? to.id : edited;
};

/** The moves as they are now, those that stay left out. */
export const movesOf = (
  moves: readonly PlannedMove[],
  edits: Edits,
): readonly { readonly conversation: ConversationId; readonly to: MemberId }[] =>
  moves.flatMap((move) => {
    const to = goesTo(move, edits);
    return to === null ? [] : [{ conversation: move.conversation.id, to }];
  });

/** What the lead sends elsewhere than suggested, without what stays. */
export const changedMoves = (
  moves: readonly PlannedMove[],
  edits: Edits,
): readonly { readonly conversation: ConversationId; readonly to: MemberId }[] =>
  movesOf(moves, edits).filter(({ conversation }) => edits.has(conversation));

const waits = ({ conversation }: PlannedMove): boolean =>
  conversation.turn === 'ours' && conversation.outbox !== 'waiting' && conversation.snoozedUntil === null;

/** How everybody would stand after the moves as they are now. */
export const editedShares = (
  shares: readonly Share[],
  moves: readonly PlannedMove[],
  edits: Edits,
  from: MemberId,
): readonly Share[] => {
  const by = new Map<MemberId, { open: number; waiting: number }>();
  const add = (member: MemberId, move: PlannedMove, sign: 1 | -1): void => {
    const before = by.get(member) ?? { open: 0, waiting: 0 };
    by.set(member, { open: before.open + sign, waiting: before.waiting + (waits(move) ? sign : 0) });
  };
  for (const move of moves) {
    if (!edits.has(move.conversation.id)) continue;
    add(move.to.id, move, -1);
    add(goesTo(move, edits) ?? from, move, 1);
  }
  return shares.map((share) => {
    const change = by.get(share.member.id);
    if (change === undefined) return share;
    const { open, waiting } = share.after;
    return { ...share, after: { open: open + change.open, waiting: waiting + change.waiting } };
  });
};
