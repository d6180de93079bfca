import { HandHelping } from 'lucide-react';
import { TimeWords, useWords } from '#renderer/ui/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import './handed-line.css';

/** Who gave this conversation to whoever sits here, and with which words; gone once that one does something with it. */
export const HandedLine = ({ detail }: { readonly detail: ConversationDetail }) => {
  const words = useWords();
  const { handed } = detail;
  if (handed === null) return null;
  return (
    <aside className="handed" aria-label={words('ownership.handed.label')}>
      <HandHelping className="handed-icon" aria-hidden size={16} />
      <p className="handed-words">
        {words(`ownership.handed.${handed.how}`, { name: handed.by.name })}
        {handed.words === '' ? null : (
          <>
            {': '}
            <bdi className="handed-note">{words('ownership.handed.note', { note: handed.words })}</bdi>
          </>
        )}{' '}
        <span className="handed-when">
          <TimeWords at={handed.at} />
        </span>
      </p>
    </aside>
  );
};
