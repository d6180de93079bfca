import { Eye } from 'lucide-react';
import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, TimeWords, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Review } from '#shared/contract/reviews.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { wordsOf } from './model/wording.ts';
import { Verdicts } from './view/Verdicts.tsx';
import './review-strip.css';

/** A wording that a colleague suggested, in both forms that an editor may have. */
export type Taken = { readonly html: string; readonly text: string };

/** Who looks at one's own answer, and what they said of it; below the composer's head, or instead of the composer. */
export const ReviewStrip = ({
  conversation,
  review,
  changed,
  html,
  onAgain,
  onTake,
}: {
  readonly conversation: ConversationId;
  readonly review: Review;
  /** Whether the answer is another one by now than the one that was shown. */
  readonly changed: boolean;
  /** The answer as it is now: what a suggestion is compared with. */
  readonly html: string;
  /** Shows the newer wording; null where the answer is not open. */
  readonly onAgain: (() => void) | null;
  readonly onTake: ((taken: Taken, name: string) => void) | null;
}) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const names = new Intl.ListFormat(words.locale).format(review.of.map(({ name }) => name));
  const withdraw = async (): Promise<void> => {
    setBusy(true);
    const answer = await engine.call('review.withdraw', { conversation, review: review.id });
    setBusy(false);
    toasts.show(
      answer.ok
        ? { text: words('review.withdrawn') }
        : { tone: 'bad', text: refusalWords(words, answer.failure) },
    );
  };
  return (
    <section className="review-strip" aria-label={words('review.strip')}>
      <div className="review-strip-head">
        <Eye className="review-strip-icon" aria-hidden size={16} />
        <p className="review-strip-words">
          {words('review.strip.asked', { names })}
          {review.note === '' ? null : (
            <>
              {': '}
              <bdi className="review-strip-note">{words('review.note', { note: review.note })}</bdi>
            </>
          )}{' '}
          <span className="review-strip-when">
            <TimeWords at={review.at} />
          </span>
          {changed && onAgain !== null ? (
            <>
              {' '}
              <span className="review-strip-changed">{words('review.strip.changed')}</span>
            </>
          ) : null}
        </p>
        <span className="review-strip-buttons">
          {onAgain === null || !changed ? null : (
            <Button small onClick={onAgain}>
              {words('review.strip.again')}
            </Button>
          )}
          <Button
            small
            kind="quiet"
            busy={busy}
            onClick={() => {
              void withdraw();
            }}
          >
            {words('review.strip.withdraw')}
          </Button>
        </span>
      </div>
      <Verdicts
        review={review}
        before={html}
        buttons={
          onTake === null
            ? null
            : ({ html: suggested, by }, close) => (
                <>
                  <Button
                    small
                    kind="primary"
                    onClick={() => {
                      if (suggested === null) return;
                      onTake({ html: suggested, text: wordsOf(suggested) }, by.name);
                      close();
                    }}
                  >
                    {words('review.wording.take')}
                  </Button>
                  <Button small onClick={close}>
                    {words('review.wording.keep')}
                  </Button>
                </>
              )
        }
      />
    </section>
  );
};
