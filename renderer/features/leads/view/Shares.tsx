import { useId } from 'react';
import { Avatar, classes, useWords } from '#renderer/ui/index.ts';
import type { Share } from '#shared/contract/leads.ts';

const ShareLine = ({ share, most }: { readonly share: Share; readonly most: number }) => {
  const words = useWords();
  const { member, before, after } = share;
  const changes = before.open !== after.open || before.waiting !== after.waiting;
  const width = (count: number): string => `${(most === 0 ? 0 : (100 * count) / most).toFixed(1)}%`;
  return (
    <li className={classes('shares-line', !changes && 'shares-same')}>
      <Avatar name={member.name} seed={member.id} size="small" />
      <bdi className="shares-name">{member.name}</bdi>
      <span className="shares-bar" aria-hidden>
        <span className="shares-after" style={{ width: width(after.open) }} />
        <span className="shares-before" style={{ insetInlineStart: width(before.open) }} />
      </span>
      <span className="shares-numbers">
        {changes ? (
          <>
            <span>{words('balance.share.open', { before: before.open, after: after.open })}</span>
            <span>{words('balance.share.waiting', { before: before.waiting, after: after.waiting })}</span>
          </>
        ) : (
          <span>{words('balance.share.same', { open: after.open, waiting: after.waiting })}</span>
        )}
      </span>
    </li>
  );
};

/** How everybody stands and would stand: the bar is what they would have open, the mark what they have now. */
export const Shares = ({ shares }: { readonly shares: readonly Share[] }) => {
  const words = useWords();
  const title = useId();
  const most = Math.max(0, ...shares.flatMap(({ before, after }) => [before.open, after.open]));
  return (
    <section className="shares" aria-labelledby={title}>
      <h3 id={title} className="moves-title">
        {words('balance.shares')}
      </h3>
      <ul className="shares-list">
        {shares.map((share) => (
          <ShareLine key={share.member.id} share={share} most={most} />
        ))}
      </ul>
    </section>
  );
};
