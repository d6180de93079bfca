import { StickyNote } from 'lucide-react';
import { useLive } from '#renderer/engine-client/index.ts';
import { TimeWords, useWords } from '#renderer/ui/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import type { EventItem } from '../model/event-values.ts';
import { mentionParts } from '../model/mention-parts.ts';
import './note-card.css';

/** Something said inside: who said it, and whom it names. Looks like nothing that a customer gets. */
export const NoteCard = ({ item }: { readonly item: EventItem }) => {
  const words = useWords();
  const { me } = useTeam();
  const members = useLive('member.list', {}).data?.members ?? [];
  const text = item.values['text'];
  const who = item.by === null ? 'nobody' : item.by.id === me?.id ? 'me' : 'member';
  return (
    <article className="note-card" aria-label={words('event.note.by', { who, name: item.by?.name ?? '' })}>
      <header className="note-card-head">
        <StickyNote aria-hidden size={14} className="note-card-icon" />
        <bdi className="note-card-by">{words('event.note.by', { who, name: item.by?.name ?? '' })}</bdi>
        <span className="note-card-inside">{words('event.note.inside')}</span>
        <span className="note-card-time">
          <TimeWords at={item.at} />
        </span>
      </header>
      <p className="note-card-text">
        {mentionParts(
          typeof text === 'string' ? text : '',
          members.map(({ name }) => name),
        ).map((part, index) =>
          part.mention ? (
            <mark key={index} className="note-card-mention">
              {part.text}
            </mark>
          ) : (
            <span key={index}>{part.text}</span>
          ),
        )}
      </p>
    </article>
  );
};
