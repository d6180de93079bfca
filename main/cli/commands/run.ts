import { setTimeout as delay } from 'node:timers/promises';
import type { AccountHealth } from '#shared/contract/accounts.ts';
import type { TeamStatus } from '#shared/contract/team.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { oneLine } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { accepted, healthWords } from '../say.ts';
import { syncOnce } from './sync.ts';
import { teamAccepted } from './team-database.ts';
import { lineWords } from './team-members.ts';

/** How often the states are looked at, in ms. */
const lookEveryMs = 1_000;
/** One round ends when nothing has come or gone for so long, in ms. */
const teamWithinMs = 60_000;

/** One line for each change of a state, with its time; nothing of what customers write is in it. */
class StateLog {
  readonly #run: OpenRun;
  readonly #last = new Map<string, string>();

  constructor(run: OpenRun) {
    this.#run = run;
  }

  /** Says how something stands if that is another kind of state than before. */
  async state(what: string, kind: string, words: string): Promise<void> {
    if (this.#last.get(what) === kind) return;
    this.#last.set(what, kind);
    await this.line(what, kind, words);
  }

  async line(what: string, kind: string, words: string): Promise<void> {
    const { terminal } = this.#run;
    const at = new Date().toISOString();
    await terminal.out(
      terminal.json ? JSON.stringify({ at, what, state: kind, words }) : oneLine(`${at} ${what}: ${words}`),
    );
  }
}

/** What tells one state of an account from another: progress and times are none. */
const healthKind = (health: AccountHealth): string =>
  health.kind === 'failed' ? `failed:${health.failure.kind}` : health.kind;

const teamKind = (status: TeamStatus): string => {
  if (status.kind === 'alone') return 'alone';
  const { connection } = status;
  if (connection.kind === 'away') return `away:${connection.reason}`;
  return connection.kind === 'connected' && connection.behind > 0 ? 'catching-up' : connection.kind;
};

const sayStates = async (run: OpenRun, log: StateLog): Promise<void> => {
  const { engine, terminal } = run;
  const { words } = terminal;
  const { accounts } = accepted(await engine.call('account.list', {}));
  for (const { address, label, archive, health } of accounts) {
    if (archive) continue;
    await log.state(
      address === '' ? label : address,
      healthKind(health),
      healthWords(words, health, Date.now()),
    );
  }
  const status = accepted(await engine.call('team.status', {}));
  if (status.kind === 'member') {
    await log.state('team', teamKind(status), lineWords(words, status.connection));
    if (status.refusals > 0)
      await log.state(
        'refusals',
        String(status.refusals),
        words('cli.team.refusals', { count: status.refusals }),
      );
  }
  const { rows } = accepted(await engine.call('outbox.list', {}));
  const stuck = rows.filter(({ state }) => state === 'failed' || state === 'unknown').length;
  if (stuck > 0) await log.state('outbox', String(stuck), words('cli.run.stuck', { count: stuck }));
  else await log.state('outbox', '0', words('cli.run.outbox-clear'));
};

/** `run`: collects, sends and reminds until it is told to end. */
export const runMember = async (run: OpenRun): Promise<void> => {
  const { engine, terminal, signal } = run;
  const log = new StateLog(run);
  await log.line('steward', 'started', terminal.words('cli.run.started'));
  engine.onEvent((event) => {
    if (event.event !== 'fell-due') return;
    void log.line('reminders', 'due', terminal.words('cli.run.due', { count: event.conversations.length }));
  });
  while (!signal.aborted) {
    await sayStates(run, log);
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  await log.line('steward', 'ending', terminal.words('cli.run.ending'));
};

/** Waits until the team has what was done here and everything of the team is here; fails with why it cannot be. */
const teamInStep = async ({ engine, terminal, signal }: OpenRun): Promise<void> => {
  const { words } = terminal;
  let until = Date.now() + teamWithinMs;
  let before = '';
  for (;;) {
    const status = teamAccepted(words, await engine.call('team.status', {}));
    if (status.kind === 'alone') return;
    const { connection, pending, past } = status;
    const isThere = connection.kind === 'connected' && connection.behind === 0;
    if (isThere && pending === 0 && past === 'whole') return;
    const now = JSON.stringify(status);
    if (now !== before) until = Date.now() + teamWithinMs;
    before = now;
    const isOver = connection.kind === 'cut' || connection.kind === 'too-old' || connection.kind === 'away';
    if (isOver || Date.now() > until) {
      throw new CliFailure(exitCodes.server, `team-${connection.kind}`, 'cli.team.failed', {
        words: lineWords(words, connection),
      });
    }
    if (signal.aborted) throw new CliFailure(exitCodes.failed, 'stopped', 'cli.stopped');
    await delay(lookEveryMs / 10, undefined, { signal }).catch(() => undefined);
  }
};

/** `run --once`: one round of the same, then ends. */
export const runOnce = async (run: OpenRun): Promise<void> => {
  await syncOnce(run, { only: null, quiet: true });
  await teamInStep(run);
  const log = new StateLog(run);
  await sayStates(run, log);
};
