import { views } from '#shared/contract/conversations.ts';
import type { Counts, View } from '#shared/contract/conversations.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { inView } from './conversation-list.ts';
import type { TallyRow, Viewer } from './conversation-list.ts';

const total = (rows: readonly TallyRow[], view: View, viewer: Viewer): number =>
  rows.filter((row) => inView[view](row, viewer)).reduce((sum, row) => sum + row.n, 0);

/** How many conversations each queue holds; reads a few rows whatever the size of the workspace. */
export const countConversations = (db: ReadableDb, viewer: Viewer): Counts => {
  const rows = db.all<TallyRow>(
    'SELECT account_id, owner_id, status, turn, outbox, unread, draft, snoozed, n FROM conversation_tally WHERE n > 0',
  );
  const accounts = db.all<{ id: AccountId }>('SELECT id FROM account WHERE removed_at IS NULL ORDER BY id');
  const count = (view: View): number => total(rows, view, viewer);
  return {
    views: Object.fromEntries(views.map((view) => [view, count(view)])) as Record<View, number>,
    accounts: accounts.map(({ id }) => {
      const own = rows.filter((row) => row.account_id === id);
      return { id, inbox: total(own, 'inbox', viewer), unread: total(own, 'unread', viewer) };
    }),
  };
};
