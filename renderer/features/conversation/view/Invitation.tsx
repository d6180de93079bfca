import { CalendarDays } from 'lucide-react';
import { useTimes, useWords } from '#renderer/ui/index.ts';
import type { Invitation } from '#shared/domain/message.ts';
import type { MessageKey } from '#shared/messages/en.ts';
import './invitation.css';

const titles: Readonly<Record<string, MessageKey>> = {
  cancel: 'conversation.invitation.cancelled',
  reply: 'conversation.invitation.answer',
};

/** What an invitation says (RFC 5545), as text; answering it is done in the calendar. */
export const InvitationCard = ({ invitation }: { readonly invitation: Invitation }) => {
  const words = useWords();
  const times = useTimes();
  const { method, summary, start, end, location, organiser } = invitation;
  const when = [start, end].filter((at) => at !== null).map((at) => times.full(at));
  const rows = [
    [words('conversation.invitation.when'), when.join(' – ')],
    [words('conversation.invitation.where'), location],
    [words('conversation.invitation.who'), organiser],
  ] as const;
  return (
    <section className="invitation">
      <CalendarDays className="invitation-icon" aria-hidden size={20} strokeWidth={1.5} />
      <div>
        <p className="invitation-kind">
          {words(titles[method.toLowerCase()] ?? 'conversation.invitation.title')}
        </p>
        <p className="invitation-summary">{summary}</p>
        <dl className="invitation-facts">
          {rows
            .filter(([, value]) => value !== '')
            .map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
      </div>
    </section>
  );
};
