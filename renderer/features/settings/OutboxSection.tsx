import { Send } from 'lucide-react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Badge, Busy, Button, EmptyState, TimeWords, useWords, type Tone } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { OutboxRow } from '#shared/contract/compose.ts';
import { useChange } from './model/use-change.ts';

const tones: Readonly<Record<OutboxRow['state'], Tone>> = {
  queued: 'note',
  'for-team': 'note',
  planned: 'note',
  held: 'warn',
  sending: 'note',
  'handed-over': 'note',
  retrying: 'warn',
  failed: 'bad',
  unknown: 'warn',
  sent: 'good',
};

const Ways = ({ row }: { readonly row: OutboxRow }) => {
  const words = useWords();
  const change = useChange();
  const { go } = useNavigation();
  const { id } = row;
  const back = (
    <Button
      small
      onClick={() => {
        void change('outbox.settle', { id, as: 'back-to-draft' });
      }}
    >
      {words('outbox.back-to-draft')}
    </Button>
  );
  switch (row.state) {
    case 'failed':
      return (
        <>
          <Button
            kind="primary"
            small
            onClick={() => {
              void change('outbox.retry', { id });
            }}
          >
            {words('outbox.retry')}
          </Button>
          {back}
        </>
      );
    case 'unknown':
      return (
        <>
          <Button
            small
            onClick={() => {
              void change('outbox.settle', { id, as: 'was-sent' });
            }}
          >
            {words('outbox.was-sent')}
          </Button>
          <Button
            small
            onClick={() => {
              void change('outbox.retry', { id });
            }}
          >
            {words('outbox.send-again')}
          </Button>
          {back}
        </>
      );
    case 'retrying':
      return (
        <Button
          small
          onClick={() => {
            void change('outbox.retry', { id });
          }}
        >
          {words('outbox.retry')}
        </Button>
      );
    case 'held':
    case 'planned':
      return (
        <>
          <Button
            small
            onClick={() => {
              void change('outbox.undo', { id });
            }}
          >
            {words('outbox.back-to-draft')}
          </Button>
          <Button
            small
            onClick={() => {
              go({ kind: 'open', id: row.conversation });
            }}
          >
            {words('outbox.look')}
          </Button>
        </>
      );
    case 'queued':
    case 'for-team':
      return (
        <Button
          small
          onClick={() => {
            void change('outbox.undo', { id });
          }}
        >
          {words('word.undo')}
        </Button>
      );
    case 'sending':
    case 'handed-over':
    case 'sent':
      return null;
  }
};

const OutboxLine = ({ row }: { readonly row: OutboxRow }) => {
  const words = useWords();
  const { go } = useNavigation();
  return (
    <li className="settings-line">
      <div className="settings-line-words">
        <button
          type="button"
          className="settings-link"
          onClick={() => {
            go({ kind: 'open', id: row.conversation });
          }}
        >
          {row.subject === '' ? words('word.no-subject') : row.subject}
        </button>
        <p className="settings-soft">
          {words('outbox.to', {
            people: row.to.map(({ name, address }) => (name === '' ? address : name)).join(', '),
          })}
          {' · '}
          <TimeWords at={row.sendsAt} />
        </p>
        {row.failure === null ? null : (
          <p className="settings-bad">
            {words.of(
              `outbox.failure.${row.failure.kind}`,
              { said: row.failure.said ?? '' },
              'outbox.failure.other',
            )}
            {row.failure.said === null ? null : (
              <span className="settings-said">
                {words.of(`send.said.${row.failure.said}`, { said: row.failure.said }, 'send.said.other')}
              </span>
            )}
          </p>
        )}
        {row.state === 'unknown' ? <p className="settings-soft">{words('outbox.unknown.what')}</p> : null}
      </div>
      <Badge tone={tones[row.state]}>{words(`outbox.state.${row.state}`, { count: row.attempts })}</Badge>
      <div className="settings-actions">
        <Ways row={row} />
      </div>
    </li>
  );
};

const pressing = (row: OutboxRow): number => (['failed', 'unknown', 'held'].includes(row.state) ? 0 : 1);

/** Everything on its way out; what needs a decision comes first. */
export const OutboxSection = () => {
  const words = useWords();
  const { data } = useLive('outbox.list', {});
  if (data === undefined) return <Busy subject={words('word.loading')} />;
  if (data.rows.length === 0) {
    return (
      <EmptyState icon={Send} title={words('outbox.none')}>
        <p>{words('outbox.none.what')}</p>
      </EmptyState>
    );
  }
  return (
    <ul className="settings-lines">
      {[...data.rows]
        .sort((one, other) => pressing(one) - pressing(other))
        .map((row) => (
          <OutboxLine key={row.id} row={row} />
        ))}
    </ul>
  );
};
