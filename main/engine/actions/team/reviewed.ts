import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import type { TeamEvent } from '../../team/wire.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { reviewsOf } from '../../store/read/conversation-state.ts';
import { memberName } from '../../store/read/members.ts';
import { knownOf } from '../../store/team/known.ts';
import { teamLink } from '../../store/team/link.ts';

/** What a colleague wants of whoever sits here about an answer, or said of theirs. */
export type ReviewNews = {
  readonly conversation: ConversationId;
  readonly what: 'asked' | 'good' | 'changes';
  readonly by: string;
  /** Whom the conversation is with. */
  readonly customer: string;
  /** What was said with it; what the conversation is about where nothing was. */
  readonly words: string;
};

const tells = new Set(['review.asked', 'review.given']);

type Row = {
  readonly id: ConversationId;
  readonly subject: string;
  readonly reviews: string;
  readonly name: string;
};

/** What these events say of reviews that has not been heard of before; asked before they are written. */
export const reviewsIn = (
  db: ReadableDb,
  me: MemberId,
  events: readonly TeamEvent[],
): readonly TeamEvent[] => {
  const joinedAt = teamLink(db)?.joinedAt ?? Number.MAX_SAFE_INTEGER;
  return events.filter(
    ({ kind, author, stream, rev, at }) =>
      tells.has(kind) &&
      author !== null &&
      author !== me &&
      at >= joinedAt &&
      rev > knownOf(db, { kind: 'conversation', id: stream }).rev,
  );
};

const whatOf = ({ kind, payload }: TeamEvent): ReviewNews['what'] =>
  kind === 'review.asked' ? 'asked' : payload['verdict'] === 'good' ? 'good' : 'changes';

/** What of it is for whoever sits here and still open, once it is written: they are asked, or asked themselves. */
export const reviewNews = (db: ReadableDb, me: MemberId, told: readonly TeamEvent[]): readonly ReviewNews[] =>
  told.flatMap((event): readonly ReviewNews[] => {
    const { stream, author, payload } = event;
    const row = db.get<Row>(
      `SELECT c.id, c.subject, c.reviews, coalesce(nullif(u.name, ''), c.customer_address) AS name
       FROM conversation c JOIN customer u ON u.id = c.customer_id WHERE c.id = ?`,
      [stream],
    );
    if (row === undefined || author === null) return [];
    const open = reviewsOf(row.reviews).find(({ id }) => id === payload['review']);
    const what = whatOf(event);
    if (open === undefined || !(what === 'asked' ? open.of.includes(me) : open.by === me)) return [];
    const said = payload['note'];
    const words = typeof said === 'string' && said.trim() !== '' ? said : row.subject;
    return [{ conversation: row.id, what, by: memberName(db, author), customer: row.name, words }];
  });
