import { useLive } from '#renderer/engine-client/index.ts';
import { useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { PendingRow } from '#shared/contract/team.ts';

const Line = ({ row }: { readonly row: PendingRow }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { go } = useNavigation();
  const { conversation, subject, customer, since, changes } = row;
  const title = [customer, subject].filter((part) => part !== '').join(': ');
  return (
    <li className="settings-line">
      <div className="settings-line-words">
        {conversation === null ? (
          <p>{words('team.pending.other')}</p>
        ) : (
          <button
            type="button"
            className="settings-link"
            onClick={() => go({ kind: 'open', id: conversation })}
          >
            <bdi>{title === '' ? words('word.no-subject') : title}</bdi>
          </button>
        )}
        <p className="settings-soft">
          {words('team.pending.changes', { count: changes, time: times.short(since, now) })}
        </p>
      </div>
    </li>
  );
};

/** What was done here and the team does not know of yet, oldest first. */
export const PendingList = ({ count }: { readonly count: number }) => {
  const words = useWords();
  const rows = useLive('team.pending', count === 0 ? null : {}).data?.rows ?? [];
  if (count === 0 || rows.length === 0) return null;
  return (
    <section className="team-part" aria-labelledby="team-pending">
      <h3 id="team-pending">{words('team.pending.title')}</h3>
      <ul className="settings-lines">
        {rows.map((row) => (
          <Line key={row.conversation ?? `since ${String(row.since)}`} row={row} />
        ))}
      </ul>
    </section>
  );
};
