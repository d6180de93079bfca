import type { PendingRow, TeamRefusal as ShownRefusal } from '#shared/contract/team.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { readDraft } from './draft.ts';
import { allRefusals, refusalsOf } from '../team/refusals.ts';
import type { TeamRefusal } from '../team/refusals.ts';

/** So many are listed; a person reads the first few, and counts say how many there are. */
const mostListed = 500;

/** Statements over what waits to be told to the team; the test of query plans explains them. */
export const teamPendingSql = {
  conversations: `SELECT c.id AS conversation, min((SELECT min(o.at) FROM team_op o WHERE o.txn = c.txn)) AS since, count(*) AS changes
    FROM team_change c WHERE c.kind = 'conversation' AND c.txn > 0 GROUP BY c.id ORDER BY c.id LIMIT ${String(mostListed)}`,
  others: `SELECT count(*) AS n, min(s.at) AS since FROM (
      SELECT (SELECT min(o.at) FROM team_op o WHERE o.txn = c.txn) AS at FROM team_change c
      WHERE c.txn > 0 AND NOT EXISTS (SELECT 1 FROM team_change x WHERE x.txn = c.txn AND x.kind = 'conversation')
      GROUP BY c.txn) s`,
  shown: `SELECT v.subject, u.name AS customer FROM conversation v JOIN customer u ON u.id = v.customer_id WHERE v.id = ?`,
  counted: "SELECT count(*) AS n FROM (SELECT 1 FROM team_change WHERE kind = 'conversation' GROUP BY id) s",
} as const;

type Waiting = {
  readonly conversation: ConversationId;
  readonly since: number | null;
  readonly changes: number;
};
type Shown = { readonly subject: string; readonly customer: string };

/** What a conversation is about and with whom; null where it is not here. */
export const conversationNames = (db: ReadableDb, id: ConversationId): Shown | null =>
  db.get<Shown>(teamPendingSql.shown, [id]) ?? null;

const shownOf = (db: ReadableDb, id: ConversationId): Shown =>
  conversationNames(db, id) ?? { subject: '', customer: '' };

/** What belongs to no conversation: customers, texts, targets. */
const others = (db: ReadableDb): { readonly n: number; readonly since: number | null } =>
  db.get<{ n: number; since: number | null }>(teamPendingSql.others) ?? { n: 0, since: null };

/** What was done here and the team does not know of yet, oldest first. `now` in ms UTC stands where no command was saved. */
export const pendingRows = (db: ReadableDb, now: number): readonly PendingRow[] => {
  const rows: readonly PendingRow[] = db
    .all<Waiting>(teamPendingSql.conversations)
    .map(({ conversation, since, changes }) => ({
      conversation,
      ...shownOf(db, conversation),
      since: since ?? now,
      changes,
    }));
  const { n, since } = others(db);
  const rest: PendingRow = { conversation: null, subject: '', customer: '', since: since ?? now, changes: n };
  return [...rows, ...(n > 0 ? [rest] : [])].sort((one, other) => one.since - other.since);
};

/** Conversations that were here when the workspace joined and are not noted yet, because that is done slice by slice. */
const notNoted = (db: ReadableDb): number => {
  if (db.get('SELECT 1 FROM team_link WHERE noting IS NOT NULL') === undefined) return 0;
  const known = db.get<{ n: number }>("SELECT count(*) AS n FROM team_document WHERE kind = 'conversation'");
  return Math.max(0, conversationsHere(db) - (known?.n ?? 0));
};

/** How many conversations the team does not have as they are here; what belongs to none counts as one. */
export const pendingCount = (db: ReadableDb): number => {
  const noted = db.get<{ n: number }>(teamPendingSql.counted)?.n ?? 0;
  const any = db.get('SELECT 1 FROM team_change LIMIT 1') === undefined ? 0 : 1;
  return Math.max(noted, any, notNoted(db));
};

/** How many conversations there are here, which a team would get by joining it. */
export const conversationsHere = (db: ReadableDb): number =>
  db.get<{ n: number }>('SELECT coalesce(sum(n), 0) AS n FROM conversation_tally')?.n ?? 0;

/** The actions behind the commands of a conversation, as the screens name them. */
const actionOf: Readonly<Record<string, string>> = {
  note: 'note.add',
  promise: 'follow-up.promise',
  'move-follow-up': 'follow-up.move',
  'keep-follow-up': 'follow-up.keep',
  'cancel-follow-up': 'follow-up.cancel',
  'give-follow-up': 'follow-up.give',
  'confirm-check': 'check.confirm',
  'waive-check': 'check.waive',
  'queue-reply': 'draft.send',
};

const shownRefusal = (db: ReadableDb, refusal: TeamRefusal): ShownRefusal => {
  const { id, conversation, tried, triedAt, why, owner, by, at, draft = null } = refusal;
  return {
    id,
    conversation,
    subject: conversation === null ? '' : shownOf(db, conversation).subject,
    tried: actionOf[tried] ?? (tried.includes('.') ? tried : `conversation.${tried}`),
    at: triedAt,
    why: { kind: why, name: by?.name ?? owner?.name ?? '', at },
    // It may have been sent or thrown away since.
    draft: draft === null || readDraft(db, draft) === null ? null : draft,
  };
};

/** What the team did not accept and nobody has closed, newest first; of one conversation, or everything. */
export const shownRefusals = (
  db: ReadableDb,
  conversation: ConversationId | null,
): readonly ShownRefusal[] => {
  const kept = conversation === null ? allRefusals(db) : refusalsOf(db, conversation);
  return kept.map((refusal) => shownRefusal(db, refusal)).reverse();
};
