import { memo } from 'react';
import { classes, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon, useSubject, useWho } from '#renderer/workbench/index.ts';
import type { ConversationRow, View } from '#shared/contract/conversations.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { marksOf } from '../model/row-marks.ts';
import { CareMarks, StateMarks } from './RowMarksView.tsx';
import { WaitWords } from './WaitWords.tsx';
import './conversation-row.css';

type RowProps = {
  readonly row: ConversationRow;
  readonly now: number;
  readonly opened: boolean;
  readonly selected: boolean;
  readonly me: MemberId | null;
  readonly view: View;
};

/** One conversation in the list: who, since when, what about, and what is odd. */
export const ConversationRowView = memo(({ row, now, opened, selected, me, view }: RowProps) => {
  const words = useWords();
  const marks = marksOf(row, view, me);
  const who = useWho()(row.customer, row.channel);
  const subject = useSubject()(row);
  return (
    <div
      className={classes(
        'conversation-row',
        row.unread > 0 && 'conversation-row-unread',
        opened && 'conversation-row-opened',
        selected && 'conversation-row-selected',
      )}
    >
      <span className="conversation-row-dot">
        {row.unread > 0 ? <span className="unseen">{words('list.row.unread')}</span> : null}
      </span>
      <div className="conversation-row-head">
        <ChannelIcon className="conversation-row-channel" channel={row.channel} size={13} />
        <span className="conversation-row-who">{who}</span>
        {row.messages > 1 ? (
          <span className="conversation-row-count">
            <span aria-hidden>{row.messages}</span>
            <span className="unseen">{words('list.row.messages', { count: row.messages })}</span>
          </span>
        ) : null}
        <WaitWords row={row} now={now} />
      </div>
      <div className="conversation-row-middle">
        <span className="conversation-row-subject">{subject}</span>
        <StateMarks row={row} marks={marks} />
      </div>
      <div className="conversation-row-last">
        <span className="conversation-row-snippet">{row.snippet}</span>
        <CareMarks row={row} marks={marks} now={now} />
      </div>
    </div>
  );
});
ConversationRowView.displayName = 'ConversationRowView';

/** The place of a row whose words are not here yet. */
export const RowToCome = () => (
  <div className="conversation-row conversation-row-to-come" aria-hidden>
    <span className="conversation-row-bar" />
    <span className="conversation-row-bar conversation-row-bar-long" />
  </div>
);
