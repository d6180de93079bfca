import { useId } from 'react';
import { useTimes, useWords } from '#renderer/ui/index.ts';

/** The twelve words with their numbers, on the screen and alone on the paper when it is printed. */
export const WordsGrid = ({ shown, at }: { readonly shown: readonly string[]; readonly at: number }) => {
  const words = useWords();
  const times = useTimes();
  const head = useId();
  return (
    <div className="recovery-print">
      <p className="recovery-print-only" id={head}>
        {words('recovery.words.print.head', { when: times.day(at) })}
      </p>
      <ol className="recovery-grid" aria-label={words('recovery.words.title')} dir="ltr" lang="en">
        {shown.map((word, index) => (
          <li key={index} className="recovery-word">
            <span className="recovery-word-place" aria-hidden>
              {index + 1}
            </span>
            <span className="recovery-word-text">{word}</span>
          </li>
        ))}
      </ol>
      <p className="recovery-print-only">{words('recovery.words.print.foot')}</p>
    </div>
  );
};
