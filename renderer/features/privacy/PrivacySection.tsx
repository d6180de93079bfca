import { useLive } from '#renderer/engine-client/index.ts';
import { useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { ErasureLine } from '#shared/contract/erasure.ts';
import { RetentionPart } from './RetentionPart.tsx';
import './privacy.css';

const Line = ({ line }: { readonly line: ErasureLine }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { reason, askedAt, doneAt, conversations, messages, by } = line;
  return (
    <li className="privacy-line">
      <span>
        {by === '' ? words(`privacy.erased.${reason}`) : words('privacy.erased.team.by', { name: by })}
      </span>
      <span className="privacy-soft">{words('privacy.erased.much', { conversations, messages })}</span>
      <time className="privacy-soft" title={times.full(doneAt ?? askedAt)}>
        {doneAt === null ? words('privacy.erased.going') : times.short(doneAt, now)}
      </time>
    </li>
  );
};

/** What was erased of customers, and how it is done. */
export const PrivacySection = () => {
  const words = useWords();
  const { data } = useLive('erasure.list', {});
  const rows = data?.rows ?? [];
  return (
    <div className="settings-narrow privacy">
      <section className="privacy-part">
        <h3 className="privacy-head">{words('privacy.erase')}</h3>
        <p>{words('privacy.erase.how')}</p>
        <p className="privacy-soft">{words('erase.stays.backups')}</p>
      </section>
      <RetentionPart />
      <section className="privacy-part">
        <h3 className="privacy-head">{words('privacy.erased')}</h3>
        {rows.length === 0 ? (
          <p className="privacy-soft">{words('privacy.erased.none')}</p>
        ) : (
          <ul className="privacy-lines">
            {rows.map((line) => (
              <Line key={line.id} line={line} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
};
