import * as v from 'valibot';
import type { Review, ReviewRow } from '#shared/contract/reviews.ts';
import type { MemberName } from '#shared/contract/conversations.ts';
import type { OpenReview } from '#shared/domain/conversation/review.ts';
import { verdicts } from '#shared/domain/conversation/review.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { reviewsOf } from './conversation-state.ts';
import { memberName } from './members.ts';

/** Statements of reviews; the test of query plans explains them. */
export const reviewSql = {
  open: `SELECT c.id, c.subject, c.reviews, coalesce(nullif(u.name, ''), c.customer_address) AS customer
    FROM conversation c JOIN customer u ON u.id = c.customer_id WHERE c.reviews <> '[]' ORDER BY c.num DESC LIMIT ?`,
  told: `SELECT kind, payload, author, at FROM event
    WHERE json_extract(payload, '$.review') = ? AND kind IN ('review.asked', 'review.given') ORDER BY seq LIMIT 200`,
} as const;

type ToldRow = {
  readonly kind: 'review.asked' | 'review.given';
  readonly payload: string;
  readonly author: MemberId | null;
  readonly at: number;
};

const recipients = v.array(v.object({ name: v.string(), address: v.string() }));
const asked = v.object({
  note: v.string(),
  answer: v.object({
    to: recipients,
    cc: recipients,
    bcc: recipients,
    subject: v.string(),
    html: v.string(),
    account: v.string(),
    attachments: v.array(v.object({ name: v.string(), mimeType: v.string(), size: v.number() })),
  }),
});
const given = v.object({ verdict: v.picklist(verdicts), note: v.string(), html: v.nullable(v.string()) });

const named = (db: ReadableDb, id: MemberId): MemberName => ({ id, name: memberName(db, id) });

/** What the log tells of a review; null where its picture is not here, such as in a history that has not come yet. */
const told = (db: ReadableDb, me: MemberId, { id, by, of }: OpenReview): Review | null => {
  const rows = db.all<ToldRow>(reviewSql.told, [id]);
  const request = rows.find(({ kind, author }) => kind === 'review.asked' && author === by);
  // Colleagues' devices wrote it: what is no picture is shown to nobody.
  const picture = request === undefined ? null : v.safeParse(asked, JSON.parse(request.payload));
  if (request === undefined || picture?.success !== true) return null;
  const answers = new Map<MemberId, Review['given'][number]>();
  for (const { kind, payload, author, at } of rows) {
    const verdict = kind === 'review.given' ? v.safeParse(given, JSON.parse(payload)) : null;
    if (verdict?.success !== true || author === null || author === by) continue;
    // The later word of each counts, in the order in which they were said.
    answers.delete(author);
    answers.set(author, { by: named(db, author), at, ...verdict.output });
  }
  return {
    id,
    by: named(db, by),
    of: of.map((member) => named(db, member)),
    at: request.at,
    ...picture.output,
    isMine: by === me,
    asksMe: of.includes(me),
    given: [...answers.values()],
  };
};

/** The open reviews of a conversation with all that was shown and said, in the order in which they were asked for. */
export const readReviews = (db: ReadableDb, conversation: number, me: MemberId): readonly Review[] => {
  const row = db.get<{ reviews: string }>('SELECT reviews FROM conversation WHERE num = ?', [conversation]);
  return reviewsOf(row?.reviews ?? '[]')
    .map((one) => told(db, me, one))
    .filter((one) => one !== null);
};

/** More open reviews than a team ever has. */
const mostOpen = 500;

type OpenRow = {
  readonly id: ConversationId;
  readonly subject: string;
  readonly reviews: string;
  readonly customer: string;
};

/** Every open review that `me` asked for or was asked for, the newest conversation first. */
export const listReviews = (db: ReadableDb, me: MemberId): readonly ReviewRow[] =>
  db.all<OpenRow>(reviewSql.open, [mostOpen]).flatMap(({ id: conversation, subject, reviews, customer }) =>
    reviewsOf(reviews)
      .filter(({ by, of }) => by === me || of.includes(me))
      .flatMap((one): readonly ReviewRow[] => {
        const review = told(db, me, one);
        if (review === null) return [];
        const { id, by, of, at, note, isMine, asksMe, given: answers } = review;
        return [
          {
            ...{ id, conversation, subject, customer, by, of, at, note, isMine, asksMe },
            given: answers.map(({ by: who, verdict }) => ({ by: who, verdict })),
          },
        ];
      }),
  );
