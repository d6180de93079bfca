import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openReader, type ReadableDb } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { TestPostgres } from '../../support/postgres/postgres.ts';
import { asSuperuser } from '../../support/postgres/team.ts';
import type { StewardApp } from './steward-app.ts';

/** Who owns what by the names that are shown: subject to owner, null for nobody. */
export type Owners = ReadonlyMap<string, string | null>;

/** What a running application keeps, read beside it. */
export type Kept = {
  readonly owners: () => Owners;
  /** Changes that the team does not know of yet. */
  readonly waiting: () => number;
  /** What the team did not accept and nobody has closed yet. */
  readonly refused: () => number;
  /** The words of every draft, by the subject of its conversation. */
  readonly drafts: () => ReadonlyMap<string, string>;
  readonly close: () => void;
};

type Named = { readonly subject: string; readonly name: string | null };
type Written = { readonly subject: string; readonly html: string };
type Counted = { readonly many: number };

const counted = (db: ReadableDb, table: 'team_change' | 'team_refusal'): number =>
  db.get<Counted>(`SELECT count(*) AS many FROM ${table}`)?.many ?? 0;

/** Opens the workspace of a running application to look into it. */
export const lookInto = (app: StewardApp): Kept => {
  const root = Buffer.from(readFileSync(join(app.folder, 'test.key'), 'utf8').trim(), 'hex');
  const db = openReader({
    path: join(app.folder, 'workspace', workspaceFiles.database),
    key: deriveKeys(root).database,
  });
  return {
    owners: () =>
      new Map(
        db
          .all<Named>(
            'SELECT c.subject, m.name FROM conversation c LEFT JOIN member m ON m.id = c.owner_id ORDER BY c.subject',
          )
          .map(({ subject, name }) => [subject, name]),
      ),
    waiting: () => counted(db, 'team_change'),
    refused: () => counted(db, 'team_refusal'),
    drafts: () =>
      new Map(
        db
          .all<Written>(
            'SELECT c.subject, d.html FROM draft d JOIN conversation c ON c.num = d.conversation_num ORDER BY c.subject',
          )
          .map(({ subject, html }) => [subject, html]),
      ),
    close: () => {
      db.close();
    },
  };
};

/** A conversation as the team's own rows have it. */
export type Claimed = {
  readonly subject: string;
  readonly owner: string | null;
  /** Who claimed it, as often as somebody did. */
  readonly claimed: readonly string[];
};

/** Every conversation of the one team in a database, by the team's own rows. */
export const teamsRows = async (postgres: TestPostgres, database: string): Promise<readonly Claimed[]> => {
  const [found] = await asSuperuser(
    postgres,
    "SELECT nspname AS team FROM pg_namespace WHERE nspname LIKE 'steward\\_%'",
    database,
  );
  const team = String(found?.['team']);
  const rows = await asSuperuser(
    postgres,
    `SELECT d.body ->> 'subject' AS subject, o.name AS owner, ARRAY(
       SELECT a.name FROM "${team}".event e JOIN "${team}".member a ON a.id = e.author
       WHERE e.stream = d.id AND e.kind = 'conversation.claimed' ORDER BY e.rev) AS claimed
     FROM "${team}".document d JOIN "${team}".conversation_state s ON s.id = d.id
     LEFT JOIN "${team}".member o ON o.id = s.owner
     WHERE d.kind = 'conversation' AND d.body IS NOT NULL ORDER BY 1`,
    database,
  );
  return rows.map(({ subject, owner, claimed }) => ({
    subject: String(subject),
    owner: typeof owner === 'string' ? owner : null,
    claimed: Array.isArray(claimed) ? claimed.map(String) : [],
  }));
};
