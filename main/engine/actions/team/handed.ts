import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import type { TeamEvent } from '../../team/wire.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { memberName } from '../../store/read/members.ts';
import { knownOf } from '../../store/team/known.ts';
import { teamLink } from '../../store/team/link.ts';

/** A conversation that a colleague gave to whoever sits here. */
export type HandedOver = {
  readonly conversation: ConversationId;
  readonly by: string;
  /** Whom it is with. */
  readonly customer: string;
  /** What the giver said to it; what it is about where they said nothing. */
  readonly words: string;
};

const gives = new Set(['conversation.assigned', 'conversation.transferred']);

type Row = { readonly id: ConversationId; readonly subject: string; readonly name: string };

/** What of these events gives something to whoever sits here and has not been heard of before; asked before they are written. */
export const givenIn = (db: ReadableDb, me: MemberId, events: readonly TeamEvent[]): readonly TeamEvent[] => {
  const joinedAt = teamLink(db)?.joinedAt ?? Number.MAX_SAFE_INTEGER;
  return events.filter(
    ({ kind, payload, author, stream, rev, at }) =>
      gives.has(kind) &&
      payload['to'] === me &&
      author !== null &&
      author !== me &&
      at >= joinedAt &&
      rev > knownOf(db, { kind: 'conversation', id: stream }).rev,
  );
};

/** What is still theirs of what was given, once it is written: the last gift of each conversation. */
export const handedOver = (
  db: ReadableDb,
  me: MemberId,
  given: readonly TeamEvent[],
): readonly HandedOver[] => {
  const last = new Map(given.map((event) => [event.stream, event]));
  return [...last.values()].flatMap(({ stream, author, payload }): readonly HandedOver[] => {
    const row = db.get<Row>(
      `SELECT c.id, c.subject, coalesce(nullif(u.name, ''), c.customer_address) AS name
       FROM conversation c JOIN customer u ON u.id = c.customer_id WHERE c.id = ? AND c.owner_id = ? AND c.status = 'open'`,
      [stream, me],
    );
    if (row === undefined || author === null) return [];
    const said = payload['reason'] ?? payload['note'];
    const words = typeof said === 'string' && said.trim() !== '' ? said : row.subject;
    return [{ conversation: row.id, by: memberName(db, author), customer: row.name, words }];
  });
};
