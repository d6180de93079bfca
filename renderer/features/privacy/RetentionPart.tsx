import { useState } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { ManagedNote, usePolicy } from '#renderer/features/policy/index.ts';
import { Button, refusalWords, TextField, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Output } from '#shared/contract/contract.ts';
import { leastRetentionDays, mostRetentionDays } from '#shared/domain/erasure/retention.ts';

type Rule = Output<'retention.state'>['rule'];

/** Two years: what most offices keep. */
const proposedDays = '730';

const daysIn = (text: string): number | null => {
  const days = /^\d{1,6}$/u.test(text.trim()) ? Number(text) : Number.NaN;
  return days >= leastRetentionDays && days <= mostRetentionDays ? days : null;
};

const Standing = ({ rule }: { readonly rule: Rule }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  if (rule === null) return <p>{words('retention.none')}</p>;
  return (
    <p>
      {words('retention.is-on', { days: rule.days })}{' '}
      {rule.firstAt > now ? words('retention.first', { time: times.full(rule.firstAt) }) : null}
    </p>
  );
};

/** How many would go by so many days, before it is switched on. */
const WouldGo = ({ days }: { readonly days: number }) => {
  const words = useWords();
  const { data } = useLive('retention.count', { days });
  return (
    <p className="privacy-soft" role="status">
      {data === undefined ? '…' : words('retention.would', { count: data.conversations })}
    </p>
  );
};

const Choice = ({ rule }: { readonly rule: Rule }) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const [text, setText] = useState(rule === null ? proposedDays : String(rule.days));
  const days = daysIn(text);
  const set = async (wanted: number | null): Promise<void> => {
    const answer = await engine.call('retention.set', { days: wanted });
    if (!answer.ok) toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    else toasts.show({ text: words(wanted === null ? 'retention.unset' : 'retention.set') });
  };
  return (
    <>
      <TextField
        label={words('retention.days')}
        inputMode="numeric"
        value={text}
        error={
          days === null
            ? words('retention.days.wrong', { least: leastRetentionDays, most: mostRetentionDays })
            : null
        }
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      {days === null ? null : <WouldGo days={days} />}
      <div className="privacy-buttons">
        <Button
          disabled={days === null || days === rule?.days}
          onClick={() => {
            void set(days);
          }}
        >
          {words(rule === null ? 'retention.on' : 'retention.change')}
        </Button>
        {rule === null ? null : (
          <Button
            onClick={() => {
              void set(null);
            }}
          >
            {words('retention.off')}
          </Button>
        )}
      </div>
    </>
  );
};

/** The rule by which conversations go that were closed long ago. */
export const RetentionPart = () => {
  const words = useWords();
  const { isManaged } = usePolicy();
  const { data } = useLive('retention.state', {});
  const managed = isManaged('retention.days');
  return (
    <section className="privacy-part">
      <h3 className="privacy-head">{words('retention.title')}</h3>
      <p>{words('retention.what')}</p>
      {data === undefined ? null : (
        <>
          {data.team ? <p>{words('retention.team')}</p> : null}
          <Standing rule={data.rule} />
          {managed && !data.team ? (
            <ManagedNote of="retention.days" />
          ) : data.may ? (
            <Choice key={data.rule?.days} rule={data.rule} />
          ) : null}
        </>
      )}
    </section>
  );
};
