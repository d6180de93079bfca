import { AlarmClock, Clock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classes, useTimes, useWords } from '#renderer/ui/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { TargetState } from '#shared/domain/targets/targets.ts';
import { waitOf } from '../model/waiting.ts';
import './wait-words.css';

/** Each state has a shape of its own, so that nobody has to tell colours apart; made once, so that a row is not to draw it anew. */
const shapes: Readonly<Record<TargetState, ReactNode>> = {
  calm: <Clock aria-hidden size={12} />,
  soon: <AlarmClock aria-hidden size={12} />,
  late: <TriangleAlert aria-hidden size={12} />,
};

/** How long the customer waits, with what the target says about it; or when something last happened. */
export const WaitWords = ({ row, now }: { readonly row: ConversationRow; readonly now: number }) => {
  const words = useWords();
  const times = useTimes();
  const { since, tone, pressing } = waitOf(row, now);
  const target =
    pressing === null
      ? null
      : tone === 'late'
        ? words(`ownership.target.late.${pressing.kind}`, { length: times.length(now - pressing.at) })
        : words(`ownership.target.${pressing.kind}`, { length: times.length(pressing.at - now) });
  const shape = shapes[tone];
  if (since === null) {
    return (
      <span className="wait-words">
        {target === null ? null : (
          <span className={classes('wait-words-state', `wait-words-${tone}`)} title={target}>
            {shape}
            <span className="unseen">{target}</span>
          </span>
        )}
        <time dateTime={new Date(row.lastAt).toISOString()} title={times.full(row.lastAt)}>
          {times.short(row.lastAt, now)}
        </time>
      </span>
    );
  }
  const length = times.length(now - since);
  const waiting = words('list.row.waiting-since', { time: times.full(since) });
  return (
    <span
      className={classes('wait-words', 'wait-words-state', `wait-words-${tone}`)}
      title={target === null ? waiting : `${waiting}. ${target}`}
    >
      {shape}
      <span className="unseen">
        {words('list.row.waiting', { length })}
        {target === null ? '' : `, ${target}`}
      </span>
      <span aria-hidden>
        {pressing === null
          ? length
          : tone === 'late'
            ? words('list.row.late', { length })
            : words('list.row.soon', { length, left: times.length(pressing.at - now) })}
      </span>
    </span>
  );
};
