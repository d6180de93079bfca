import { BellDot } from 'lucide-react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { useDates } from '#renderer/features/ownership/index.ts';
import { Button, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';

/** Named one by one; the others are counted. */
const named = 5;

/** What came up while nobody was here, in one block: all of it is in the list below as well. */
export const Missed = ({ now }: { readonly now: number }) => {
  const words = useWords();
  const dates = useDates();
  const engine = useEngine();
  const { go } = useNavigation();
  const count = useLive('follow-up.counts', {}).data?.missed ?? 0;
  const rows =
    useLive('follow-up.missed', count === 0 ? null : { after: null, limit: named }).data?.rows ?? [];
  if (count === 0) return null;
  return (
    <section className="follow-ups-missed" aria-labelledby="follow-ups-missed">
      <h2 id="follow-ups-missed" className="follow-ups-missed-title">
        <BellDot aria-hidden size={14} />
        {words('follow-ups.missed', { count })}
      </h2>
      <ul>
        {rows.map(({ id, dueAt, why, conversation }) => (
          <li key={id}>
            <button
              type="button"
              className="follow-ups-missed-line"
              title={dates.full(dueAt, now)}
              onClick={() => go({ kind: 'open', id: conversation.id })}
            >
              {conversation.customer.name === '' ? conversation.customer.address : conversation.customer.name}
              {': '}
              {why === '' ? conversation.subject : why}
            </button>
          </li>
        ))}
      </ul>
      <p className="follow-ups-missed-foot">
        {count > rows.length && rows.length > 0
          ? words('follow-ups.missed.more', { count: count - rows.length })
          : null}
        <Button
          small
          kind="quiet"
          onClick={() => {
            void engine.call('follow-up.dismissMissed', {});
          }}
        >
          {words('follow-ups.missed.seen')}
        </Button>
      </p>
    </section>
  );
};
