import { useState } from 'react';
import type { DragEvent } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { carries, dropped } from '#renderer/features/list/index.ts';
import { useChanges } from '#renderer/features/ownership/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';

/** What makes an element a place to drop conversations for a member. */
export type DropPlace = {
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: (event: DragEvent) => void;
  readonly onDrop: (event: DragEvent) => void;
};

/** Gives conversations that are dropped onto a member to that member; `over` is whom they are held above. */
export const useReassign = (): {
  readonly over: MemberId | null;
  readonly placeFor: (member: Member) => DropPlace;
} => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const [over, setOver] = useState<MemberId | null>(null);
  return {
    over,
    placeFor: (member) => ({
      onDragOver: (event) => {
        if (!carries(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        setOver(member.id);
      },
      onDragLeave: () => setOver((before) => (before === member.id ? null : before)),
      onDrop: (event) => {
        setOver(null);
        if (!carries(event.dataTransfer)) return;
        event.preventDefault();
        const ids = [...dropped(event.dataTransfer)];
        void changes.many(engine.call('conversation.assign', { ids, to: member.id, note: '' }), (count) =>
          words('ownership.assigned', { count, name: member.name }),
        );
      },
    }),
  };
};
