import type { EngineOptions } from '#main/engine/engine-options.ts';
import type { IngestBatch } from '#main/engine/actions/ingest/intake.ts';
import { readDocument } from '#main/engine/store/team/documents.ts';
import type { DocumentKind, JsonObject } from '#main/engine/team/wire.ts';
import type { Workspace } from '#main/engine/workspace.ts';
import type { Role } from '#shared/domain/member.ts';
import type { AccountId, ConversationId } from '#shared/kit/brand.ts';
import type { TestEngine } from '../engine.ts';
import { startEngine } from '../engine.ts';
import { eventually } from '../eventually.ts';
import { LOOPBACK } from '../ports.ts';
import { startPostgres } from '../postgres/postgres.ts';
import type { TestPostgres } from '../postgres/postgres.ts';
import { asSuperuser, makeDatabase } from '../postgres/team.ts';
import { item } from '../store/letters.ts';
import type { Letter } from '../store/letters.ts';
import { makeTempDirectory } from '../temp.ts';
import { through } from './through.ts';

/** The mailbox that everybody in a test's team answers for. */
const mailbox = 'support@shop.example';

/** One person of a team with a real engine of their own. */
export type Colleague = {
  readonly name: string;
  readonly ask: TestEngine['ask'];
  readonly engine: () => TestEngine;
  readonly workspace: () => Workspace;
  /** Their device takes mails in, as its account's loop would. */
  readonly takeIn: (letters: readonly Letter[], options?: Partial<IngestBatch>) => Promise<void>;
  /** The conversation with a message whose dedupe name is this one; undefined until it is here. */
  readonly conversationWith: (letter: string) => ConversationId | undefined;
  /** Ends the engine and starts it again on the same folder. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A team with a database of its own on a real PostgreSQL. */
export type Office = {
  readonly postgres: TestPostgres;
  /** Sets the team up; called once. `others`: ports of further servers in the address, which everybody hired is given too. */
  readonly found: (
    name: string,
    options?: Partial<EngineOptions> & { readonly others?: readonly number[] },
  ) => Promise<Colleague>;
  /** Invites somebody, who joins; `port` leads their device to the database another way. */
  readonly hire: (
    name: string,
    options?: Partial<EngineOptions> & { readonly role?: Role; readonly port?: number },
  ) => Promise<Colleague>;
  /** Runs SQL in the team's database with all rights; `team.` stands for the team's schema. */
  readonly sql: (text: string) => Promise<readonly Record<string, unknown>[]>;
  readonly database: string;
  readonly schema: () => string;
  readonly close: () => Promise<void>;
};

const accountIn = ({ db }: Workspace): AccountId | undefined =>
  db.get<{ id: AccountId }>('SELECT id FROM account WHERE address = ? AND removed_at IS NULL', [mailbox])?.id;

/** The account's device is this one: it is connected here and nothing fetches by itself. */
const addMailbox = async ({ writer }: Workspace): Promise<AccountId> => {
  const account = {
    ...{ kind: 'email', label: 'Support', address: mailbox, senderName: 'Support' },
    ...{ settings: {}, secrets: { kind: 'password', user: mailbox, password: '' } as const },
  };
  const streams = [{ name: 'INBOX', label: 'INBOX', role: 'inbox' as const, chosen: true }];
  const added = await writer.run('account.add', { account, streams });
  const id = added.ok ? added.value.id : added.failure.id;
  await writer.run('account.pause', { id, paused: true });
  return id;
};

const asColleague = (name: string, started: TestEngine): Colleague => {
  let current = started;
  let isClosed = false;
  const workspace = (): Workspace => {
    const open = current.engine.workspace();
    if (open === null) throw new Error(`${name}'s workspace is not open`);
    return open;
  };
  return {
    name,
    ask: (call, input) => current.ask(call, input),
    engine: () => current,
    workspace,
    takeIn: async (letters, options = {}) => {
      const account = accountIn(workspace()) ?? (await addMailbox(workspace()));
      for (let from = 0; from < letters.length; from += 64) {
        await workspace().writer.run('ingest.batch', {
          ...{ account, channel: 'email', stream: 'INBOX', role: 'inbox', own: [mailbox] },
          ...{
            continues: false,
            followed: false,
            changes: [],
            next: { at: from + 1 },
            more: false,
            onServer: null,
            remaining: null,
            gap: null,
          },
          items: letters.slice(from, from + 64).map(item),
          ...options,
        });
      }
    },
    conversationWith: (letter) =>
      workspace().db.get<{ id: ConversationId }>(
        `SELECT c.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE m.external_id = ?`,
        [`${letter}@mail.example`],
      )?.id,
    restart: async () => {
      current = await current.restart();
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await current.close();
    },
  };
};

/** Somebody sits down at a workspace of their own, in no team yet. */
export const sitDown = async (name: string, options: Partial<EngineOptions> = {}): Promise<Colleague> => {
  const folder = makeTempDirectory(`team-${name.toLowerCase()}`);
  return asColleague(name, await startEngine({ workspaceDir: folder.path, ...options }));
};

/** Starts a PostgreSQL with an empty database for a team. */
export async function openOffice(settings: readonly string[] = []): Promise<Office> {
  const postgres = await startPostgres({ settings });
  await eventually(() => asSuperuser(postgres, 'SELECT 1'), {
    message: 'the database lets somebody in',
    withinMs: 60_000,
  });
  const { database, ownerUrl } = await makeDatabase(postgres);
  const people: Colleague[] = [];
  let schema = '';
  const seat = async (name: string, options: Partial<EngineOptions>): Promise<Colleague> => {
    const colleague = await sitDown(name, options);
    people.push(colleague);
    return colleague;
  };
  const sql = (text: string) => asSuperuser(postgres, text.replaceAll('team.', `${schema}.`), database);
  return {
    postgres,
    database,
    schema: () => schema,
    found: async (name, { others = [], ...options } = {}) => {
      const founder = await seat(name, options);
      const servers = [postgres.port, ...others].map((port) => `${LOOPBACK}:${String(port)}`);
      const address = ownerUrl.replace(/@[^/]*/u, `@${servers.join(',')}`);
      const made = await founder.ask('team.init', {
        ...{ address, certificate: null, name: 'Acme', me: name, share: true },
      });
      schema = made.schema;
      return founder;
    },
    hire: async (name, { role = 'agent', port, ...options } = {}) => {
      const [founder] = people;
      if (founder === undefined) throw new Error('nobody is there who could invite');
      const { link } = await founder.ask('team.invite', { role, hours: 1 });
      const newcomer = await seat(name, options);
      await newcomer.ask('team.join', {
        invitation: { kind: 'text', text: port === undefined ? link : through(link, port) },
        ...{ name, share: true },
      });
      return newcomer;
    },
    sql,
    close: async () => {
      await Promise.all(people.map((one) => one.close()));
      await postgres.stop();
    },
  };
}

type Row = { readonly kind: DocumentKind; readonly id: string; readonly body: JsonObject | null };

/** JSON with its keys in one order, without what every device works out for itself. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, plain(inner)]),
  );
};

/** What of the team's documents a colleague's rows say otherwise; nothing where all is the same. */
export async function differencesAt(
  office: Office,
  { workspace, name }: Colleague,
): Promise<readonly unknown[]> {
  const rows = (await office.sql(
    "SELECT kind, id, body FROM team.document WHERE kind IN ('conversation', 'message', 'customer', 'snippet') ORDER BY seq",
  )) as readonly unknown[] as readonly Row[];
  const { db } = workspace();
  return rows.flatMap(({ kind, id, body }) => {
    const here = readDocument(db, { kind, id }).body;
    const [there, ours] = [body, here].map((one) => JSON.stringify(plain(one)));
    return there === ours ? [] : [{ on: name, kind, id, there, ours }];
  });
}
