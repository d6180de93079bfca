import type { MemberId, ReviewId } from '../../kit/brand.ts';

/** Whom an answer in a picture goes to. */
type Recipient = { readonly name: string; readonly address: string };

/** An answer as it was when somebody asked for a review of it: a frozen picture, nothing of which follows the draft. `size` is in bytes. */
export type Picture = {
  readonly to: readonly Recipient[];
  readonly cc: readonly Recipient[];
  readonly bcc: readonly Recipient[];
  readonly subject: string;
  readonly html: string;
  /** What the answer goes out as: the account's label. */
  readonly account: string;
  readonly attachments: readonly {
    readonly name: string;
    readonly mimeType: string;
    readonly size: number;
  }[];
};

/** What whoever was asked says of the answer. */
export const verdicts = ['good', 'changes'] as const;
export type Verdict = (typeof verdicts)[number];

/** Why a review has ended. */
export const reviewEnds = ['withdrawn', 'again', 'sent', 'discarded'] as const;
export type ReviewEnd = (typeof reviewEnds)[number];

/** A review that has not ended, as far as the rules care: who asked whom. */
export type OpenReview = {
  readonly id: ReviewId;
  readonly by: MemberId;
  readonly of: readonly MemberId[];
};

/** At most so many are asked at once: what everybody is asked, nobody looks at. */
export const mostAsked = 5;
/** The most characters of a picture's HTML, and of a suggested wording; a long answer has some thousand. */
export const mostReviewHtml = 100_000;
/** The most characters of what is said with a request or a verdict. */
export const mostReviewNote = 4_000;

/** The most recipients of one kind, files, and characters of one line in a picture. */
const mostRecipients = 100;
const mostFiles = 100;
const mostLine = 2_000;

/** Whether a picture is small enough to be kept in a log for good. */
export const fitsReview = ({ to, cc, bcc, subject, html, account, attachments }: Picture): boolean =>
  html.length <= mostReviewHtml &&
  attachments.length <= mostFiles &&
  [to, cc, bcc].every((all) => all.length <= mostRecipients) &&
  [
    ...[subject, account, ...attachments.flatMap(({ name, mimeType }) => [name, mimeType])],
    ...[...to, ...cc, ...bcc].flatMap(({ name, address }) => [name, address]),
  ].every((line) => line.length <= mostLine);
