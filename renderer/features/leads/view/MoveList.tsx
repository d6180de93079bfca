import { useId } from 'react';
import { useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon } from '#renderer/workbench/index.ts';
import type { PlannedMove } from '#shared/contract/leads.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { reasonWords } from '#shared/messages/reason-words.ts';
import { goesTo } from '../model/edited.ts';
import type { Edits } from '../model/edited.ts';

type Props = {
  readonly moves: readonly PlannedMove[];
  readonly total: number;
  readonly edits: Edits;
  /** Whom conversations can be sent to. */
  readonly members: readonly Member[];
  /** The name of who has them, where some may stay there; null where all go. */
  readonly staysWith: string | null;
  readonly onEdit: (conversation: ConversationId, to: MemberId | null) => void;
};

const MoveLine = ({
  move,
  edits,
  members,
  staysWith,
  onEdit,
}: Omit<Props, 'moves' | 'total'> & { readonly move: PlannedMove }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { conversation, to, reasons } = move;
  const { customer, subject, channel, customerWaitingSince: since } = conversation;
  const goes = goesTo(move, edits);
  const who = customer.name === '' ? customer.address : customer.name;
  return (
    <li className="moves-line">
      <span className="moves-what">
        <span className="moves-who">
          <ChannelIcon channel={channel} size={13} />
          <bdi>{who}</bdi>
          {since === null ? null : <span className="moves-waits">{times.length(now - since)}</span>}
        </span>
        <bdi className="moves-subject">{subject}</bdi>
      </span>
      <span className="moves-where">
        <select
          className="field-input field-select"
          aria-label={words('balance.to', { subject: subject === '' ? who : subject })}
          value={goes ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onEdit(conversation.id, members.find(({ id }) => id === value)?.id ?? null)
          }
        >
          {staysWith === null ? null : (
            <option value="">{words('balance.stays', { name: staysWith })}</option>
          )}
          {members.map(({ id, name, away }) => (
            <option key={id} value={id}>
              {away === null ? name : words('team.away.also', { name })}
            </option>
          ))}
        </select>
        {goes === to.id && reasons.length > 0 ? (
          <span className="moves-why">{reasonWords(words, to.name, reasons)}</span>
        ) : null}
      </span>
    </li>
  );
};

/** Every conversation that would change hands, where to and why; each can be sent elsewhere. */
export const MoveList = ({ moves, total, ...rest }: Props) => {
  const words = useWords();
  const title = useId();
  return (
    <section className="moves" aria-labelledby={title}>
      <h3 id={title} className="moves-title">
        {words('balance.moves')}
      </h3>
      {/* Scrolls by itself, so that what is accepted stays in sight. */}
      <ul className="moves-list" tabIndex={0} aria-labelledby={title}>
        {moves.map((move) => (
          <MoveLine key={move.conversation.id} move={move} {...rest} />
        ))}
      </ul>
      {total > moves.length ? (
        <p className="moves-more">{words('balance.more', { count: total - moves.length })}</p>
      ) : null}
    </section>
  );
};
