import { Check, MessageSquareDiff } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, TimeWords, useWords } from '#renderer/ui/index.ts';
import type { Review } from '#shared/contract/reviews.ts';
import { Comparison } from './Comparison.tsx';
import './verdicts.css';

type Given = Review['given'][number];

const Verdict = ({
  given,
  before,
  buttons,
}: {
  readonly given: Given;
  readonly before: string;
  readonly buttons: ((given: Given, close: () => void) => ReactNode) | null;
}) => {
  const words = useWords();
  const [shown, setShown] = useState(false);
  const Icon = given.verdict === 'good' ? Check : MessageSquareDiff;
  return (
    <li className="verdict" data-verdict={given.verdict}>
      <Icon className="verdict-icon" aria-hidden size={16} />
      <div className="verdict-what">
        <p className="verdict-words">
          {words(`review.verdict.${given.verdict}`, { name: given.by.name })}
          {given.note === '' ? null : (
            <>
              {': '}
              <bdi className="verdict-note">{words('review.note', { note: given.note })}</bdi>
            </>
          )}{' '}
          <span className="verdict-when">
            <TimeWords at={given.at} />
          </span>
        </p>
        {given.html === null ? null : (
          <Button small aria-expanded={shown} onClick={() => setShown(!shown)}>
            {words(shown ? 'review.wording.hide' : 'review.wording.show', { name: given.by.name })}
          </Button>
        )}
        {given.html === null || !shown ? null : (
          <>
            <Comparison before={before} after={given.html} />
            {buttons === null ? null : (
              <p className="verdict-buttons">{buttons(given, () => setShown(false))}</p>
            )}
          </>
        )}
      </div>
    </li>
  );
};

/** What everybody said of an answer; a suggested wording can be compared, and with `buttons` be taken. */
export const Verdicts = ({
  review,
  before,
  buttons = null,
}: {
  readonly review: Review;
  /** What a suggested wording is compared with. */
  readonly before: string;
  readonly buttons?: ((given: Given, close: () => void) => ReactNode) | null;
}) =>
  review.given.length === 0 ? null : (
    <ul className="verdicts">
      {review.given.map((given) => (
        <Verdict key={`${given.by.id} ${String(given.at)}`} given={given} before={before} buttons={buttons} />
      ))}
    </ul>
  );
