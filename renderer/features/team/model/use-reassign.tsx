import { useState } from 'react';
import type { DragEvent, ReactNode } from 'react';
import { carries, dragged, dropped } from '#renderer/features/list/index.ts';
import { AssignDialog } from '#renderer/features/ownership/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';

/** What makes an element a place to drop conversations for a member. */
export type DropPlace = {
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: (event: DragEvent) => void;
  readonly onDrop: (event: DragEvent) => void;
};

/** Members as places to drop conversations. */
export type Reassign = {
  /** Whom they are held above. */
  readonly over: MemberId | null;
  readonly placeFor: (member: Member) => DropPlace;
  /** What letting go above a member would do. */
  readonly saysFor: (member: Member) => string;
  /** Asks for a word to go with what was dropped; draw it somewhere. */
  readonly dialog: ReactNode;
};

/** Gives conversations that are dropped onto a member to that member, with a word if the lead has one. */
export const useReassign = (): Reassign => {
  const words = useWords();
  const [over, setOver] = useState<MemberId | null>(null);
  const [asking, setAsking] = useState<{
    readonly ids: readonly ConversationId[];
    readonly to: Member;
  } | null>(null);
  const close = (): void => setAsking(null);
  return {
    over,
    saysFor: ({ name, away }) =>
      words(away === null ? 'team.drop' : 'team.drop.away', { name, count: dragged() }),
    placeFor: (member) => ({
      onDragOver: (event) => {
        if (!carries(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        setOver(member.id);
      },
      onDragLeave: ({ currentTarget, relatedTarget }) => {
        // From one part of the place to another is not away from it.
        if (relatedTarget instanceof Node && currentTarget.contains(relatedTarget)) return;
        setOver((before) => (before === member.id ? null : before));
      },
      onDrop: (event) => {
        setOver(null);
        if (!carries(event.dataTransfer)) return;
        event.preventDefault();
        const ids = dropped(event.dataTransfer);
        if (ids.length > 0) setAsking({ ids, to: member });
      },
    }),
    dialog:
      asking === null ? null : (
        <AssignDialog ids={asking.ids} to={asking.to} onDone={close} onCancel={close} />
      ),
  };
};
