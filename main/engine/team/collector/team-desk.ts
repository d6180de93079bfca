import type { AccountId, ConversationId, MemberId, OutboxId } from '#shared/kit/brand.ts';
import { openGate } from '../../ingest/pull-gate.ts';
import type { AccountLoops } from '../../ingest/account-loops.ts';
import { Wake } from '../../ingest/wake.ts';
import { connectedAccounts } from '../../store/read/account.ts';
import { teamLogin } from '../../store/read/team-login.ts';
import { teamLink } from '../../store/team/link.ts';
import type { TeamLink } from '../../store/team/link.ts';
import type { Workspace } from '../../workspace.ts';
import { TeamCalls } from '../connection-calls.ts';
import { checkDatabase } from '../allowed-database.ts';
import { TeamError } from '../connection-failure.ts';
import { TeamConnection, usualLimits } from '../connection.ts';
import type { ConnectionLimits } from '../connection.ts';
import { deviceKey } from '../credentials/device-key.ts';
import { LoginShare } from '../credentials/login-share.ts';
import type { TeamCall } from '../credentials/login-share.ts';
import { Presence } from '../presence/presence.ts';
import { ColleagueSends } from '../sends/colleague-sends.ts';
import { RelaySends } from '../sends/relay-sends.ts';
import type { SendStanding } from '../sends/send-words.ts';
import type { TeamSync } from '../sync.ts';
import { Collector } from './collector.ts';
import { Places } from './places.ts';
import type { CollectorLine } from './collector.ts';
import type { Collectable } from './standing.ts';

/** How often everything is looked at without having been told, in ms. */
const lookEveryMs = 10_000;
/** How often logins and readers are asked for without having been told, in ms. */
const shareEveryMs = 30_000;
/** How soon a login is looked at again that came before its account. */
const earlyMs = 1_000;
/** A line that holds locks has to notice within a few seconds that nobody answers. */
const lockLimits: ConnectionLimits = { connectMs: 8_000, statementMs: 6_000, lockMs: 4_000, answerMs: 8_000 };
/** A large message over a slow line takes its time. */
const largeLimits: ConnectionLimits = { ...usualLimits, statementMs: 300_000, answerMs: 300_000 };

type Parts = {
  readonly link: TeamLink;
  readonly share: LoginShare;
  readonly collector: Collector;
  readonly relay: RelaySends;
  readonly sends: ColleagueSends;
  readonly presence: Presence;
  readonly places: Places;
};

/**
 * What a device of a team does beside keeping in step: reads accounts that nobody else reads, passes logins on to those who may have them,
 * sends for colleagues and lets them send, and says what is looked at. Does nothing for people alone.
 */
export class TeamDesk {
  readonly #workspace: Workspace;
  readonly #loops: AccountLoops;
  readonly #sync: TeamSync;
  readonly #ended = new AbortController();
  readonly #wake = new Wake();
  #parts: Parts | null = null;
  #finished: Promise<void> | null = null;
  #shareDueAt = Number.NEGATIVE_INFINITY;
  #known = '';

  constructor(workspace: Workspace, loops: AccountLoops, sync: TeamSync) {
    this.#workspace = workspace;
    this.#loops = loops;
    this.#sync = sync;
  }

  /** Closes the gate where this workspace belongs to a team: before any account is started. */
  start(): void {
    this.#follow();
    this.#sync.onPresence((presence) => this.#parts?.presence.heard(presence));
    this.#sync.onLine(({ connection, hello }) => {
      connection.listen(hello.channel, (payload) => this.#heard(payload)).catch(() => undefined);
      this.#askAnew();
      this.#wake.wake();
    });
    this.#finished ??= this.#run();
  }

  /** The outbox, accounts or the team may have changed. */
  wake(): void {
    this.#follow();
    const accounts = connectedAccounts(this.#workspace.db);
    const known = JSON.stringify(accounts.map(({ id, paused, settings }) => [id, paused, settings]));
    if (known !== this.#known) {
      this.#known = known;
      this.#askAnew();
    }
    this.#wake.wake();
  }

  /** The computer slept or the network changed: what was promised before may be somebody else's. */
  resumed(): void {
    this.#askAnew();
    this.#wake.wake();
  }

  #askAnew(): void {
    this.#shareDueAt = Number.NEGATIVE_INFINITY;
    this.#parts?.collector.wake();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#finished;
    await this.#leave();
  }

  /** Tells the team what is looked at here. */
  present(conversation: ConversationId | null, typing: boolean): void {
    this.#parts?.presence.present(conversation, typing);
  }

  /** Colleagues who look at a conversation now. */
  presentAt(
    conversation: ConversationId,
  ): readonly { readonly member: MemberId; readonly typing: boolean }[] {
    return this.#parts?.presence.of(conversation) ?? [];
  }

  /** How a send stands that a colleague's device has to do; null for every other. */
  standing(id: OutboxId): SendStanding | null {
    return this.#parts?.relay.standing(id) ?? null;
  }

  /** What is known of accounts, readers and logins; null for people alone. */
  shared(): Pick<Parts, 'link' | 'share' | 'collector'> | null {
    return this.#parts;
  }

  /** Asks one of the team's functions over whichever line is there; throws {@link TeamError} where none is. */
  async ask(name: string, parameters: readonly unknown[]): Promise<unknown> {
    const call = this.#line();
    if (call === null) throw new TeamError({ kind: 'offline', where: '', said: null });
    return call(name, parameters);
  }

  /** Something was asked for whose answer changes what is shown: looks anew at once. */
  async refresh(): Promise<void> {
    const parts = this.#parts;
    const call = this.#line();
    parts?.relay.heard();
    if (parts !== null && call !== null) await parts.share.round(call);
    this.#workspace.changed({ topic: 'accounts' });
    parts?.collector.wake();
    this.#wake.wake();
  }

  #line(): TeamCall | null {
    const line = this.#parts?.collector.line ?? this.#sync.line?.connection ?? null;
    return line === null ? null : (name, parameters) => line.call(name, parameters);
  }

  async #open(limits: ConnectionLimits, signal: AbortSignal, isBrief: boolean): Promise<TeamConnection> {
    const login = teamLogin(this.#workspace.db);
    if (login === null) throw new TeamError({ kind: 'offline', where: '', said: null });
    checkDatabase(this.#workspace.policy, login.credentials);
    return TeamConnection.open(login.credentials, { signal, limits, isBrief });
  }

  readonly #briefly = async <Value>(work: (call: TeamCall) => Promise<Value>): Promise<Value> => {
    const connection = await this.#open(largeLimits, this.#ended.signal, true);
    try {
      return await work((name, parameters) => connection.call(name, parameters));
    } finally {
      await connection.close();
    }
  };

  async #openLocks(signal: AbortSignal): Promise<CollectorLine> {
    const connection = await this.#open(lockLimits, signal, false);
    try {
      const { channel } = await new TeamCalls(connection).hello();
      // Whichever of the two lines is back first calls the other: each waits by itself, and the longer the more often it failed.
      if (this.#sync.line === null) this.#sync.retryNow();
      return {
        hears: connection.hears,
        ended: connection.ended,
        call: (name, parameters) => connection.call(name, parameters),
        query: (text, parameters) => connection.query(text, parameters),
        listen: (heard) => connection.listen(channel, heard),
        close: () => connection.close(),
      };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** The accounts whose login is here and may be: whoever was taken off an account's list reads it no more. */
  #collectable(link: TeamLink): readonly Collectable[] {
    const { db, channels } = this.#workspace;
    const overview = this.#parts?.share.overview ?? [];
    return connectedAccounts(db).flatMap(({ id, kind, archive, paused }) => {
      const channel = channels.get(kind);
      const keepers = overview.find(({ account }) => account === id)?.keepers ?? [];
      const isBarred = keepers.length > 0 && !keepers.includes(link.member);
      if (archive || paused || isBarred || channel === undefined) return [];
      return [{ account: id, one: channel.profile.capabilities.readers === 'one' }];
    });
  }

  #readerOf(account: AccountId): { readonly member: string; readonly device: string } | null {
    const reader = this.#parts?.share.overview.find((one) => one.account === account)?.reader ?? null;
    return reader === null ? null : { member: reader.member, device: reader.device };
  }

  /** Begins where the workspace has joined a team, ends where it has left it. */
  #follow(): void {
    const link = teamLink(this.#workspace.db);
    const known = this.#parts?.link ?? null;
    if (link?.team.id === known?.team.id && link?.device === known?.device) return;
    if (known !== null) void this.#leave();
    if (link !== null && !this.#ended.signal.aborted) this.#begin(link);
  }

  #begin(link: TeamLink): void {
    const workspace = this.#workspace;
    const { clock, chance, log, root } = workspace;
    const me = {
      team: link.team.id,
      member: link.member,
      device: link.device,
      key: deviceKey(root, link.team.id),
    };
    const line = (): TeamCall | null => this.#line();
    const places = new Places(workspace);
    const collector = new Collector({
      ...{ clock, chance, log },
      begin: (account) => places.goOn(account, line()),
      open: (signal) => this.#openLocks(signal),
      collectable: () => this.#collectable(link),
      readerOf: (account) => this.#readerOf(account),
      changed: (accounts) => this.#loops.gateChanged(accounts),
      heard: (payload) => this.#heard(payload),
    });
    const parts: Parts = {
      link,
      collector,
      places,
      share: new LoginShare(workspace, me, (account) => {
        this.#loops.start(account);
        collector.wake();
      }),
      relay: new RelaySends(workspace),
      sends: new ColleagueSends(workspace, this.#loops.contexts, line, this.#briefly),
      presence: new Presence({
        ...{ clock, line },
        device: link.device,
        member: link.member,
        changed: (conversation) => workspace.changed({ topic: 'presence', conversation }),
      }),
    };
    this.#parts = parts;
    this.#shareDueAt = Number.NEGATIVE_INFINITY;
    this.#loops.gateBy(collector);
    collector.start();
  }

  async #leave(): Promise<void> {
    const parts = this.#parts;
    this.#parts = null;
    if (parts === null) return;
    if (!this.#ended.signal.aborted) this.#loops.gateBy(openGate);
    parts.presence.stop();
    await Promise.all([parts.collector.stop(), parts.sends.stop()]);
  }

  #heard(payload: string): void {
    if (payload === 'collectors' || payload === 'logins') this.#shareDueAt = Number.NEGATIVE_INFINITY;
    else if (payload === 'sends') this.#parts?.relay.heard();
    else return;
    this.#wake.wake();
  }

  #isEnding(): boolean {
    return this.#ended.signal.aborted;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      let wait: number | null = null;
      try {
        if (this.#parts !== null) wait = await this.#round(this.#parts);
      } catch (error) {
        // The line says by itself why it is away; everything else is a fault of ours.
        if (!(error instanceof TeamError) && !this.#isEnding()) this.#workspace.log.fault('team desk', error);
      }
      await this.#wake.wait(this.#parts === null ? null : Math.min(wait ?? lookEveryMs, lookEveryMs), signal);
    }
  }

  async #round(parts: Parts): Promise<number | null> {
    const call = this.#line();
    const wait = await parts.relay.round(call, this.#briefly);
    if (call === null) return wait;
    const now = this.#workspace.clock.monotonic();
    if (now >= this.#shareDueAt) {
      const before = JSON.stringify(parts.share.overview);
      // Before it is asked: a notice that comes meanwhile asks once more.
      this.#shareDueAt = now + shareEveryMs;
      await parts.share.round(call);
      if (parts.share.isEarly) this.#shareDueAt = Math.min(this.#shareDueAt, now + earlyMs);
      if (JSON.stringify(parts.share.overview) !== before) {
        this.#workspace.changed({ topic: 'accounts' });
        parts.collector.wake();
      }
    }
    await parts.sends.round(call);
    await parts.places.tell(call);
    return parts.share.isEarly ? earlyMs : wait;
  }
}
