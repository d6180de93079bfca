import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWriter } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { Role } from '#shared/domain/member.ts';
import type { MailServer } from '../../support/mail-server/mail-server.ts';
import { connectFirst } from './desk.ts';
import { startSteward, type StewardApp } from './steward-app.ts';

/** Somebody of the team, by the name that is shown. */
export type Colleague = { readonly name: string; readonly role: Role };

/** Makes a team of a workspace that is closed, as a shared database would: the first is whoever sits there now. */
const makeTeam = (folder: string, [first, ...others]: readonly Colleague[]): void => {
  withDatabase(folder, (db) => {
    if (first !== undefined) {
      db.run('UPDATE member SET name = ?, role = ? WHERE is_me = 1', [first.name, first.role]);
    }
    for (const { name, role } of others) {
      db.run('INSERT INTO member (id, name, role, created_at) VALUES (?, ?, ?, 0)', [
        ...[randomUUID(), name, role],
      ]);
    }
  });
};

/** Connects the mailbox of a new workspace and starts it again with two agents, Dana and Omar; Dana sits there. */
export const startWithAgents = async (
  alone: StewardApp,
  server: MailServer,
  address: string,
): Promise<StewardApp> => {
  await connectFirst(alone.page, server, address);
  await alone.quit();
  makeTeam(alone.folder, [
    { name: 'Dana', role: 'agent' },
    { name: 'Omar', role: 'agent' },
  ]);
  return startSteward({ folder: alone.folder });
};

/** Lets somebody else of the team sit at this workspace from the next start on; it has to be closed. */
export const sitDown = (folder: string, name: string): void => {
  withDatabase(folder, (db) => {
    db.run('UPDATE member SET is_me = (name = ?)', [name]);
  });
};

const withDatabase = (folder: string, work: (db: ReturnType<typeof openWriter>) => void): void => {
  const root = Buffer.from(readFileSync(join(folder, 'test.key'), 'utf8').trim(), 'hex');
  const db = openWriter({
    path: join(folder, 'workspace', workspaceFiles.database),
    key: deriveKeys(root).database,
  });
  try {
    db.transaction(() => {
      work(db);
    });
  } finally {
    db.close();
  }
};
