import { setTimeout as delay } from 'node:timers/promises';
import type { AccountFailure, AccountRow } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { printable } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted, connectFailure, healthWords } from '../say.ts';

/** How often the state is looked at; events wake it sooner than a person would notice. */
const lookEveryMs = 150;
/** Servers that file sent mail themselves show it within half a minute; what is not there then is filed next time. */
export const fileWithinMs = 40_000;
/** A progress line of the same account at most this often. */
const progressEveryMs = 1_000;

/** Says how each account stands when that has changed, and not too often. */
class Progress {
  readonly #run: OpenRun;
  readonly #last = new Map<AccountId, { readonly words: string; readonly at: number }>();

  constructor(run: OpenRun) {
    this.#run = run;
  }

  say(accounts: readonly AccountRow[]): void {
    const now = Date.now();
    for (const { id, address, health } of accounts) {
      const words = healthWords(this.#run.terminal.words, health, now);
      const last = this.#last.get(id);
      if (last?.words === words || (last !== undefined && now - last.at < progressEveryMs)) continue;
      this.#last.set(id, { words, at: now });
      this.#run.terminal.note(printable(`${address}: ${words}`));
    }
  }
}

/** All accounts, or those among them that were meant. */
const accountsNow = async (
  run: OpenRun,
  among: readonly AccountRow[] | null,
): Promise<readonly AccountRow[]> =>
  accepted(await run.engine.call('account.list', {})).accounts.filter(
    ({ id }) => among === null || among.some((one) => one.id === id),
  );

/** Waits until nothing is on its way out that could leave now; answers how many wait for another try or a person. */
const outboxSettled = async (run: OpenRun): Promise<number> => {
  for (;;) {
    const { rows } = accepted(await run.engine.call('outbox.list', {}));
    const leaving = rows.filter(({ state }) => ['queued', 'sending', 'handed-over'].includes(state));
    if (leaving.length === 0 || run.signal.aborted)
      return rows.filter(({ state }) => state !== 'sent').length;
    await delay(lookEveryMs);
  }
};

/** What prevents an account from being in step; null when it is. */
type Outcome = { readonly account: AccountRow; readonly failure: AccountFailure | null };

/** Waits for every account at once and says meanwhile how they stand. */
const allInStep = async (
  run: OpenRun,
  accounts: readonly AccountRow[],
  again: boolean,
): Promise<readonly Outcome[]> => {
  const progress = new Progress(run);
  const ended = new AbortController();
  const telling = (async (): Promise<void> => {
    while (!ended.signal.aborted) {
      progress.say(await accountsNow(run, accounts));
      await delay(progressEveryMs / 2, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  try {
    return await Promise.all(
      accounts.map(async (account) => ({
        account,
        failure: await run.engine.inStep(account.id, again, run.signal),
      })),
    );
  } finally {
    ended.abort();
    await telling;
  }
};

/** Brings everything in step with the servers once. Fails with the first account that cannot be, after all have had their turn. */
export const syncOnce = async (
  run: OpenRun,
  options: { readonly only: AccountId | null; readonly quiet: boolean },
): Promise<void> => {
  const { engine, terminal, signal } = run;
  const accounts = (await accountsNow(run, null)).filter(
    ({ id }) => options.only === null || id === options.only,
  );
  const outcomes = await allInStep(run, accounts, options.only !== null);
  const indexed = await engine.catchUpIndex(signal);
  const waiting = signal.aborted ? 0 : await outboxSettled(run);
  if (outcomes.every(({ failure }) => failure === null)) await engine.filed(fileWithinMs, signal);
  if (signal.aborted) throw new CliFailure(exitCodes.failed, 'stopped', 'cli.stopped');
  for (const { account, failure } of outcomes) {
    if (failure !== null) throw connectFailure(terminal.words, failure, account.address);
  }
  if (!options.quiet) await sayInStep(run, await accountsNow(run, accounts), indexed, waiting);
};

const sayInStep = async (
  { terminal }: OpenRun,
  accounts: readonly AccountRow[],
  indexed: number,
  waiting: number,
): Promise<void> => {
  const facts = accounts.map(({ id, address, streams }) => ({
    id,
    address,
    folders: streams
      .filter(({ chosen }) => chosen)
      .map(({ name, onServer, here }) => ({ name, onServer, here })),
    here: streams.reduce((sum, { here }) => sum + here, 0),
  }));
  if (terminal.json) {
    await terminal.out(JSON.stringify({ accounts: facts, indexed, outbox: waiting }));
    return;
  }
  for (const { address, here } of facts) {
    await terminal.out(printable(terminal.words('cli.sync.account', { address, count: here })));
  }
  if (facts.length === 0) terminal.note(terminal.words('cli.account.none'));
  if (waiting > 0) await terminal.out(terminal.words('cli.sync.outbox', { count: waiting }));
};

/** Stays in step until the person ends it; what arrives is told in a line each. */
export const syncWatch = async (run: OpenRun): Promise<void> => {
  const { engine, terminal, signal } = run;
  const progress = new Progress(run);
  engine.onEvent((event) => {
    if (event.event !== 'arrived' && event.event !== 'fell-due') return;
    const { event: kind } = event;
    for (const conversation of event.conversations) {
      void terminal.out(
        terminal.json
          ? JSON.stringify({ event: kind, conversation })
          : terminal.words(`cli.sync.${kind}`, { conversation }),
      );
    }
  });
  let told = '';
  while (!signal.aborted && !terminal.readerGone()) {
    const accounts = await accountsNow(run, null);
    if (terminal.json) {
      const states = JSON.stringify({ event: 'accounts', accounts: accounts.map(healthOf) });
      if (states !== told) await terminal.out(states);
      told = states;
    } else progress.say(accounts);
    await delay(1_000, undefined, { signal }).catch(() => undefined);
  }
};

const healthOf = ({ address, health }: AccountRow) => ({
  address,
  // The time of the last look changes all the time and says nothing new.
  health: health.kind === 'listening' ? { kind: health.kind } : health,
});
