import { join } from 'node:path';
import { views } from '#shared/contract/conversations.ts';
import type { ConversationPage, ListQuery } from '#shared/contract/conversations.ts';
import { openReader } from '#main/engine/store/driver.ts';
import type { ReadableDb } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { countConversations } from '#main/engine/store/read/conversation-counts.ts';
import { listStatement } from '#main/engine/store/read/conversation-list.ts';
import { viewerOf } from '#main/engine/store/read/members.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { openBench, tellClass, timed } from '../workspaces/opened.ts';
import type { Opened } from '../workspaces/opened.ts';
import { colleagues } from '../workspaces/desk.ts';
import { atEverySize } from '../workspaces/sizes.ts';
import type { BenchWorkspace } from '../workspaces/workspace.ts';

// The page of 50 of every queue that the rail offers, its first and one far down, and the rail's counts: once in SQLite
// alone, once through the call that the page makes. [--size=100000] [--quick]

const limit = 50;
const rounds = 200;
/** How far down the deep page lies, where the queue is that long. */
const pagesDown = 20;

type Place = { readonly name: string; readonly query: ListQuery };

/** What the rail offers: every queue, a colleague's, and the inbox of each account. */
const places = (accounts: readonly AccountId[]): readonly Place[] => [
  ...views.map((view) => ({ name: view, query: { view, account: null } as const })),
  ...colleagues
    .slice(0, 1)
    .map((owner) => ({ name: 'of a colleague', query: { view: 'member', account: null, owner } as const })),
  ...[accounts[0], accounts.at(-1)]
    .filter((account) => account !== undefined)
    .map((account, n) => ({
      name: `inbox of the ${n === 0 ? 'first' : 'last'} account`,
      query: { view: 'inbox', account } as const,
    })),
];

const deepCursor = async (opened: Opened, query: ListQuery): Promise<string | null> => {
  let after: string | null = null;
  for (let page = 0; page < pagesDown; page += 1) {
    const { next }: ConversationPage = await opened.ask('conversation.list', { query, after, limit });
    if (next === null) return after;
    after = next;
  }
  return after;
};

const inSqlite = { goal: 1, gate: 3 };
const toThePage = { goal: 8, gate: 16 };

const measurePlace = async (opened: Opened, db: ReadableDb, { name, query }: Place): Promise<void> => {
  const { conversations: size } = opened.workspace;
  const viewer = viewerOf(db);
  const deep = await deepCursor(opened, query);
  for (const [what, after] of [
    ['first page', null],
    ['deep page', deep],
  ] as const) {
    if (what === 'deep page' && after === null) continue;
    const row = { measure: 'P9', what: `list ${name}, ${what}`, size };
    const { sql, params } = listStatement(query, viewer, after, limit);
    const alone = await timed([() => db.all(sql, params)], rounds);
    tellClass({ ...row, what: `${row.what}, in SQLite` }, alone, inSqlite);
    const whole = await timed([() => opened.ask('conversation.list', { query, after, limit })], rounds);
    tellClass({ ...row, what: `${row.what}, to the page` }, whole, toThePage);
  }
};

const measure = async (workspace: BenchWorkspace): Promise<void> => {
  const { dir, root, conversations: size } = workspace;
  const opened = await openBench(workspace);
  const db = openReader({ path: join(dir, workspaceFiles.database), key: deriveKeys(root).database });
  const { accounts } = await opened.ask('account.list', {});
  for (const place of places(accounts.map(({ id }) => id))) await measurePlace(opened, db, place);
  const viewer = viewerOf(db);
  const row = { measure: 'P9', size };
  const alone = await timed([() => countConversations(db, viewer)], rounds);
  tellClass({ ...row, what: "the rail's counts, in SQLite" }, alone, inSqlite);
  const whole = await timed([() => opened.ask('conversation.counts', {})], rounds);
  tellClass({ ...row, what: "the rail's counts, to the page" }, whole, toThePage);
  db.close();
  await opened.close();
};

await atEverySize(measure);
