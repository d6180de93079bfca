import { useWords } from '#renderer/ui/index.ts';
import type { Reaction } from '#shared/domain/message.ts';
import './reactions.css';

/** What people answered with a sign alone, and who. */
export const Reactions = ({ reactions }: { readonly reactions: readonly Reaction[] }) => {
  const words = useWords();
  if (reactions.length === 0) return null;
  const list = new Intl.ListFormat(words.locale);
  return (
    <ul className="reactions" aria-label={words('conversation.reactions')}>
      {reactions.map(({ emoji, by }) => {
        const names = list.format(by);
        return (
          <li key={emoji} className="reaction" title={names}>
            <span className="reaction-sign">{emoji}</span>
            <bdi className="reaction-who">{names}</bdi>
          </li>
        );
      })}
    </ul>
  );
};
