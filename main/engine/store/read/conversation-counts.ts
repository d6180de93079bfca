import type { Counts, View } from '#shared/contract/conversations.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { inView } from './conversation-list.ts';
import type { TallyRow } from './conversation-list.ts';

const total = (rows: readonly TallyRow[], view: View): number =>
  rows.filter(inView[view]).reduce((sum, row) => sum + row.n, 0);

/** How many conversations each queue holds; reads a few rows whatever the size of the workspace. */
export const countConversations = (db: ReadableDb): Counts => {
  const rows = db.all<TallyRow>(
    'SELECT account_id, status, turn, outbox, unread, draft, n FROM conversation_tally WHERE n > 0',
  );
  const accounts = db.all<{ id: AccountId }>('SELECT id FROM account WHERE removed_at IS NULL ORDER BY id');
  return {
    views: {
      'my-turn': total(rows, 'my-turn'),
      waiting: total(rows, 'waiting'),
      inbox: total(rows, 'inbox'),
      unread: total(rows, 'unread'),
      drafts: total(rows, 'drafts'),
      problems: total(rows, 'problems'),
      done: total(rows, 'done'),
      all: total(rows, 'all'),
    },
    accounts: accounts.map(({ id }) => {
      const own = rows.filter((row) => row.account_id === id);
      return { id, inbox: total(own, 'inbox'), unread: total(own, 'unread') };
    }),
  };
};
