import { Tag, X } from 'lucide-react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, useWords } from '#renderer/ui/index.ts';
import { useKeysOf } from '#renderer/workbench/index.ts';
import { useChanges } from '#renderer/features/ownership/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import './tags.css';

/** The tags of a conversation, each with a way to take it off, and the way to more. */
export const Tags = ({
  detail,
  onEdit,
}: {
  readonly detail: ConversationDetail;
  readonly onEdit: (() => void) | null;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const engine = useEngine();
  const changes = useChanges();
  const remove = (tag: string): void => {
    void changes.many(
      engine.call('conversation.tag', { ids: [detail.id], add: [], remove: [tag] }),
      (count) => words('ownership.tagged', { count }),
    );
  };
  return (
    <span className="tags">
      {detail.tags.length === 0 ? null : (
        <ul className="tags-list" aria-label={words('ownership.tags')}>
          {detail.tags.map((tag) => (
            <li key={tag} className="tag">
              <bdi className="tag-name">{tag}</bdi>
              <button
                type="button"
                className="tag-remove"
                aria-label={words('ownership.tag.remove', { tag })}
                onClick={() => remove(tag)}
              >
                <X aria-hidden size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {onEdit === null ? null : (
        <Button
          kind="quiet"
          small
          icon={Tag}
          tooltip={words('ownership.tag.edit')}
          keys={keysOf('conversation.tag')}
          onClick={onEdit}
        >
          {words('ownership.tag.add')}
        </Button>
      )}
    </span>
  );
};
