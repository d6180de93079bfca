import { Fragment } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, TimeWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import { useChanges } from '#renderer/features/ownership/index.ts';
import { useEventWords } from '../model/event-values.ts';
import type { EventItem } from '../model/event-values.ts';
import './event-line.css';

/** Takes a merge or a split back, at any later time. */
const TakeBack = ({ item, undo }: { readonly item: EventItem; readonly undo: string }) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const changes = useChanges();
  return (
    <Button
      kind="quiet"
      small
      onClick={() => {
        void engine.call('conversation.undo', { undo }).then((answer) => {
          if (answer.ok) toasts.show({ text: words('ownership.undone', { count: answer.value.done }) });
          else changes.refuse(answer.failure);
        });
      }}
    >
      {words(item.event === 'conversation.split' ? 'event.undo.split' : 'event.undo.merge')}
    </Button>
  );
};

/** What happened in a conversation, in words; several small things in one line. */
export const EventLine = ({
  items,
  undoable,
}: {
  readonly items: readonly EventItem[];
  /** Whether the first one can still be taken back. */
  readonly undoable: boolean;
}) => {
  const say = useEventWords();
  const [first] = items;
  const last = items.at(-1);
  if (first === undefined || last === undefined) return null;
  return (
    <div className="event-line">
      <p className="event-line-words">
        {items.map((item, index) => (
          <Fragment key={item.id}>
            {index === 0 ? null : <span className="event-line-between"> · </span>}
            <span>{say(item)}</span>
          </Fragment>
        ))}
      </p>
      <span className="event-line-time">
        <TimeWords at={last.at} />
      </span>
      {undoable && first.undo !== null ? <TakeBack item={first} undo={first.undo} /> : null}
    </div>
  );
};
