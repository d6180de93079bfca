import { Check, Eye, PenLine } from 'lucide-react';
import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import { ReviewStrip, Verdicts, useReviews } from '#renderer/features/reviews/index.ts';
import { Button, TimeWords, refusalWords, useSizes, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf, useToasts } from '#renderer/workbench/index.ts';
import type { Review } from '#shared/contract/reviews.ts';
import type { Picture } from '#shared/domain/conversation/review.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { LinkQuestion } from './LinkQuestion.tsx';
import { MessageFrame } from './MessageFrame.tsx';
import type { LinkWish } from './MessageFrame.tsx';
import { SuggestDialog } from './SuggestDialog.tsx';
import './review-cards.css';

const peopleIn = (people: Picture['to']): string =>
  people.map(({ name, address }) => (name === '' ? address : `${name} <${address}>`)).join(', ');

/** The answer as it was shown: whom it goes to, its text, and the names of its files. */
const Shown = ({ review }: { readonly review: Review }) => {
  const words = useWords();
  const sizes = useSizes();
  const [link, setLink] = useState<LinkWish | null>(null);
  const [pictures, setPictures] = useState(0);
  const { to, cc, bcc, subject, html, account, attachments } = review.answer;
  const files = attachments.map(({ name, size }) => words('review.card.file', { name, size: sizes(size) }));
  const lines = [
    ['from', account],
    ['to', peopleIn(to)],
    ['cc', peopleIn(cc)],
    ['bcc', peopleIn(bcc)],
    ['subject', subject],
    ['files', files.join(', ')],
  ] as const;
  return (
    <div className="review-answer">
      <dl className="review-answer-facts">
        {lines
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} className="review-answer-fact">
              <dt>{words(`review.card.${name}`)}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
      </dl>
      <MessageFrame
        title={words('review.card.text', { name: review.by.name })}
        html={html}
        showQuotes
        pictures={[]}
        onDrawn={({ inline, remote }) => setPictures(inline.length + remote.length)}
        onLink={setLink}
      />
      {pictures === 0 ? null : <p className="review-answer-hint">{words('review.card.pictures')}</p>}
      {link === null ? null : <LinkQuestion wish={link} onClose={() => setLink(null)} />}
    </div>
  );
};

const useGive = (conversation: ConversationId, review: Review) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  return async (): Promise<void> => {
    const said = { verdict: 'good', note: '', html: null } as const;
    const answer = await engine.call('review.give', { conversation, review: review.id, ...said });
    toasts.show(
      answer.ok
        ? { text: words('review.given.good', { name: review.by.name }) }
        : { tone: 'bad', text: refusalWords(words, answer.failure) },
    );
  };
};

const Card = ({
  conversation,
  review,
  first,
}: {
  readonly conversation: ConversationId;
  readonly review: Review;
  /** The one that the keys mean. */
  readonly first: boolean;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { me } = useTeam();
  const mine = review.given.find(({ by }) => by.id === me?.id);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [suggesting, setSuggesting] = useState(false);
  const give = useGive(conversation, review);
  // Whoever was asked sees it at once; a lead who was not, and who has answered, where they want to.
  const shown = chosen ?? (review.asksMe && mine === undefined);
  const good = (): void => {
    void give();
  };
  const suggest = (): void => setSuggesting(true);
  useAction('review.good', first ? good : null);
  useAction('review.suggest', first ? suggest : null);
  const names = new Intl.ListFormat(words.locale).format(review.of.map(({ name }) => name));
  return (
    <article className="review-card">
      <div className="review-card-head">
        <Eye className="review-card-icon" aria-hidden size={16} />
        <p className="review-card-words">
          {words('review.card.asked', { name: review.by.name, mine: review.asksMe ? 'yes' : 'no', names })}
          {review.note === '' ? null : (
            <>
              {': '}
              <bdi className="review-card-note">{words('review.note', { note: review.note })}</bdi>
            </>
          )}{' '}
          <span className="review-card-when">
            <TimeWords at={review.at} />
          </span>
        </p>
        <span className="review-card-buttons">
          <Button
            small
            kind={mine === undefined && review.asksMe ? 'primary' : 'plain'}
            icon={Check}
            tooltip={words('action.review.good')}
            keys={first ? keysOf('review.good') : undefined}
            onClick={good}
          >
            {words('review.do.good')}
          </Button>
          <Button
            small
            icon={PenLine}
            tooltip={words('action.review.suggest')}
            keys={first ? keysOf('review.suggest') : undefined}
            onClick={suggest}
          >
            {words('review.do.suggest')}
          </Button>
          <Button small kind="quiet" aria-expanded={shown} onClick={() => setChosen(!shown)}>
            {words(shown ? 'review.card.hide' : 'review.card.show')}
          </Button>
        </span>
      </div>
      <Verdicts review={review} before={review.answer.html} />
      {shown ? <Shown review={review} /> : null}
      {suggesting ? (
        <SuggestDialog conversation={conversation} review={review} onClose={() => setSuggesting(false)} />
      ) : null}
    </article>
  );
};

/** Answers that colleagues want looked at before they are sent; and one's own, where its composer is not there. */
export const ReviewCards = ({
  conversation,
  writing,
}: {
  readonly conversation: ConversationId;
  /** Whether one's own answer is open below, where its review is shown. */
  readonly writing: boolean;
}) => {
  const words = useWords();
  const { lead } = useTeam();
  const reviews = useReviews(conversation);
  const others = reviews.filter(({ isMine, asksMe }) => !isMine && (asksMe || lead));
  const own = writing ? [] : reviews.filter(({ isMine }) => isMine);
  const first = others.find(({ asksMe }) => asksMe) ?? others[0];
  if (others.length + own.length === 0) return null;
  return (
    <section className="review-cards" aria-label={words('review.card')} tabIndex={0}>
      {others.map((review) => (
        <Card key={review.id} conversation={conversation} review={review} first={review === first} />
      ))}
      {own.map((review) => (
        <ReviewStrip
          key={review.id}
          conversation={conversation}
          review={review}
          changed={false}
          html={review.answer.html}
          onAgain={null}
          onTake={null}
        />
      ))}
    </section>
  );
};
