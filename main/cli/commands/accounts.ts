import type { AccountRow, StreamRow } from '#shared/contract/accounts.ts';
import type { Headless } from '#main/engine/host/headless.ts';
import type { Words } from '#shared/messages/format.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { table } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted, healthWords } from '../say.ts';
import { syncOnce } from './sync.ts';

/** All connected accounts. */
export const accountRows = async (engine: Headless): Promise<readonly AccountRow[]> =>
  accepted(await engine.call('account.list', {})).accounts;

/** The account with this address, label or id. Refuses where there is none. */
export const findAccount = async (engine: Headless, wanted: string): Promise<AccountRow> => {
  const text = wanted.trim().toLowerCase();
  const rows = await accountRows(engine);
  const found = rows.find(
    ({ id, address, label }) => id === text || address.toLowerCase() === text || label.toLowerCase() === text,
  );
  if (found === undefined) {
    throw new CliFailure(exitCodes.refused, 'account-gone', 'cli.account.absent', { account: wanted });
  }
  return found;
};

/** How an account stood when somebody last looked; nothing connects for a list. */
const standingWords = (words: Words, { health, streams }: AccountRow, now: number): string => {
  const lastCheckedAt = Math.max(0, ...streams.map((stream) => stream.lastCheckedAt ?? 0));
  if (health.kind !== 'new' || lastCheckedAt === 0) return healthWords(words, health, now);
  return healthWords(words, { kind: 'listening', lastCheckedAt }, now);
};

/** `account list`. */
export const listAccounts = async ({ engine, terminal }: OpenRun): Promise<void> => {
  const accounts = await accountRows(engine);
  if (terminal.json) {
    await terminal.out(JSON.stringify({ accounts }));
    return;
  }
  const now = Date.now();
  const rows = accounts.map((row) => [
    row.address,
    row.label === row.address ? '' : row.label,
    String(row.streams.reduce((sum, stream) => sum + stream.here, 0)),
    standingWords(terminal.words, row, now),
  ]);
  for (const line of table(rows, [60, 40, null, null])) await terminal.out(line);
  if (rows.length === 0) terminal.note(terminal.words('cli.account.none'));
};

/** `account remove`: forgets the login; conversations stay. */
export const removeAccount = async ({ engine, terminal }: OpenRun, wanted: string): Promise<void> => {
  const { id, address } = await findAccount(engine, wanted);
  accepted(await engine.call('account.remove', { id }));
  if (terminal.json) await terminal.out(JSON.stringify({ removed: id }));
  else await terminal.out(terminal.words('cli.account.removed', { address }));
};

const folderCells = ({ words }: OpenRun['terminal'], stream: StreamRow): readonly string[] => [
  stream.label,
  stream.chosen
    ? words('cli.folder.counts', {
        server: stream.onServer === null ? words('cli.folder.unknown') : String(stream.onServer),
        here: String(stream.here),
      })
    : words('cli.folder.not-chosen'),
];

const sayFolders = async ({ terminal }: OpenRun, account: AccountRow): Promise<void> => {
  if (terminal.json) {
    await terminal.out(JSON.stringify({ account: account.address, folders: account.streams }));
    return;
  }
  for (const line of table(account.streams.map((stream) => folderCells(terminal, stream)))) {
    await terminal.out(line);
  }
};

/** `account folders`: what the server has of each folder, as it said last, and what is here. */
export const listFolders = async (run: OpenRun, wanted: string): Promise<void> => {
  await sayFolders(run, await findAccount(run.engine, wanted));
};

/** `account repair`: compares every chosen folder with the server, mends what differs, and says the counts. */
export const repairAccount = async (run: OpenRun, wanted: string): Promise<void> => {
  const { id } = await findAccount(run.engine, wanted);
  accepted(await run.engine.call('account.repair', { id }));
  await syncOnce(run, { only: id, quiet: true });
  await sayFolders(run, await findAccount(run.engine, wanted));
};
