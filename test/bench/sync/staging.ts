import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import { startEngine } from '../../support/engine.ts';
import type { TestEngine } from '../../support/engine.ts';
import { LOOPBACK } from '../../support/ports.ts';
import { wish } from './desk-words.ts';
import type { Line, Wish, Word } from './desk-words.ts';

// The engine with its real threads, as headless as on a server: what it takes is this process's own. The mail server is another.

const never = new AbortController().signal;
const now = (): number => performance.timeOrigin + performance.now();
const mebibyte = 1_048_576;

let running: TestEngine | null = null;
let account: AccountId | null = null;

const engineHere = (): TestEngine => {
  if (running === null) throw new Error('no workspace is open');
  return running;
};

const loopHere = () => {
  const loop = account === null ? undefined : engineHere().engine.loops()?.loop(account);
  if (loop === undefined) throw new Error('no account is connected');
  return loop;
};

const settingsOf = ({ port, smtpPort }: Line): Settings => ({
  imapHost: LOOPBACK,
  imapPort: port,
  imapSecurity: 'plain',
  smtpHost: LOOPBACK,
  smtpPort,
  smtpSecurity: 'plain',
});

const add = async (line: Line): Promise<AccountId> => {
  const { id } = await engineHere().ask('account.add', {
    kind: 'email',
    address: line.user,
    senderName: 'The shop',
    settings: settingsOf(line),
    credential: { kind: 'password', password: line.password },
  });
  return id;
};

/** Answers when everything is here that the server has; what prevents it is thrown. */
const caughtUp = async (): Promise<void> => {
  const failure = await loopHere().caughtUp(never);
  if (failure !== null) throw new Error(JSON.stringify(failure));
};

const notYetSearchable = async (): Promise<number> =>
  (await engineHere().ask('search.run', { text: 'qqqqqq', after: null, limit: 1 })).notYetIndexed;

/** How often is looked: seldom enough to cost nothing beside an import. */
const lookEveryMs = 20;

const rowsHere = async (limit: number): Promise<number> => {
  const { rows } = await engineHere().ask('conversation.list', {
    query: { view: 'all', account: null },
    after: null,
    limit,
  });
  return rows.length;
};

const firstRows = async (count: number): Promise<void> => {
  while ((await rowsHere(count)) < count) await delay(lookEveryMs);
};

const messagesHere = async (): Promise<number> => {
  const { accounts } = await engineHere().ask('account.list', {});
  return accounts.flatMap(({ streams }) => streams).reduce((sum, { here }) => sum + here, 0);
};

const doImport = async (line: Line): Promise<Word> => {
  const stalls = monitorEventLoopDelay({ resolution: 2 });
  const used = process.cpuUsage();
  const began = performance.now();
  account = await add(line);
  const accepted = performance.now();
  stalls.enable();
  const since = (): number => (performance.now() - accepted) / 1_000;
  const here = caughtUp().then(since);
  await Promise.race([firstRows(50), here]);
  const first50 = since();
  const hereAt = await here;
  while ((await notYetSearchable()) > 0) await delay(lookEveryMs);
  const total = (performance.now() - began) / 1_000;
  stalls.disable();
  const { user, system } = process.cpuUsage(used);
  return {
    kind: 'imported',
    first50,
    here: hereAt,
    total,
    messages: await messagesHere(),
    cpuSeconds: (user + system) / 1_000_000,
    rssMiB: process.resourceUsage().maxRSS / 1_024,
    stallMs: stalls.max / 1_000_000,
  };
};

const took = async (work: () => Promise<unknown>): Promise<Word> => {
  const began = performance.now();
  await work();
  return { kind: 'took', ms: performance.now() - began };
};

const resume = async (): Promise<void> => {
  if (account === null) throw new Error('no account is connected');
  await engineHere().ask('account.pause', { id: account, paused: false });
  await caughtUp();
};

const pause = async (): Promise<void> => {
  if (account === null) throw new Error('no account is connected');
  await engineHere().ask('account.pause', { id: account, paused: true });
  while (loopHere().health.kind !== 'paused') await delay(lookEveryMs);
};

const move = async (line: Line): Promise<void> => {
  if (account === null) throw new Error('no account is connected');
  await engineHere().ask('account.reconnect', {
    id: account,
    settings: settingsOf(line),
    credential: { kind: 'password', password: line.password },
  });
  await caughtUp();
};

const connect = async (lines: readonly Line[]): Promise<void> => {
  for (const line of lines) account = await add(line);
  const listening = async (): Promise<boolean> =>
    (await engineHere().ask('account.list', {})).accounts.every(({ health }) => health.kind === 'listening');
  while (!(await listening())) await delay(lookEveryMs);
};

/** Says when a change was told after which a search finds the word. */
const awaitWord = (text: string): void => {
  const { engine, ask } = engineHere();
  const stop = engine.onEvent((event) => {
    if (event.event !== 'changed' || !event.topics.some(({ topic }) => topic === 'lists')) return;
    const at = now();
    void ask('search.run', { text, after: null, limit: 1 }).then(({ hits }) => {
      if (hits.length === 0) return;
      stop();
      say({ kind: 'found', at });
    });
  });
};

const idle = async (seconds: number): Promise<Word> => {
  const [used, began] = [process.cpuUsage(), performance.now()];
  await delay(seconds * 1_000);
  const { user, system } = process.cpuUsage(used);
  return {
    kind: 'used',
    percent: (user + system) / 10 / (performance.now() - began),
    rssMiB: process.memoryUsage.rss() / mebibyte,
  };
};

const open = async (workspaceDir: string): Promise<void> => {
  const thread = (name: string): string => join(import.meta.dirname, `${name}.cjs`);
  const threads = {
    writer: thread('writer'),
    vault: thread('vault'),
    parser: thread('parser'),
    keeper: thread('keeper'),
  };
  running = await startEngine({ workspaceDir, threads });
};

const done = async (work: Promise<void>): Promise<Word> => {
  await work;
  return { kind: 'done' };
};

const answer = async (asked: Wish): Promise<Word> => {
  switch (asked.kind) {
    case 'open':
      return done(open(asked.directory));
    case 'import':
      return doImport(asked.line);
    case 'connect':
      return done(connect(asked.lines));
    case 'move':
      return done(move(asked.line));
    case 'pause':
      return done(pause());
    case 'resume':
      return took(resume);
    case 'look':
      return took(async () => {
        const looked = caughtUp();
        loopHere().check();
        await looked;
      });
    case 'await':
      awaitWord(asked.word);
      return { kind: 'awaiting' };
    case 'idle':
      return idle(asked.seconds);
    case 'close':
      return done(engineHere().close());
  }
};

const say = (said: Word): void => {
  process.send?.(said);
};

process.on('message', (message) => {
  answer(v.parse(wish, message)).then(say, (error: unknown) => say({ kind: 'failed', why: String(error) }));
});
// Whoever asked is gone, or wants no more.
process.once('disconnect', () => process.exit(0));
say({ kind: 'ready' });
