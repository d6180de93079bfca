import { chooseTargets, dueBy } from '#shared/domain/targets/targets.ts';
import type { Due } from '#shared/domain/targets/targets.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import { waitingSince } from '#shared/domain/waiting/waiting.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import { readSchedule, readTargets } from '../read/targets.ts';

type Row = {
  readonly account_id: AccountId | null;
  readonly first_at: number;
  readonly target_kind: string | null;
  readonly target_from: number | null;
  readonly target_at: number | null;
};

/** A conversation that was opened anew is solved from then on, not from years ago. */
const openedAt = (db: WritableDb, conversation: number, firstAt: number): number =>
  Math.max(
    firstAt,
    db.get<{ at: number | null }>(
      "SELECT max(at) AS at FROM event WHERE conversation_num = ? AND kind = 'conversation.reopened'",
      [conversation],
    )?.at ?? 0,
  );

const reckon = (db: WritableDb, conversation: number, row: Row, state: ConversationState): Due | null => {
  const settings = readTargets(db);
  if (settings === null || state.status !== 'open') return null;
  const targets = chooseTargets(settings, { tags: state.tags, account: row.account_id });
  const since = waitingSince(state.waiting);
  return dueBy(
    targets,
    {
      waitingSince: since,
      // As long as nobody answered, everything the customer wrote is unanswered.
      firstInboundAt: since,
      everAnswered: state.waiting.answeredAt !== null,
      openedAt: targets.resolution === null ? row.first_at : openedAt(db, conversation, row.first_at),
      status: state.status,
    },
    readSchedule(db),
  );
};

/** Brings the target of a conversation up to its state; one that moved can be told anew. Answers whether it changed. */
export const saveTarget = (db: WritableDb, conversation: number, state: ConversationState): boolean => {
  const row = db.get<Row>(
    'SELECT account_id, first_at, target_kind, target_from, target_at FROM conversation WHERE num = ?',
    [conversation],
  );
  if (row === undefined) return false;
  const due = reckon(db, conversation, row, state);
  const same =
    row.target_kind === (due?.kind ?? null) &&
    row.target_from === (due?.from ?? null) &&
    row.target_at === (due?.at ?? null);
  if (same) return false;
  db.run(
    'UPDATE conversation SET target_kind = ?, target_from = ?, target_at = ?, target_told = 0 WHERE num = ?',
    [due?.kind ?? null, due?.from ?? null, due?.at ?? null, conversation],
  );
  return true;
};
