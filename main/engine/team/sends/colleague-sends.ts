import type { AccountId } from '#shared/kit/brand.ts';
import type { Session } from '#main/channels/kit/channel.ts';
import type { Attempt } from '#main/channels/kit/outgoing.ts';
import { channelOf, closeSession } from '../../ingest/account-session.ts';
import type { SessionContexts } from '../../ingest/account-session.ts';
import { Wake } from '../../ingest/wake.ts';
import { failureOf } from '../../outbox/item-state.ts';
import { afterError, afterLook, afterResult, retryAt } from '../../outbox/plan.ts';
import type { NextStep, SendFailure, SendState } from '../../outbox/plan.ts';
import { connectedAccount, connectedAccounts } from '../../store/read/account.ts';
import type { ConnectedAccount } from '../../store/read/account.ts';
import type { Workspace } from '../../workspace.ts';
import type { TeamCall } from '../credentials/login-share.ts';
import type { Briefly } from './relay-sends.ts';
import { readInHand, readTaken } from './send-words.ts';
import type { InHand, Outcome } from './send-words.ts';

/** What is taken is kept by saying so this often: the database gives it to another device half a minute after it was last said. */
const keepEveryMs = 8_000;
/** How long to wait for the line before an answer that must not be lost is told again, in ms. */
const tellAgainMs = 2_000;
/** The copy for sent mail is tried so often on one run; then at the next start. */
const filingTries = 5;

/** Somebody else has it by now, or the database could not be asked: it must not leave from here. */
class NotOurs extends Error {
  constructor() {
    super('the send is not ours any more');
    this.name = 'NotOurs';
  }
}

type Told = { readonly next: 'waiting' | 'sent' | 'failed' | 'unknown'; readonly outcome: Outcome };

const toldOf = (step: Exclude<NextStep, { kind: 'reconcile' }>, now: number): Told => {
  switch (step.kind) {
    case 'sent':
      return { next: 'sent', outcome: { externalId: step.externalId } };
    case 'retry': {
      const { pending, served, failure } = step;
      return { next: 'waiting', outcome: { pending, served, failure, delayMs: Math.max(0, step.at - now) } };
    }
    case 'failed': {
      const { pending, served, failure } = step;
      return { next: 'failed', outcome: { pending, served, failure } };
    }
    case 'unknown':
      return { next: 'unknown', outcome: { failure: step.failure } };
  }
};

/**
 * Sends for colleagues who do not have the login of an account that is connected here. One device takes a send; before the server could
 * accept, "handed over" is committed in the team's database, and from then on no other device touches it.
 */
export class ColleagueSends {
  readonly #workspace: Workspace;
  readonly #contexts: SessionContexts;
  readonly #line: () => TeamCall | null;
  readonly #briefly: Briefly;
  readonly #ended = new AbortController();
  readonly #working = new Map<string, Promise<void>>();
  /** Which send keeps an account busy: one after the other leaves through it. */
  readonly #busy = new Map<AccountId, string>();
  #lookedAtHand = false;

  constructor(
    workspace: Workspace,
    contexts: SessionContexts,
    line: () => TeamCall | null,
    briefly: Briefly,
  ) {
    this.#workspace = workspace;
    this.#contexts = contexts;
    this.#line = line;
    this.#briefly = briefly;
  }

  /** Takes up what an earlier run left, then what waits. */
  async round(call: TeamCall): Promise<void> {
    if (!this.#lookedAtHand) {
      for (const one of readInHand(await call('sends_in_hand', []))) this.#begin(one);
      this.#lookedAtHand = true;
    }
    for (;;) {
      const free = connectedAccounts(this.#workspace.db)
        .filter(
          ({ id, archive, kind }) => !archive && !this.#busy.has(id) && this.#workspace.channels.has(kind),
        )
        .map(({ id }) => id);
      if (free.length === 0 || this.#ended.signal.aborted) return;
      const taken = readTaken(await call('take_send', [JSON.stringify(free)]));
      if (taken === null) return;
      this.#begin(taken);
    }
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#working.values());
  }

  #isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  #begin(one: InHand): void {
    const account = one.account as AccountId;
    this.#busy.set(account, one.id);
    const work = (async (): Promise<void> => {
      try {
        await this.#do(one);
      } catch (error) {
        if (!this.#ended.signal.aborted) this.#workspace.log.fault('colleague send', error);
      } finally {
        this.#free(account, one);
        this.#working.delete(one.id);
      }
    })();
    this.#working.set(one.id, work);
  }

  #free(account: AccountId, { id }: InHand): void {
    if (this.#busy.get(account) === id) this.#busy.delete(account);
  }

  async #do(one: InHand): Promise<void> {
    const account = connectedAccount(this.#workspace.db, one.account as AccountId);
    if (account === null) {
      // Its login has gone from here, so nobody can look any more.
      const failure: SendFailure = { kind: 'unknown', said: null, recipient: null };
      if (one.state === 'handed-over') await this.#finish(one, { next: 'unknown', outcome: { failure } });
      return;
    }
    const bytes = await this.#untilTold((call) => call('send_bytes', [one.id]));
    if (!(bytes instanceof Uint8Array)) return;
    const attempt: Attempt = {
      ...one.wire,
      bytes,
      clientId: one.id,
      pending: one.pending,
      since: one.firstTryAt,
    };
    if (one.state === 'taken') await this.#send(account, one, attempt);
    else if (one.state === 'handed-over') await this.#look(account, one, attempt);
    else await this.#file(account, one, attempt);
  }

  #stateOf(one: InHand, handedOver: boolean): SendState {
    const { recipients } = one.wire;
    const { pending, attempts, firstTryAt } = one;
    return { recipients, pending, attempts, firstTryAt, handedOver };
  }

  async #with<Value>(account: ConnectedAccount, work: (session: Session) => Promise<Value>): Promise<Value> {
    const session = channelOf(this.#workspace, account).open(this.#contexts.of(account));
    try {
      return await work(session);
    } finally {
      await closeSession(session);
    }
  }

  async #send(account: ConnectedAccount, one: InHand, attempt: Attempt): Promise<void> {
    const { clock, chance, log } = this.#workspace;
    const { signal } = this.#ended;
    let handedOver = false;
    let step: NextStep;
    const keeping = setInterval(() => {
      const call = this.#line();
      call?.('keep_send', [one.id, one.attempts]).catch(() => undefined);
    }, keepEveryMs);
    try {
      const handingOver = async (): Promise<void> => {
        const call = this.#line();
        if (call === null || (await call('hand_over_send', [one.id, one.attempts])) !== true)
          throw new NotOurs();
        handedOver = true;
      };
      const result = await this.#with(account, (session) => session.send(attempt, { handingOver }, signal));
      step = afterResult(this.#stateOf(one, handedOver), result, clock.now(), chance());
    } catch (error) {
      // Quitting: what the database knows says enough for the next start.
      if (signal.aborted) throw error;
      const why =
        failureOf(error) ??
        (error instanceof NotOurs
          ? ({ kind: 'offline', said: null, recipient: null } as const)
          : ({ kind: 'fault', said: log.fault('colleague send', error), recipient: null } as const));
      step = afterError(this.#stateOf(one, handedOver), why, clock.now(), chance());
    } finally {
      clearInterval(keeping);
    }
    log.line('send for a colleague', { account: account.id, outcome: step.kind, attempts: one.attempts });
    if (step.kind === 'reconcile') await this.#look(account, one, attempt);
    else await this.#settle(account, { one, attempt, step });
  }

  async #look(account: ConnectedAccount, one: InHand, attempt: Attempt): Promise<void> {
    const { clock, chance, log } = this.#workspace;
    const { signal } = this.#ended;
    const sendClass = channelOf(this.#workspace, account).profile.capabilities.send;
    for (let looks = 1, failures = 0; !signal.aborted;) {
      let step: NextStep;
      try {
        const found = await this.#with(account, (session) => session.reconcile(attempt, signal));
        step = afterLook(this.#stateOf(one, true), found, { looks, sendClass }, clock.now());
        looks += 1;
      } catch (error) {
        if (this.#isEnding()) return;
        if (failureOf(error) === null) log.fault('reconcile for a colleague', error);
        failures += 1;
        // Not being able to look proves nothing: it stays handed over until somebody could.
        step = { kind: 'reconcile', at: retryAt(clock.now(), failures, chance(), null) };
      }
      if (step.kind !== 'reconcile') {
        log.line('reconcile for a colleague', { account: account.id, outcome: step.kind, looks });
        await this.#settle(account, { one, attempt, step });
        return;
      }
      await new Wake().wait(Math.max(0, step.at - clock.now()), signal);
    }
  }

  async #settle(
    account: ConnectedAccount,
    {
      one,
      attempt,
      step,
    }: {
      readonly one: InHand;
      readonly attempt: Attempt;
      readonly step: Exclude<NextStep, { kind: 'reconcile' }>;
    },
  ): Promise<void> {
    const isOurs = await this.#finish(one, toldOf(step, this.#workspace.clock.now()));
    if (step.kind === 'sent' && isOurs) await this.#file(account, one, attempt);
  }

  async #finish(one: InHand, { next, outcome }: Told): Promise<boolean> {
    const answer = await this.#untilTold((call) =>
      call('finish_send', [one.id, one.attempts, next, JSON.stringify(outcome)]),
    );
    return answer === true;
  }

  async #file(account: ConnectedAccount, one: InHand, attempt: Attempt): Promise<void> {
    const { clock, chance, log } = this.#workspace;
    const { signal } = this.#ended;
    // It has left: the next one need not wait for its copy.
    this.#free(account.id, one);
    for (let tries = 1; tries <= filingTries && !signal.aborted; tries += 1) {
      try {
        await this.#with(account, async (session) => session.fileSent?.(attempt, signal));
        await this.#untilTold((call) => call('file_send', [one.id]));
        return;
      } catch (error) {
        if (this.#isEnding()) return;
        if (failureOf(error) === null) log.fault('file for a colleague', error);
        const wait = retryAt(clock.now(), tries, chance(), null) - clock.now();
        await new Wake().wait(wait, signal);
      }
    }
  }

  /** Asks until there is an answer: what is told twice here changes nothing the second time. */
  async #untilTold(ask: (call: TeamCall) => Promise<unknown>): Promise<unknown> {
    const { signal } = this.#ended;
    for (;;) {
      signal.throwIfAborted();
      try {
        return await this.#briefly(ask);
      } catch (error) {
        if (signal.aborted) throw error;
        await new Wake().wait(tellAgainMs, signal);
      }
    }
  }
}
