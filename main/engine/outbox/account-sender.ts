import type { SendClass } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Session } from '#main/channels/kit/channel.ts';
import type { Attempt, SendResult } from '#main/channels/kit/outgoing.ts';
import { channelOf, closeSession } from '../ingest/account-session.ts';
import type { SessionContexts } from '../ingest/account-session.ts';
import { Wake } from '../ingest/wake.ts';
import { connectedAccount } from '../store/read/account.ts';
import { outboxToFile, outboxUnderWay } from '../store/read/outbox.ts';
import type { OutboxItem } from '../store/read/outbox.ts';
import { readPreferences } from '../store/read/preferences.ts';
import type { Workspace } from '../workspace.ts';
import { bytesToSend, failureOf, isLostSource, stateOf } from './item-state.ts';
import { afterError, afterLook, afterLostSource, afterResult, retryAt, windowLeft } from './plan.ts';
import type { LookDelays, NextStep } from './plan.ts';
import { release } from './release.ts';

/** Before it is tried again, what could not be written may be writable; being woken ends the wait. */
const afterFaultMs = 15_000;
/** A planned time is the wall's, and no timer notices when that clock is set or the machine sleeps: looked at this often. */
const lookAtClockMs = 30_000;
/** A planned send that leaves this late was kept from it: the machine was off, or there was no engine. */
const lateMs = 5 * 60_000;

/** Whether an item waits for the time that the agent chose. */
const isPlanned = (item: OutboxItem): boolean => item.plannedAt !== null && item.state === 'queued';

/** A wait that a wrong clock asks for is cut to this; the longest pause between two tries is half an hour. */
const longestWaitMs = 45 * 60_000;

/**
 * Sends what one account has to send, one item at a time and in order within each conversation. Every state is
 * committed before the next thing is tried, so that it can be killed anywhere.
 */
export class AccountSender {
  readonly #workspace: Workspace;
  readonly #contexts: SessionContexts;
  readonly #id: AccountId;
  readonly #lookDelaysMs: LookDelays;
  readonly #ended = new AbortController();
  readonly #wake = new Wake();
  /** When each wait ends, on a clock that does not jump; found anew for every state of an item. */
  readonly #deadlines = new Map<string, number>();
  readonly #looks = new Map<string, number>();
  readonly #filings = new Map<string, { readonly tries: number; readonly at: number }>();
  #session: Session | null = null;
  #finished: Promise<void> | null = null;

  constructor(workspace: Workspace, contexts: SessionContexts, id: AccountId, lookDelaysMs: LookDelays) {
    this.#workspace = workspace;
    this.#contexts = contexts;
    this.#id = id;
    this.#lookDelaysMs = lookDelaysMs;
  }

  start(): void {
    this.#finished ??= this.#run();
  }

  /** Something was queued, or is to be tried now. */
  wake(): void {
    this.#wake.wake();
  }

  /** The network is there again: what waits for it is tried now. */
  retryNow(): void {
    const monotonic = this.#workspace.clock.monotonic();
    for (const item of this.#items()) {
      const why = item.failure?.kind;
      if (item.state === 'retrying' && (why === 'offline' || why === 'account')) {
        this.#deadlines.set(this.#keyOf(item), monotonic);
      }
    }
    this.#wake.wake();
  }

  /** Somebody who could not be reached is there again: what waits for them is tried now. */
  retryFor(recipient: string): void {
    const waiting = this.#items().filter(
      ({ state, failure, pending }) =>
        state === 'retrying' && failure?.kind === 'later' && pending.includes(recipient),
    );
    for (const item of waiting) this.#deadlines.set(this.#keyOf(item), this.#workspace.clock.monotonic());
    if (waiting.length > 0) this.#wake.wake();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#finished;
  }

  #items(): readonly OutboxItem[] {
    // What the team does not have yet could still turn out to be too late; its answer wakes this loop.
    return outboxUnderWay(this.#workspace.db, this.#id).filter(
      ({ held, waitsForTeam }) => !held && !waitsForTeam,
    );
  }

  #keyOf(item: OutboxItem): string {
    return `${item.id} ${item.state} ${String(item.attempts)} ${String(item.nextTryAt)}`;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    let isBroken = false;
    while (!signal.aborted) {
      try {
        // What was begun and could not be written down as begun, failed or handed over is taken up as after a restart.
        if (isBroken) await this.#workspace.writer.run('outbox.recover', { account: this.#id });
        isBroken = false;
        const wait = await this.#round();
        if (wait === null || wait > 0) await this.#rest(wait);
      } catch (error) {
        if (this.#isEnding()) break;
        this.#workspace.log.fault('outbox', error);
        // Such as a full disk: nothing was tried that is not written down, so trying again later is safe.
        isBroken = true;
        await this.#wake.wait(afterFaultMs, signal);
      }
    }
    await this.#endSession();
  }

  #isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  async #rest(wait: number | null): Promise<void> {
    if (wait === null || wait > 2_000) await this.#endSession();
    await this.#wake.wait(wait, this.#ended.signal);
  }

  async #endSession(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session !== null) await closeSession(session);
  }

  /** Does one thing that is due; answers how long there is nothing to do (null: until woken). */
  async #round(): Promise<number | null> {
    const account = connectedAccount(this.#workspace.db, this.#id);
    if (account === null) return null;
    const items = this.#items();
    this.#forgetOthers(items);
    const blocked = new Set<number>();
    let wait: number | null = null;
    for (const item of items) {
      if (blocked.has(item.conversationNum)) continue;
      const left = this.#timeLeft(item);
      // What is planned for tomorrow keeps nothing back today.
      if (left <= 0 || !isPlanned(item)) blocked.add(item.conversationNum);
      if (left <= 0) {
        await this.#deal(item);
        return 0;
      }
      wait = Math.min(wait ?? left, left);
    }
    const filing = await this.#fileNext();
    if (filing === null) return wait;
    return wait === null ? filing : Math.min(wait, filing);
  }

  #forgetOthers(items: readonly OutboxItem[]): void {
    const keys = new Set(items.map((item) => this.#keyOf(item)));
    for (const key of this.#deadlines.keys()) if (!keys.has(key)) this.#deadlines.delete(key);
  }

  #timeLeft(item: OutboxItem): number {
    const { clock } = this.#workspace;
    if (item.plannedAt !== null && item.state === 'queued') {
      return Math.min(Math.max(item.plannedAt - clock.now(), 0), lookAtClockMs);
    }
    const key = this.#keyOf(item);
    const known = this.#deadlines.get(key);
    if (known !== undefined) return known - clock.monotonic();
    const now = clock.now();
    const left =
      item.state === 'queued'
        ? windowLeft(item, now)
        : Math.min(Math.max(item.nextTryAt - now, 0), longestWaitMs);
    this.#deadlines.set(key, clock.monotonic() + left);
    return left;
  }

  async #deal(item: OutboxItem): Promise<void> {
    if (item.state === 'handed-over') await this.#look(item);
    else await this.#send(item);
  }

  #open(): Session {
    const account = connectedAccount(this.#workspace.db, this.#id);
    if (account === null) throw new Error('the account is gone');
    this.#session ??= channelOf(this.#workspace, account).open(this.#contexts.of(account));
    return this.#session;
  }

  #sendClass(): SendClass {
    const account = connectedAccount(this.#workspace.db, this.#id);
    return account === null ? 'none' : channelOf(this.#workspace, account).profile.capabilities.send;
  }

  #about(item: OutboxItem): Omit<Attempt, 'bytes'> {
    return {
      externalId: item.externalId,
      recipients: item.recipients,
      clientId: item.id,
      envelopeFrom: item.envelopeFrom,
      pending: item.pending,
      since: item.firstTryAt ?? this.#workspace.clock.now(),
    };
  }

  /** What went out can be found by its name alone, also where its bytes are lost here: they are read when they are asked for. */
  #attempt(item: OutboxItem): Attempt {
    const { vault } = this.#workspace;
    return {
      ...this.#about(item),
      get bytes() {
        return vault.read(item.source);
      },
    };
  }

  async #send(waiting: OutboxItem): Promise<void> {
    const { writer, marks, clock, chance } = this.#workspace;
    if (isPlanned(waiting) && !(await this.#release(waiting))) return;
    const item = await writer.run('outbox.begin', { id: waiting.id });
    if (item === null) return;
    let handedOver = false;
    let step: NextStep;
    try {
      const bytes = await bytesToSend(this.#workspace, item);
      if (bytes === null) return;
      const handingOver = async (): Promise<void> => {
        await writer.run('outbox.handOver', { id: item.id });
        marks.handingOver(item.id, item.attempts);
        handedOver = true;
      };
      const attempt = { ...this.#about(item), bytes };
      const result: SendResult = await this.#open().send(attempt, { handingOver }, this.#ended.signal);
      step = afterResult({ ...stateOf(item, clock.now()), handedOver }, result, clock.now(), chance());
    } catch (error) {
      // Quitting: what is written down says enough for the next start.
      if (this.#ended.signal.aborted) throw error;
      await this.#endSession();
      const why = failureOf(error) ?? {
        kind: 'fault',
        said: this.#workspace.log.fault('send', error),
        recipient: null,
      };
      step = afterError({ ...stateOf(item, clock.now()), handedOver }, why, clock.now(), chance());
    }
    await writer.run('outbox.step', { id: item.id, step });
    this.#workspace.log.line('send', { account: this.#id, outcome: step.kind, attempts: item.attempts });
  }

  /** Gives a planned item the date it leaves with, and says so when it leaves late; false when it is not to leave. */
  async #release(item: OutboxItem): Promise<boolean> {
    const { db, shell, words } = this.#workspace;
    const account = connectedAccount(db, this.#id);
    const { plannedAt } = item;
    if (account === null || plannedAt === null) return false;
    const at = await release(this.#workspace, account, item);
    if (at === null) return false;
    if (at - plannedAt > lateMs && readPreferences(db).notifications) {
      const time = new Intl.DateTimeFormat(words.locale, { dateStyle: 'full', timeStyle: 'short' }).format(
        plannedAt,
      );
      shell.notify({
        conversation: item.conversation,
        title: words('notice.sent-late'),
        body: words('notice.sent-late.body', { time }),
      });
    }
    return true;
  }

  async #look(item: OutboxItem): Promise<void> {
    const { writer, clock, chance } = this.#workspace;
    const looks = (this.#looks.get(item.id) ?? 0) + 1;
    let step: NextStep;
    try {
      const found = await this.#open().reconcile(this.#attempt(item), this.#ended.signal);
      this.#looks.set(item.id, looks);
      const sendClass = this.#sendClass();
      const about = { looks, sendClass, delaysMs: this.#lookDelaysMs };
      step = afterLook(stateOf(item, clock.now()), found, about, clock.now());
    } catch (error) {
      if (this.#ended.signal.aborted) throw error;
      await this.#endSession();
      if (failureOf(error) === null) this.#workspace.log.fault('reconcile', error);
      // Not being able to look proves nothing: it stays handed over until somebody could, or nobody ever can.
      step = isLostSource(error)
        ? afterLostSource(stateOf(item, clock.now()))
        : { kind: 'reconcile', at: retryAt(clock.now(), looks, chance(), null) };
    }
    if (step.kind !== 'reconcile') this.#looks.delete(item.id);
    await writer.run('outbox.step', { id: item.id, step });
    this.#workspace.log.line('reconcile', { account: this.#id, outcome: step.kind, looks });
  }

  /** Puts one copy where sent messages are kept; answers how long until the next try (null: nothing to file). */
  async #fileNext(): Promise<number | null> {
    const { clock, writer } = this.#workspace;
    let wait: number | null = null;
    for (const item of outboxToFile(this.#workspace.db, this.#id)) {
      const known = this.#filings.get(item.id);
      const left = known === undefined ? 0 : known.at - clock.monotonic();
      if (left > 0) {
        wait = Math.min(wait ?? left, left);
        continue;
      }
      if (await this.#file(item)) {
        this.#filings.delete(item.id);
        await writer.run('outbox.filed', { id: item.id });
      }
      return 0;
    }
    return wait;
  }

  async #file(item: OutboxItem): Promise<boolean> {
    const { clock, chance, log } = this.#workspace;
    try {
      const session = this.#open();
      await session.fileSent?.(this.#attempt(item), this.#ended.signal);
      return true;
    } catch (error) {
      if (this.#ended.signal.aborted) throw error;
      await this.#endSession();
      if (failureOf(error) === null) log.fault('file sent', error);
      // It went out; there is nothing left of it that could be filed.
      if (isLostSource(error)) return true;
      const tries = (this.#filings.get(item.id)?.tries ?? 0) + 1;
      this.#filings.set(item.id, { tries, at: clock.monotonic() + retryAt(0, tries, chance(), null) });
      return false;
    }
  }
}
