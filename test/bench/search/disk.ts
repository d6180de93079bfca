import { join } from 'node:path';
import { openReader } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { searchParts } from '#main/engine/store/read/search-parts.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { tell } from '../kit/rows.ts';
import type { BenchWorkspace } from '../workspaces/workspace.ts';

/** Guide of the design: 53 MB for 10,000 messages with 2.6 KB of text each. */
const kibOfMessage = { goal: 5.3, gate: 8 };

/** Tells what the database takes: all of it, for each message, and how much of that is text and its index. */
export const tellSizes = (workspace: BenchWorkspace, wholeMiB: number, notmuchMiB: number | null): void => {
  const { dir, root, conversations: size, messages } = workspace;
  const db = openReader({ path: join(dir, workspaceFiles.database), key: deriveKeys(root).database });
  const mib = (sql: string): number => (db.get<{ n: number }>(sql)?.n ?? 0) / 1_048_576;
  const index = searchParts(db).reduce(
    (sum, { table }) => sum + mib(`SELECT sum(octet_length(block)) AS n FROM ${table}_data`),
    0,
  );
  const text = mib('SELECT sum(octet_length(ifnull(packed, text))) AS n FROM message_text');
  db.close();
  const share = (part: number): string => `${((part / messages) * 1_024).toFixed(1)} KiB a message`;
  tell({
    measure: 'P15',
    what: 'database, without sources',
    size,
    unit: 'MiB',
    values: [wholeMiB],
    limit: { goal: (kibOfMessage.goal * messages) / 1_024, gate: (kibOfMessage.gate * messages) / 1_024 },
    ...(notmuchMiB === null
      ? {}
      : { against: { what: "notmuch's index", values: [notmuchMiB], goal: 0.35, gate: 0.5 } }),
    note: `${share(wholeMiB)}; text ${share(text)} packed, index of words ${share(index)}`,
  });
};
