import { join } from 'node:path';
import type { AccountId, MemberId } from '#shared/kit/brand.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import { startEngine } from '../engine.ts';
import type { TestEngine } from '../engine.ts';
import { eventually } from '../eventually.ts';
import { startSteward } from '../faults/steward-process.ts';
import type { StewardProcess } from '../faults/steward-process.ts';
import { addAccount } from '../faults/truth.ts';
import { startMailServer } from '../mail-server/mail-server.ts';
import type { MailServer } from '../mail-server/mail-server.ts';
import { makeTempDirectory, uniqueName } from '../temp.ts';
import { openOffice } from './office.ts';
import type { Office } from './office.ts';

/** A team with a database and a mailbox, both real; each member's workspace lies in a folder that a process can be started on. */
export type MailOffice = {
  readonly office: Office;
  readonly server: MailServer;
  /** The mailbox's address. */
  readonly user: string;
  readonly account: AccountId;
  /** Where a member's workspace lies. */
  readonly dir: (name: string) => string;
  /** A member's id in the team. */
  readonly member: (name: string) => MemberId;
  /** Opens a member's workspace in this process. */
  readonly open: (name: string) => Promise<TestEngine>;
  /** Runs a member's workspace in a process of its own, as an always-on machine would. */
  readonly run: (name: string) => StewardProcess;
  /** Who reads the mailbox by the team's database: the member's name, or null for nobody. */
  readonly reader: () => Promise<string | null>;
  readonly reads: (name: string, withinMs?: number) => Promise<unknown>;
  /** How often the team has the message with this subject. */
  readonly copiesInTeam: (subject: string) => Promise<number>;
  readonly close: () => Promise<void>;
};

/**
 * Sets up a team whose first member, Ana, connects the mailbox; `keepers` are given its login, the others are not. `port` leads Ana's
 * device to the database another way, and `settings` her account to its server.
 */
export async function openMailOffice(options: {
  readonly keepers: readonly string[];
  readonly others?: readonly string[];
  readonly settings?: (server: MailServer) => Promise<Settings>;
  /** Members whose devices come to the database through another port. */
  readonly through?: (port: number) => Promise<Readonly<Record<string, number>>>;
}): Promise<MailOffice> {
  const server = await startMailServer();
  const office = await openOffice();
  const folder = makeTempDirectory('mail-office');
  const user = `${uniqueName('help')}@shop.test`;
  const dir = (name: string): string => join(folder.path, name);
  // Every device has a key of its own.
  const keyOf = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('hex');
  const at = (name: string) => ({
    workspaceDir: dir(name),
    key: { kind: 'given' as const, hex: keyOf(name) },
  });
  const ports = (await options.through?.(office.postgres.port)) ?? {};
  const ana = await office.found('Ana', at('Ana'));
  const members = new Map<string, MemberId>();
  const idOf = (engine: TestEngine): MemberId => {
    const state = engine.engine.state();
    if (state.kind !== 'ready') throw new Error('the workspace is not open');
    return state.me.id;
  };
  members.set('Ana', idOf(ana.engine()));
  const hired = [];
  for (const name of [...options.keepers, ...(options.others ?? [])]) {
    const port = ports[name];
    const one = await office.hire(name, { ...at(name), ...(port === undefined ? {} : { port }) });
    members.set(name, idOf(one.engine()));
    hired.push(one);
  }
  const { id: account } = await addAccount(ana.engine(), server, user, await options.settings?.(server));
  const keepers = ['Ana', ...options.keepers].map((name) => members.get(name) ?? ('' as MemberId));
  await eventually(
    async () => (await ana.engine().engine.call('teamAccount.share', { id: account, members: keepers })).ok,
    { message: 'the login is shared', withinMs: 60_000 },
  );
  for (const one of hired) {
    await eventually(
      async () => {
        const { accounts } = await one.ask('teamAccount.list', {});
        return accounts.some(
          ({ id, login }) => id === account && login === options.keepers.includes(one.name),
        );
      },
      { message: `${one.name} knows of the account`, withinMs: 60_000 },
    );
  }
  for (const one of [...hired, ana]) await one.close();

  const reader = async (): Promise<string | null> => {
    const [row] = await office.sql(
      `SELECT m.name FROM team.account_lease l JOIN team.device d ON d.id = l.device JOIN team.member m ON m.id = d.member
       WHERE l.account = '${account}' AND l.until > extract(epoch FROM clock_timestamp()) * 1000`,
    );
    const name = row?.['name'];
    return typeof name === 'string' ? name : null;
  };
  const opened: TestEngine[] = [];
  const processes: StewardProcess[] = [];
  return {
    office,
    server,
    user,
    account,
    dir,
    member: (name) => members.get(name) ?? ('' as MemberId),
    open: async (name) => {
      const engine = await startEngine(at(name));
      opened.push(engine);
      return engine;
    },
    run: (name) => {
      const process = startSteward(['sync', '--watch', '--workspace', dir(name)], { keyHex: keyOf(name) });
      processes.push(process);
      return process;
    },
    reader,
    reads: (name, withinMs = 30_000) =>
      eventually(async () => (await reader()) === name, {
        message: `${name} reads the mailbox`,
        withinMs,
        everyMs: 200,
      }),
    copiesInTeam: async (subject) => {
      const [row] = await office.sql(
        `SELECT count(*)::integer AS n FROM team.document WHERE kind = 'message' AND body ->> 'subject' = '${subject}'`,
      );
      return Number(row?.['n']);
    },
    close: async () => {
      for (const process of processes) {
        process.kill();
        await process.ended;
      }
      await Promise.all(opened.map((engine) => engine.engine.close()));
      await office.close();
      await server.stop();
      folder.remove();
    },
  };
}
