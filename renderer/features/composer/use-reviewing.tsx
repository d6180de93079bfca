import { useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useTeam } from '#renderer/features/ownership/index.ts';
import { AskReviewDialog, ReviewStrip, useReviews } from '#renderer/features/reviews/index.ts';
import type { Taken } from '#renderer/features/reviews/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import { useAction, useToasts } from '#renderer/workbench/index.ts';
import type { Peer } from '#shared/contract/compose.ts';
import type { Picture } from '#shared/domain/conversation/review.ts';
import type { EditorHandle } from './model/editor-handle.ts';
import { plainText } from './model/plain-words.ts';
import type { DraftHands, OpenDraft } from './model/use-draft.ts';

/** What the composer has of reviews: the strip below its head, the question, and whether one is open. */
export type Reviewing = {
  /** Asks for a review; null where there is nobody to ask. */
  readonly ask: (() => void) | null;
  readonly isOpen: boolean;
  readonly strip: ReactNode;
  readonly dialog: ReactNode;
};

const people = (all: readonly Peer[]): readonly string[] =>
  all.map(({ name, address }) => `${name} <${address}>`);

/** An answer in one word, by which a picture is told from what the answer has become. */
const wordOf = ({ to, cc, bcc, subject, html, attachments }: Omit<Picture, 'account'>): string =>
  JSON.stringify([
    people(to),
    people(cc),
    people(bcc),
    subject,
    html,
    attachments.map(({ name, size }) => [name, size]),
  ]);

/** Shows this answer to colleagues before it is sent: asking, what they say, and taking over their wording. */
export const useReviewing = (
  { draft, edit, attachments }: OpenDraft,
  hands: DraftHands,
  editor: RefObject<EditorHandle | null>,
  /** Whether this answer is a text that somebody could look at. */
  isText: boolean,
): Reviewing => {
  const words = useWords();
  const toasts = useToasts();
  const { alone } = useTeam();
  const [asking, setAsking] = useState(false);
  const review = useReviews(draft.conversation).find(({ isMine }) => isMine) ?? null;
  const ask = alone || draft.conversation === null || !isText ? null : (): void => setAsking(true);
  useAction('composer.review', ask);
  const take = (taken: Taken, name: string): void => {
    const before = edit.html;
    editor.current?.replaceAll(taken);
    toasts.show({
      text: words('review.wording.taken', { name }),
      undo: () => editor.current?.replaceAll({ html: before, text: plainText(before) }),
    });
  };
  return {
    ask,
    isOpen: review !== null,
    strip:
      review === null || draft.conversation === null ? null : (
        <ReviewStrip
          conversation={draft.conversation}
          review={review}
          changed={wordOf({ ...edit, attachments }) !== wordOf(review.answer)}
          html={edit.html}
          onAgain={ask}
          onTake={take}
        />
      ),
    dialog: asking ? (
      <AskReviewDialog
        draft={draft.id}
        settled={() => hands.keeper.settled(draft.id)}
        before={review?.of ?? []}
        onDone={() => setAsking(false)}
        onCancel={() => setAsking(false)}
      />
    ) : null,
  };
};
