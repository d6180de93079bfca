import type { OutboxId } from '#shared/kit/brand.ts';
import { bytesToSend } from '../../outbox/item-state.ts';
import { retryAt, windowLeft } from '../../outbox/plan.ts';
import type { NextStep, SendFailure } from '../../outbox/plan.ts';
import { release } from '../../outbox/release.ts';
import type { ConnectedAccount } from '../../store/read/account.ts';
import { colleagueAccounts } from '../../store/read/colleague-account.ts';
import { outboxItem, outboxUnderWay } from '../../store/read/outbox.ts';
import type { OutboxItem } from '../../store/read/outbox.ts';
import type { Workspace } from '../../workspace.ts';
import type { TeamCall } from '../credentials/login-share.ts';
import { readPosted, readStandings } from './send-words.ts';
import type { SendStanding } from './send-words.ts';

/** A planned time is the wall's, and no timer notices when that clock is set: looked at this often. */
const lookAtClockMs = 30_000;
/** How often the team is asked how sends stand that it was given, in ms; notices ask sooner. */
const askEveryMs = 10_000;
/** So long a reply waits that has not reached the team itself, before it is looked at again. */
const notPushedMs = 1_000;

/** Runs something on a connection of its own, so that a large message holds up nothing else. */
export type Briefly = <Value>(work: (call: TeamCall) => Promise<Value>) => Promise<Value>;

const decisionOf = (item: OutboxItem): number => item.firstTryAt ?? 0;

const stepFor = (item: OutboxItem, standing: SendStanding): NextStep | null => {
  const { outcome } = standing;
  const failure: SendFailure = outcome?.failure ?? { kind: 'fault', said: null, recipient: null };
  switch (standing.state) {
    case 'sent':
      return { kind: 'sent', externalId: outcome?.externalId ?? null };
    case 'failed':
      return {
        kind: 'failed',
        pending: outcome?.pending ?? item.pending,
        served: outcome?.served ?? false,
        failure,
      };
    case 'unknown':
      return {
        kind: 'unknown',
        failure: outcome?.failure ?? { kind: 'unknown', said: null, recipient: null },
      };
    case 'waiting':
    case 'taken':
    case 'handed-over':
    case 'withdrawn':
      return null;
  }
};

/**
 * Sends what is to leave through accounts whose login is not here: gives it to the team, where a colleague's device takes it, and writes
 * down what became of it. "Handed over" here means that the team may have it: from then on only the team's database says how it stands.
 */
export class RelaySends {
  readonly #workspace: Workspace;
  readonly #standings = new Map<string, SendStanding>();
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** How a send stands with the team, as last heard; null where nothing is known. */
  standing(id: OutboxId): SendStanding | null {
    return this.#standings.get(id) ?? null;
  }

  /** Somebody said that sends have moved: the next round asks. */
  heard(): void {
    this.#askedAt = Number.NEGATIVE_INFINITY;
  }

  /** Does what is due; answers how long until something is again, in ms, or null for nothing in sight. */
  async round(call: TeamCall | null, briefly: Briefly): Promise<number | null> {
    let wait: number | null = null;
    const sooner = (ms: number): void => {
      wait = Math.min(wait ?? ms, ms);
    };
    const given: OutboxItem[] = [];
    for (const account of colleagueAccounts(this.#workspace.db)) {
      const blocked = new Set<number>();
      for (const item of outboxUnderWay(this.#workspace.db, account.id).filter(({ held }) => !held)) {
        if (item.state === 'handed-over') {
          blocked.add(item.conversationNum);
          given.push(item);
        } else if (!blocked.has(item.conversationNum)) {
          const left = this.#timeLeft(item);
          if (left <= 0 || item.plannedAt === null) blocked.add(item.conversationNum);
          if (left > 0) sooner(left);
          else if (item.waitsForTeam) sooner(notPushedMs);
          else {
            const handed = await this.#handOver(account, item);
            if (handed !== null) given.push(handed);
          }
        }
      }
    }
    if (given.length > 0) {
      sooner(askEveryMs);
      if (call !== null) await this.#settle(given, call, briefly);
    }
    this.#forget(given);
    return wait;
  }

  #timeLeft(item: OutboxItem): number {
    const now = this.#workspace.clock.now();
    if (item.state === 'retrying') return Math.max(item.nextTryAt - now, 0);
    if (item.state !== 'queued') return 0;
    return item.plannedAt === null
      ? windowLeft(item, now)
      : Math.min(Math.max(item.plannedAt - now, 0), lookAtClockMs);
  }

  /** From here on it cannot be taken back without asking the team: written down before the team is told. */
  async #handOver(account: ConnectedAccount, item: OutboxItem): Promise<OutboxItem | null> {
    const { writer, marks, db } = this.#workspace;
    const isPlanned = item.plannedAt !== null && item.state === 'queued';
    if (isPlanned && (await release(this.#workspace, account, item)) === null) return null;
    if (item.state !== 'sending' && (await writer.run('outbox.begin', { id: item.id })) === null) return null;
    await writer.run('outbox.handOver', { id: item.id });
    marks.handingOver(item.id, outboxItem(db, item.id)?.attempts ?? item.attempts);
    this.heard();
    return outboxItem(db, item.id);
  }

  async #settle(given: readonly OutboxItem[], call: TeamCall, briefly: Briefly): Promise<void> {
    const { clock, writer } = this.#workspace;
    const now = clock.monotonic();
    if (now - this.#askedAt < askEveryMs) return;
    this.#askedAt = now;
    const told = readStandings(await call('sends_of_mine', [JSON.stringify(given.map(({ id }) => id))]));
    for (const item of given) {
      const standing = told.find(({ id }) => id === item.id);
      const isOver = standing !== undefined && ['failed', 'unknown', 'withdrawn'].includes(standing.state);
      if (standing === undefined || (isOver && standing.decision < decisionOf(item))) {
        // What the team has forgotten, or never heard of, may have gone out after the time of an older database.
        const failure = { kind: 'stepped-back', said: null, recipient: null } as const;
        if (item.doubtful)
          await writer.run('outbox.step', { id: item.id, step: { kind: 'unknown', failure } });
        else await this.#post(item, briefly);
        continue;
      }
      this.#note(item, standing);
      if (standing.state === 'withdrawn') await writer.run('outbox.withdrawn', { id: item.id });
      const step = stepFor(item, standing);
      if (step !== null) await writer.run('outbox.step', { id: item.id, step });
      // The copy for sent mail is that device's to file.
      if (step?.kind === 'sent') await writer.run('outbox.filed', { id: item.id });
    }
  }

  async #post(item: OutboxItem, briefly: Briefly): Promise<void> {
    const { writer, clock, chance, log } = this.#workspace;
    const { id, account, conversation, message, externalId, recipients, envelopeFrom } = item;
    const send = {
      ...{ id, account, conversation, message, pending: item.pending, decision: decisionOf(item) },
      wire: { externalId, recipients, envelopeFrom },
    };
    const written = await bytesToSend(this.#workspace, item);
    if (written === null) return;
    const bytes = Buffer.from(written);
    const posted = readPosted(await briefly((call) => call('post_send', [JSON.stringify(send), bytes])));
    log.line('given to the team', { account, state: posted });
    this.heard();
    if (posted !== 'unheard-of') return;
    // Nobody has it, for certain: the team does not know of this reply, and it stays here until it does.
    const at = Math.min(retryAt(clock.now(), 1, chance(), null), clock.now() + 10_000);
    const failure: SendFailure = { kind: 'offline', said: null, recipient: null };
    const step: NextStep = { kind: 'retry', at, pending: item.pending, served: false, failure };
    await writer.run('outbox.step', { id, step });
  }

  #note(item: OutboxItem, standing: SendStanding): void {
    const before = this.#standings.get(item.id);
    if (before?.state === standing.state && before.device === standing.device) return;
    this.#standings.set(item.id, standing);
    this.#workspace.changed({ topic: 'outbox' }, { topic: 'conversation', id: item.conversation });
  }

  #forget(given: readonly OutboxItem[]): void {
    const ids = new Set<string>(given.map(({ id }) => id));
    for (const id of this.#standings.keys()) if (!ids.has(id)) this.#standings.delete(id);
  }
}
