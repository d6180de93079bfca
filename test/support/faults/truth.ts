import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Workspace } from '#main/engine/workspace.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { BlobId } from '#shared/kit/brand.ts';
import { settingsFor } from '../email-account.ts';
import { startEngine } from '../engine.ts';
import type { TestEngine } from '../engine.ts';
import { eventually } from '../eventually.ts';
import type { MailServer } from '../mail-server/mail-server.ts';
import { makeTempDirectory } from '../temp.ts';

/** The key of every workspace of these tests. */
export const keyHex = 'f1'.repeat(32);

/** An account as settings in plain text on loopback, so that a proxy can read where the conversation stands. */
export const plainSettings = (
  server: MailServer,
  ports: { readonly imap?: number; readonly smtp?: number } = {},
): Settings =>
  settingsFor(server, {
    imapSecurity: 'plain',
    imapPort: ports.imap ?? server.imap.port,
    smtpSecurity: 'plain',
    smtpPort: ports.smtp ?? server.smtp.port,
  });

/** Opens a workspace of these tests in this process; `traffic: 'off'` to look or to prepare. */
export const openHere = (
  workspaceDir: string,
  options: Parameters<typeof startEngine>[0] = {},
): Promise<TestEngine> => startEngine({ workspaceDir, key: { kind: 'given', hex: keyHex }, ...options });

/** A workspace with one account, made once and copied for every fault. */
export type Template = {
  readonly path: string;
  /** A fresh copy of it. */
  readonly copy: () => string;
  readonly remove: () => void;
};

/** Makes a workspace with an account on this server that was never in step with it. */
export async function makeTemplate(
  server: MailServer,
  user: string,
  settings: Settings = settingsFor(server),
): Promise<Template> {
  const folder = makeTempDirectory('faults');
  const path = join(folder.path, 'template');
  const engine = await openHere(path, { traffic: 'off' });
  await addAccount(engine, server, user, settings);
  await engine.close();
  let copies = 0;
  return {
    path,
    copy: () => {
      copies += 1;
      const copy = join(folder.path, `copy-${String(copies)}`);
      cpSync(path, copy, { recursive: true });
      return copy;
    },
    remove: folder.remove,
  };
}

/** Connects an account by password. */
export const addAccount = (
  engine: TestEngine,
  server: MailServer,
  user: string,
  settings: Settings = settingsFor(server),
) =>
  engine.ask('account.add', {
    kind: 'email',
    address: user,
    senderName: 'The shop',
    settings,
    credential: { kind: 'password', password: server.password },
  });

/** The open workspace of an engine. */
export function workspaceOf(engine: TestEngine): Workspace {
  const workspace = engine.engine.workspace();
  if (workspace === null)
    throw new Error(`the workspace is not open: ${JSON.stringify(engine.engine.state())}`);
  return workspace;
}

/** Waits until every account is in step. */
export const inStep = (engine: TestEngine, withinMs = 300_000): Promise<unknown> =>
  eventually(
    async () => {
      const { accounts } = await engine.ask('account.list', {});
      if (accounts.every(({ health }) => health.kind === 'listening')) return true;
      throw new Error(JSON.stringify(accounts.map(({ address, health }) => ({ address, health }))));
    },
    { message: 'every account is in step', withinMs },
  );

/** Has every account look at all of its folders again, and waits until each has. */
export async function lookAgain(engine: TestEngine): Promise<void> {
  const healthOf = async (id: string): Promise<string> => {
    const { accounts } = await engine.ask('account.list', {});
    return JSON.stringify(accounts.find((account) => account.id === id)?.health ?? null);
  };
  for (const { id } of (await engine.ask('account.list', {})).accounts) {
    const before = await healthOf(id);
    await engine.ask('account.repair', { id });
    // Its health says when it looked last, so it is another one afterwards.
    await eventually(
      async () => {
        const now = await healthOf(id);
        return now !== before && now.includes('"listening"');
      },
      { message: 'everything was looked at again', withinMs: 300_000 },
    );
  }
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a server holds of one folder: the digest of each mail, sorted, and its numbering. */
export type FolderTruth = {
  readonly digests: readonly string[];
  readonly uidNext: number;
  readonly uidValidity: number;
};

/** What the server itself has in these folders; the first of all judges. */
export async function truthOn(
  server: MailServer,
  user: string,
  folders: readonly string[] = ['INBOX', 'Sent', 'Archive'],
): Promise<ReadonlyMap<string, FolderTruth>> {
  const truths = new Map<string, FolderTruth>();
  for (const folder of folders) {
    const mails = await server.messages(user, folder);
    const { uidNext, uidValidity } = await server.folderStatus(user, folder);
    truths.set(folder, { digests: mails.map(({ raw }) => sha(raw)).sort(), uidNext, uidValidity });
  }
  return truths;
}

type Cursor = { readonly uidValidity?: unknown; readonly uidNext?: unknown; readonly gaps?: unknown };

/** The digests of the sources kept here for each folder, one for each place, sorted. */
function digestsHere(workspace: Workspace, account: string): ReadonlyMap<string, readonly string[]> {
  const rows = workspace.db.all<{ stream: string; source: string }>(
    `SELECT l.stream, ifnull(m.source, q.source) AS source FROM location l LEFT JOIN message m ON m.seq = l.seq
     LEFT JOIN quarantine q ON q.id = l.quarantine_id WHERE l.account_id = ?`,
    [account],
  );
  const found = new Map<string, string[]>();
  for (const { stream, source } of rows) {
    const list = found.get(stream) ?? [];
    list.push(sha(workspace.vault.read(source as BlobId)));
    found.set(stream, list);
  }
  return new Map([...found].map(([stream, list]) => [stream, list.sort()]));
}

/**
 * Holds a workspace against its server: every mail of every folder here once and byte for byte, no message twice, cursors
 * at the server's own numbers, and nothing wrong inside.
 */
export async function expectInStep(
  engine: TestEngine,
  user: string,
  truths: ReadonlyMap<string, FolderTruth>,
  options: { readonly unique?: boolean } = {},
): Promise<void> {
  const workspace = workspaceOf(engine);
  const { accounts } = await engine.ask('account.list', {});
  const account = accounts.find(({ address }) => address === user);
  if (account === undefined) throw new Error(`${user} is not connected`);
  const here = digestsHere(workspace, account.id);
  for (const [folder, truth] of truths) {
    expect({ folder, digests: here.get(folder) ?? [] }).toEqual({ folder, digests: truth.digests });
    const stream = account.streams.find(({ name }) => name === folder);
    expect({ folder, onServer: stream?.onServer, here: stream?.here }).toEqual({
      folder,
      onServer: truth.digests.length,
      here: truth.digests.length,
    });
    const row = workspace.db.get<{ cursor: string }>(
      'SELECT cursor FROM stream WHERE account_id = ? AND name = ?',
      [account.id, folder],
    );
    const cursor = JSON.parse(row?.cursor ?? '{}') as Cursor;
    expect({ uidNext: cursor.uidNext, uidValidity: cursor.uidValidity, gaps: cursor.gaps }).toEqual({
      uidNext: truth.uidNext,
      uidValidity: String(truth.uidValidity),
      gaps: [],
    });
  }
  if (options.unique !== false) {
    const count = workspace.db.get<{ n: number }>(
      `SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM quarantine) AS n`,
    );
    expect(count?.n).toBe(new Set([...truths.values()].flatMap(({ digests }) => digests)).size);
  }
  expect(verify(workspace.db, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
}

/** Does `work` for each item, so many at a time; every failure is told with the item it belongs to. */
export async function atOnce<Item>(
  items: readonly Item[],
  most: number,
  work: (item: Item, place: number) => Promise<void>,
): Promise<void> {
  const failures: Error[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let place = next; place < items.length; place = next) {
      next += 1;
      const item = items[place];
      if (item === undefined) return;
      try {
        await work(item, place);
      } catch (error) {
        failures.push(
          new Error(`at ${JSON.stringify(item)}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          }),
        );
      }
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
  if (failures.length > 0) {
    const words = failures.slice(0, 10).map(({ message }) => message);
    throw new AggregateError(
      failures,
      `${String(failures.length)} of ${String(items.length)} failed:\n${words.join('\n')}`,
    );
  }
}

/** Whether every point is tried, however long that takes, instead of a sample. */
export const everyPoint = process.env['STEWARD_FAULTS'] === 'full';

/** Writes one line beside the test's report: how many faults there were, and from which seed. */
export const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
