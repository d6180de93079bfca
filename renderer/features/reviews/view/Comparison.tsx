import { useMemo } from 'react';
import { useWords } from '#renderer/ui/index.ts';
import { compareWordings } from '../model/compare.ts';
import { wordsOf } from '../model/wording.ts';
import './comparison.css';

/** What a suggested wording takes out and puts in; said in signs and words, not by colours alone. */
export const Comparison = ({ before, after }: { readonly before: string; readonly after: string }) => {
  const words = useWords();
  const stretches = useMemo(() => compareWordings(wordsOf(before), wordsOf(after)), [before, after]);
  const changed = stretches.some(({ kind }) => kind !== 'same');
  return (
    <div className="comparison">
      <p className="comparison-key">
        {changed ? words('review.compare.key') : words('review.compare.formatting')}
      </p>
      <p className="comparison-text">
        {stretches.map(({ kind, text }, index) => {
          const key = `${String(index)} ${kind}`;
          if (kind === 'same') return <span key={key}>{text}</span>;
          const Mark = kind === 'removed' ? 'del' : 'ins';
          return (
            <Mark key={key} className={`comparison-${kind}`}>
              <span className="unseen">{words(`review.compare.${kind}`)} </span>
              <span className="comparison-sign" aria-hidden>
                {kind === 'removed' ? '−' : '+'}
              </span>
              {text}
            </Mark>
          );
        })}
      </p>
    </div>
  );
};
