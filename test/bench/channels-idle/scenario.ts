import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { channels } from '#main/channels/registry.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { startEngine } from '../../support/engine.ts';
import type { TestEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { tell } from '../kit/rows.ts';
import { Stage } from './stage.ts';

// Two hundred accounts at which nothing happens, and then one message on each channel. Processor time is this process's own, all its
// threads together; the servers are other processes. Every channel works as in the product, with its own times.

type Cast = {
  readonly kind: string;
  readonly accounts: number;
  /** The longest time from the server having a message to its row, in s: the next look, and two seconds as for channels that are told. */
  readonly within: number;
};

const push = 2;
const hasBluesky = (process.env['STEWARD_BLUESKY'] ?? '') !== '' && channels.has('bluesky');

/** Two hundred accounts in all; the website chat and XMPP hold a line and are asked nothing, so one of each is enough for their push. */
const casts: readonly Cast[] = [
  { kind: 'mastodon', accounts: hasBluesky ? 45 : 60, within: 40 + push },
  { kind: 'sms', accounts: 40, within: 30 + push },
  { kind: 'whatsapp', accounts: 30, within: 30 + push },
  { kind: 'telegram', accounts: 35, within: push },
  { kind: 'matrix', accounts: 35, within: push },
  ...(hasBluesky ? [{ kind: 'bluesky', accounts: 15, within: 30 + push }] : []),
  { kind: 'xmpp', accounts: 1, within: push },
  { kind: 'livechat', accounts: 1, within: push },
];

const number = (name: string, usual: number): number => {
  const given = process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1];
  return given === undefined ? usual : Number(given);
};

/** How many messages of each channel are timed, if any: whoever asks at intervals is met at different points of them. */
const timed = number('timed', 3);

type Staged = { readonly cast: Cast; readonly stage: Stage; readonly ids: readonly AccountId[] };

const connectAll = async (engine: TestEngine, cast: Cast): Promise<Staged> => {
  const stage = await Stage.start(join(import.meta.dirname, 'staging.mjs'), cast.kind);
  const ids: AccountId[] = [];
  const count = Math.max(1, Math.round(cast.accounts * number('share', 1)));
  while (ids.length < count) {
    const { address, settings, password } = await stage.account();
    const added = await engine.ask('account.add', {
      kind: cast.kind,
      address,
      senderName: 'The shop',
      settings,
      credential: { kind: 'password', password },
    });
    ids.push(added.id);
  }
  return { cast, stage, ids };
};

/** A page that looks at its accounts whenever it hears that something about them has changed, one look at a time. */
class LookingPage {
  readonly #engine: TestEngine;
  readonly #stop: () => void;
  told = 0;
  #wanted = 0;
  #looking = false;

  constructor(engine: TestEngine) {
    this.#engine = engine;
    this.#stop = engine.engine.onEvent((event) => {
      if (event.event !== 'changed' || !event.topics.some(({ topic }) => topic === 'accounts')) return;
      this.told += 1;
      this.#wanted += 1;
      if (!this.#looking) void this.#look();
    });
  }

  stop(): void {
    this.#stop();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    for (let seen = -1; seen !== this.#wanted;) {
      seen = this.#wanted;
      await this.#engine.ask('account.list', {});
    }
    this.#looking = false;
  }
}

const rowsOf = (engine: TestEngine, account: AccountId) =>
  engine.ask('conversation.list', { query: { view: 'all', account }, after: null, limit: 10 });

/** How long one message takes from its server to its row, in s. */
const timeOne = async (
  engine: TestEngine,
  { stage, ids, cast }: Staged,
  account: number,
): Promise<number> => {
  const id = ids[account % ids.length];
  if (id === undefined) throw new Error('no account');
  const count = async (): Promise<number> =>
    (await rowsOf(engine, id)).rows.reduce((sum, { messages }) => sum + messages, 0);
  const before = await count();
  const at = await stage.write(account % ids.length, `News ${String(account)}`);
  await eventually(async () => (await count()) > before, {
    message: `a message of ${cast.kind}`,
    withinMs: 120_000,
    everyMs: 20,
  });
  return (Date.now() - at) / 1_000;
};

const timeAll = async (engine: TestEngine, staged: Staged): Promise<void> => {
  const { kind, within } = staged.cast;
  if (timed === 0) return;
  let slowest = 0;
  for (let n = 0; n < timed; n += 1) slowest = Math.max(slowest, await timeOne(engine, staged, n));
  tell({
    measure: 'Channels',
    what: `${kind}: from server to row, slowest of ${String(timed)}`,
    size: null,
    unit: 's',
    values: [slowest],
    limit: { goal: within, gate: within },
  });
};

/** What two hundred accounts may take, in % of a core; P17 allows ten of them a tenth of it. */
const allowed = 5;
const allowedForTen = 0.5;

const idle = async (engine: TestEngine, all: readonly Staged[]): Promise<void> => {
  const seconds = number('seconds', 60);
  const page = new LookingPage(engine);
  const requests = (): Promise<readonly number[]> => Promise.all(all.map(({ stage }) => stage.requests()));
  const [before, started, used] = [await requests(), performance.now(), process.cpuUsage()];
  await delay(seconds * 1_000);
  const { user, system } = process.cpuUsage(used);
  const ms = performance.now() - started;
  const after = await requests();
  page.stop();
  const minutes = ms / 60_000;
  const most = Math.max(allowedForTen, allowed * number('share', 1));
  const accounts = all.reduce((sum, { ids }) => sum + ids.length, 0);
  tell({
    measure: 'P17',
    what: `processor time while idle, ${String(accounts)} accounts on ${String(all.length)} channels`,
    size: null,
    unit: '%',
    values: [(user + system) / 10 / ms],
    limit: { goal: most, gate: most },
    memory: { engine: process.memoryUsage.rss() / 1_048_576 },
  });
  const perMinute = (what: string, count: number): void =>
    tell({ measure: 'Channels', what, size: null, unit: '/min', values: [count / minutes] });
  perMinute('idle: the page was told of accounts', page.told);
  for (const [at, { cast, ids }] of all.entries())
    perMinute(
      `idle: requests of ${String(ids.length)} accounts, ${cast.kind}`,
      (after[at] ?? 0) - (before[at] ?? 0),
    );
};

const threads = {
  writer: join(import.meta.dirname, 'writer.cjs'),
  vault: join(import.meta.dirname, 'vault.cjs'),
  parser: join(import.meta.dirname, 'parser.cjs'),
  keeper: join(import.meta.dirname, 'keeper.cjs'),
};
const engine = await startEngine({ threads });
const all: readonly Staged[] = await Promise.all(casts.map((cast) => connectAll(engine, cast)));
try {
  for (const { ids, cast } of all)
    for (const id of ids)
      await eventually(async () => (await rowsOf(engine, id)).rows.length > 0, {
        message: `the first message of ${cast.kind}`,
        withinMs: 120_000,
      });
  // The index, and the second look after each import.
  await delay(number('settle', 30) * 1_000);
  await idle(engine, all);
  await Promise.all(all.map((staged) => timeAll(engine, staged)));
} finally {
  await engine.close();
  await Promise.all(all.map(({ stage }) => stage.stop()));
}
