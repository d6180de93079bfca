import { useInfiniteQuery } from '@tanstack/react-query';
import { FileWarning } from 'lucide-react';
import { useState } from 'react';
import { liveQuery, useEngine, useLive } from '#renderer/engine-client/index.ts';
import {
  Busy,
  Button,
  Dialog,
  EmptyState,
  Notice,
  TimeWords,
  refusalWords,
  useSizes,
  useWords,
} from '#renderer/ui/index.ts';

/** Lines asked for at once. */
const linesAtOnce = 50;

const Source = ({ id, onClose }: { readonly id: string; readonly onClose: () => void }) => {
  const words = useWords();
  const { data, error } = useLive('quarantine.source', { id });
  return (
    <Dialog
      title={words('quarantine.source')}
      closeLabel={words('word.close')}
      size="large"
      onClose={onClose}
    >
      {error === null ? null : (
        <Notice tone="bad" live>
          <p>{refusalWords(words, error.failure)}</p>
        </Notice>
      )}
      {data === undefined && error === null ? <Busy subject={words('word.loading')} /> : null}
      {data === undefined ? null : (
        <>
          {data.withheld ? <p className="settings-soft">{words('quarantine.source.withheld')}</p> : null}
          {data.truncated ? <p className="settings-soft">{words('quarantine.source.cut')}</p> : null}
          <pre className="settings-source" tabIndex={0}>
            {data.text}
          </pre>
        </>
      )}
    </Dialog>
  );
};

/** What came and could not be read: kept as it came, with its source to look at. */
export const QuarantineSection = () => {
  const words = useWords();
  const size = useSizes();
  const client = useEngine();
  const [shown, setShown] = useState<string | null>(null);
  const { data, hasNextPage, fetchNextPage, isPending } = useInfiniteQuery({
    queryKey: ['quarantine.list', { limit: linesAtOnce }],
    queryFn: ({ pageParam }) =>
      liveQuery(client, 'quarantine.list', { after: pageParam, limit: linesAtOnce }).queryFn(),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];

  if (isPending) return <Busy subject={words('word.loading')} />;
  if (rows.length === 0) {
    return (
      <EmptyState icon={FileWarning} title={words('quarantine.none')}>
        <p>{words('quarantine.none.what')}</p>
      </EmptyState>
    );
  }
  return (
    <>
      <p className="settings-soft">{words('quarantine.what')}</p>
      <ul className="settings-lines">
        {rows.map((row) => (
          <li key={row.id} className="settings-line">
            <div className="settings-line-words">
              <p>
                {words.of(
                  `quarantine.reason.${row.reason}`,
                  { reason: row.reason },
                  'quarantine.reason.other',
                )}
              </p>
              <p className="settings-soft">
                {`${row.account} · ${row.where} · ${size(row.size)} · `}
                <TimeWords at={row.at} />
              </p>
            </div>
            <Button
              small
              onClick={() => {
                setShown(row.id);
              }}
            >
              {words('quarantine.show')}
            </Button>
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <div className="settings-actions">
          <Button
            onClick={() => {
              void fetchNextPage();
            }}
          >
            {words('quarantine.more')}
          </Button>
        </div>
      ) : null}
      {shown === null ? null : (
        <Source
          id={shown}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
    </>
  );
};
