import { BellRing, CheckCheck, Clock, ShieldCheck, X, type LucideIcon } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { useDates } from '#renderer/features/ownership/index.ts';
import { Busy, IconButton, Notice, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useKeysOf, useNavigation } from '#renderer/workbench/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { Some } from '#shared/contract/day.ts';
import { dayBounds } from './day-bounds.ts';
import './day-pane.css';

const sectionKinds = ['promises', 'checks', 'waiting', 'resolved'] as const;
const icons: Readonly<Record<(typeof sectionKinds)[number], LucideIcon>> = {
  promises: BellRing,
  checks: ShieldCheck,
  waiting: Clock,
  resolved: CheckCheck,
};

type Line = {
  readonly key: string;
  readonly row: ConversationRow;
  readonly why: string;
  readonly aside: string;
};

const Section = ({
  kind,
  n,
  lines,
}: {
  readonly kind: (typeof sectionKinds)[number];
  readonly n: number;
  readonly lines: readonly Line[];
}): ReactNode => {
  const words = useWords();
  const id = useId();
  const { go } = useNavigation();
  const Icon = icons[kind];
  return (
    <section className="day-section" aria-labelledby={id}>
      <h3 id={id} className="day-section-title">
        <Icon aria-hidden size={15} />
        {words(`day.${kind}`, { count: n })}
      </h3>
      <ul>
        {lines.map(({ key, row, why, aside }) => (
          <li key={key}>
            <button type="button" className="day-line" onClick={() => go({ kind: 'open', id: row.id })}>
              <span className="day-line-who">
                {row.customer.name === '' ? row.customer.address : row.customer.name}
              </span>
              <span className="day-line-why">{why === '' ? row.subject : why}</span>
              <span className="day-line-aside">{aside}</span>
            </button>
          </li>
        ))}
      </ul>
      {n > lines.length ? <p className="day-more">{words('day.more', { count: n - lines.length })}</p> : null}
    </section>
  );
};

/** How the day stands: promises for tomorrow, checks due, who still waits, and what was resolved. Nothing has to be done here. */
export const DayPane = ({ onClose }: { readonly onClose: () => void }) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const times = useTimes();
  const dates = useDates();
  const now = useNow();
  const { data, error } = useLive('day.summary', dayBounds(now));
  if (data === undefined) {
    return error === null ? (
      <Busy subject={words('word.loading')} />
    ) : (
      <Notice tone="bad" live>
        <p>{refusalWords(words, error.failure)}</p>
      </Notice>
    );
  }
  const rowsOf = (
    { rows }: Some<ConversationRow>,
    aside: (row: ConversationRow) => string,
  ): readonly Line[] => rows.map((row) => ({ key: row.id, row, why: '', aside: aside(row) }));
  const lines: Readonly<Record<(typeof sectionKinds)[number], readonly Line[]>> = {
    promises: data.promises.rows.map(({ id, conversation, why, dueAt }) => ({
      ...{ key: id, row: conversation, why, aside: dates.brief(dueAt, now) },
    })),
    checks: data.checks.rows.map(({ id, conversation, why, dueAt }) => ({
      ...{ key: id, row: conversation, why, aside: dates.brief(dueAt, now) },
    })),
    waiting: rowsOf(data.waiting, ({ customerWaitingSince }) =>
      customerWaitingSince === null ? '' : times.length(now - customerWaitingSince),
    ),
    resolved: rowsOf(data.resolved, () => ''),
  };
  return (
    <article className="day" aria-labelledby="day-title">
      <header className="day-head">
        <h2 id="day-title" className="day-title">
          {words('day.title', { day: times.day(now) })}
        </h2>
        <IconButton icon={X} label={words('word.close')} keys={keysOf('app.back')} onClick={onClose} />
      </header>
      {sectionKinds.map((kind) => (
        <Section key={kind} kind={kind} n={data[kind].n} lines={lines[kind]} />
      ))}
    </article>
  );
};
