import type { Channel, Cursor, Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { Understood } from '#main/channels/kit/inbound.ts';
import type { RawItem } from '#main/channels/kit/inbound.ts';
import type { Attempt, Outgoing, SendResult } from '#main/channels/kit/outgoing.ts';
import { createXmppChannel } from '#main/channels/xmpp/channel.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import { letter, systemClock } from '../email-account.ts';
import { eventually } from '../eventually.ts';
import type { XmppServer } from './xmpp-server.ts';

/** How a desk is set up; everything has a default. */
export type DeskOptions = {
  /** Another port than the server's, such as a proxy's. */
  readonly port?: number;
  readonly settings?: Settings;
  /** How often the server is looked at without a reason, in ms. */
  readonly recheck?: number;
};

const never = (): AbortSignal => new AbortController().signal;
let letters = 0;

const newClientId = (): string => {
  letters += 1;
  return `019a8f00-0000-7000-8000-${String(process.pid % 1_000_000).padStart(6, '0')}${String(letters).padStart(6, '0')}`;
};

/** One account of ours on a server, at which somebody sits: pulls and commits as the engine does. */
export class XmppDesk {
  readonly address: string;
  readonly channel: Channel;
  readonly context: SessionContext;
  readonly session: Session;
  readonly items: RawItem[] = [];
  readonly hints: string[] = [];
  private readonly cursors = new Map<string, Cursor>();
  private readonly stops: AbortController[] = [];

  constructor(
    server: Pick<XmppServer, 'host' | 'port' | 'domain'>,
    local: string,
    options: DeskOptions = {},
  ) {
    this.address = `${local}@${server.domain}`;
    const recheck = options.recheck ?? 60_000;
    this.channel = createXmppChannel({
      timeouts: { connect: 10_000, answer: 10_000, quiet: 1_000, recheck, settle: 200 },
    });
    this.context = {
      address: this.address,
      settings: {
        xmppHost: server.host,
        xmppPort: options.port ?? server.port,
        xmppSecurity: 'plain',
        ...options.settings,
      },
      clock: systemClock,
      secrets: () => ({ kind: 'password', user: local, password: 'secret' }),
      saveSecrets: () => Promise.resolve(),
      log: () => undefined,
    };
    this.session = this.channel.open(this.context);
  }

  /** Pulls until there is no more and commits it; answers what it means, oldest first. */
  async catchUp(stream = 'archive'): Promise<readonly Understood[]> {
    const all: Understood[] = [];
    for (;;) {
      const cursor = this.cursors.get(stream) ?? null;
      const limits = { maxItems: 100, maxBytes: 1_000_000, check: false };
      const batch = await this.session.pull(stream, cursor, limits, never());
      this.items.push(...batch.items);
      all.push(...batch.items.map((item) => this.understood(item)).toReversed());
      this.cursors.set(stream, batch.next);
      await this.session.committed?.(stream, batch.next);
      if (!batch.more) return all;
    }
  }

  /** Catches up until something that was understood is as wanted, and answers everything up to then. */
  async until(
    what: string,
    wanted: (one: Understood) => boolean,
    stream = 'archive',
  ): Promise<readonly Understood[]> {
    const all: Understood[] = [];
    await eventually(
      async () => {
        all.push(...(await this.catchUp(stream)));
        return all.some(wanted);
      },
      { message: what, withinMs: 60_000, everyMs: 50 },
    );
    return all;
  }

  understood(item: RawItem): Understood {
    const context = {
      own: [this.address],
      streamRole: 'all',
      trustedAuthserv: null,
      now: Date.now(),
    } as const;
    return structuredClone(this.channel.mapper.map(item, context));
  }

  /** Listens from now on; over when the first look was asked for. `failed` tells why listening ended by itself. */
  async listen(streams: readonly string[] = ['archive']): Promise<{ readonly failed: Promise<unknown> }> {
    const stop = new AbortController();
    this.stops.push(stop);
    const before = this.hints.length;
    const failed = this.session
      .listen(streams, (stream) => this.hints.push(stream), stop.signal)
      .catch((error: unknown) => error);
    await eventually(() => this.hints.length > before, { message: 'listening', withinMs: 60_000 });
    return { failed };
  }

  /** A try to say something to somebody. */
  attempt(changes: Partial<Outgoing>): Attempt {
    const message = letter(this.address, { clientId: newClientId(), ...changes });
    const composed = this.channel.compose(message, this.context.settings);
    return {
      ...composed,
      clientId: message.clientId,
      envelopeFrom: this.address,
      pending: composed.recipients,
      since: message.at,
    };
  }

  send(attempt: Attempt, handingOver: () => Promise<void> = () => Promise.resolve()): Promise<SendResult> {
    return this.session.send(attempt, { handingOver }, never());
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop.abort(new Error('enough'));
    await this.session.close();
  }
}
