import { useInfiniteQuery } from '@tanstack/react-query';
import { ClipboardList } from 'lucide-react';
import { useState } from 'react';
import { liveQuery, useEngine, useLive } from '#renderer/engine-client/index.ts';
import { useDates, useTeam } from '#renderer/features/ownership/index.ts';
import { Busy, Button, EmptyState, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { AuditFilter, AuditFormat, AuditRow } from '#shared/contract/audit.ts';
import { auditWords } from '#shared/messages/audit-words.ts';
import { AuditFilterFields } from './AuditFilterFields.tsx';
import './audit.css';

/** Rows asked for at once. */
const rowsAtOnce = 100;

const everything: AuditFilter = { person: null, topic: null, from: null, to: null };

/** One thing that somebody did: when, what in words, and where. */
const Row = ({ row, me }: { readonly row: AuditRow; readonly me: ReturnType<typeof useTeam>['me'] }) => {
  const words = useWords();
  const dates = useDates();
  const times = useTimes();
  const now = useNow();
  const { go } = useNavigation();
  const { conversation, customer, source } = row;
  const subject =
    conversation === null || conversation.subject === '' ? words('audit.no-subject') : conversation.subject;
  return (
    <li className="audit-row">
      <div className="audit-when">
        <time dateTime={new Date(row.at).toISOString()} title={times.full(row.at)}>
          {dates.brief(row.at, now)}
        </time>
        <p>
          <bdi>{row.by?.name ?? words('audit.nobody')}</bdi>
        </p>
      </div>
      <div className="audit-words">
        <p dir="auto">{auditWords(words, row, { me, time: (at) => dates.brief(at, now) })}</p>
        {conversation === null ? null : (
          <button
            type="button"
            className="audit-link"
            aria-label={words('audit.open', { subject })}
            onClick={() => {
              go({ kind: 'open', id: conversation.id });
            }}
          >
            <bdi>{subject}</bdi>
          </button>
        )}
        {source !== 'customer' || customer === null ? null : (
          <p className="audit-about">
            <bdi>{customer.name === '' ? words('audit.gone') : customer.name}</bdi>
          </p>
        )}
      </div>
    </li>
  );
};

const ExportButtons = ({ filter }: { readonly filter: AuditFilter }) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const [busy, setBusy] = useState<AuditFormat | null>(null);
  const write = async (format: AuditFormat): Promise<void> => {
    setBusy(format);
    const answer = await engine.call('audit.export', { ...filter, format });
    setBusy(null);
    if (!answer.ok) toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    else if (answer.value.kind === 'saved') {
      const { name, rows } = answer.value;
      toasts.show({ text: words('audit.exported', { name, rows }) });
    }
  };
  return (
    <div className="settings-actions">
      {(['csv', 'json'] as const).map((format) => (
        <Button
          key={format}
          small
          busy={busy === format}
          disabled={busy !== null}
          onClick={() => {
            void write(format);
          }}
        >
          {words(`audit.export.${format}`)}
        </Button>
      ))}
    </div>
  );
};

/** Who did what, newest first: all of it, or of one person, one topic, one time. */
export const AuditSection = () => {
  const words = useWords();
  const client = useEngine();
  const { me, alone } = useTeam();
  const members = useLive('member.list', {}).data?.members ?? [];
  const [filter, setFilter] = useState(everything);
  const asked = { ...filter, limit: rowsAtOnce };
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, isPending } = useInfiniteQuery({
    queryKey: ['audit.list', asked],
    queryFn: ({ pageParam }) => liveQuery(client, 'audit.list', { ...asked, after: pageParam }).queryFn(),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  const own = data?.pages[0]?.scope === 'own';
  return (
    <div className="audit">
      <p className="settings-soft">{words('audit.lead')}</p>
      {alone ? null : <p>{words('audit.team')}</p>}
      {own ? <p>{words('audit.own')}</p> : null}
      <AuditFilterFields filter={filter} members={own ? [] : members} onChange={setFilter} />
      <ExportButtons filter={filter} />
      {isPending ? <Busy subject={words('word.loading')} /> : null}
      {!isPending && rows.length === 0 ? (
        <EmptyState icon={ClipboardList} title={words('audit.none')}>
          <p>{words('audit.none.what')}</p>
        </EmptyState>
      ) : null}
      {rows.length === 0 ? null : (
        <ol className="audit-rows" aria-label={words('audit.rows')}>
          {rows.map((row) => (
            <Row key={row.id} row={row} me={me} />
          ))}
        </ol>
      )}
      {hasNextPage ? (
        <div className="settings-actions">
          <Button
            busy={isFetchingNextPage}
            onClick={() => {
              void fetchNextPage();
            }}
          >
            {words('audit.more')}
          </Button>
        </div>
      ) : null}
    </div>
  );
};
