import { join } from 'node:path';
import { openReader } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { tell } from '../kit/rows.ts';
import type { BenchWorkspace } from '../workspaces/workspace.ts';

/** Guide of the design: 53 MB for 10,000 messages with 2.6 KB of text each. */
const kibOfMessage = { goal: 5.3, gate: 8 };

/** Tells what the database takes: all of it, for each message, and how much of that is text and its index. */
export const tellSizes = (workspace: BenchWorkspace, wholeMiB: number): void => {
  const { dir, root, conversations: size, messages } = workspace;
  const db = openReader({ path: join(dir, workspaceFiles.database), key: deriveKeys(root).database });
  const mib = (sql: string): number => (db.get<{ n: number }>(sql)?.n ?? 0) / 1_048_576;
  const index = mib('SELECT sum(octet_length(block)) AS n FROM message_search_data');
  const text = mib('SELECT sum(octet_length(text)) AS n FROM message_text');
  db.close();
  const share = (part: number): string => `${((part / messages) * 1_024).toFixed(1)} KiB a message`;
  tell({
    measure: 'P15',
    what: 'database, without sources',
    size,
    unit: 'MiB',
    values: [wholeMiB],
    limit: { goal: (kibOfMessage.goal * messages) / 1_024, gate: (kibOfMessage.gate * messages) / 1_024 },
    note: `${share(wholeMiB)}; text ${share(text)}, index of words ${share(index)}`,
  });
};
