import { memo } from 'react';
import { classes, useTimes, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon } from '#renderer/workbench/index.ts';
import { fromFirstMatch } from '../model/excerpt.ts';
import type { SearchHit, Segment } from '#shared/contract/search.ts';

const Segments = ({ segments }: { readonly segments: readonly Segment[] }) =>
  segments.map((segment, index) =>
    segment.match ? (
      <mark key={index} className="search-mark">
        {segment.text}
      </mark>
    ) : (
      <span key={index}>{segment.text}</span>
    ),
  );

/** One conversation that was found, and why. */
export const SearchHitView = memo(
  ({ hit, now, opened }: { readonly hit: SearchHit; readonly now: number; readonly opened: boolean }) => {
    const words = useWords();
    const times = useTimes();
    const { row } = hit;
    const who = row.customer.name === '' ? row.customer.address : row.customer.name;
    return (
      <div className={classes('conversation-row', 'search-hit', opened && 'conversation-row-opened')}>
        <div className="conversation-row-head">
          <ChannelIcon className="conversation-row-channel" channel={row.channel} size={13} />
          <span className="conversation-row-who">{who === '' ? words('word.no-name') : who}</span>
          <time
            className="conversation-row-time"
            dateTime={new Date(hit.at).toISOString()}
            title={times.full(hit.at)}
          >
            {times.short(hit.at, now)}
          </time>
        </div>
        <div className="conversation-row-middle">
          <span className="conversation-row-subject">
            {hit.subject.length === 0 ? words('word.no-subject') : <Segments segments={hit.subject} />}
          </span>
          <span className="search-why">
            {words.of(`search.where.${hit.where}`, { from: hit.from }, 'search.where.text')}
          </span>
        </div>
        <div className="conversation-row-snippet">
          <Segments segments={fromFirstMatch(hit.excerpt)} />
        </div>
      </div>
    );
  },
);
SearchHitView.displayName = 'SearchHitView';
