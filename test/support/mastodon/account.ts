import type { Cursor, Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { Inbound, InboundFact, RawItem, Understood } from '#main/channels/kit/inbound.ts';
import type { Attempt, Outgoing, SendHooks } from '#main/channels/kit/outgoing.ts';
import { createMastodonChannel } from '#main/channels/mastodon/channel.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import type { Clock } from '#shared/kit/ports.ts';
import type { MastodonServer } from './mastodon-server.ts';
import type { Person } from './person.ts';

/** Short enough for a test. */
export const quickTiming = {
  poll: { lively: 200, quiet: 200 },
  mediaCheck: 10,
  mediaWait: 1_000,
  settle: 20,
};

/** Hooks that agree to everything. */
export const agreeing: SendHooks = { handingOver: () => Promise.resolve() };

const never = (): AbortSignal => new AbortController().signal;

/** What a stream brought until there was no more. */
export type Pulled = {
  readonly items: readonly RawItem[];
  readonly messages: readonly Inbound[];
  readonly facts: readonly InboundFact[];
  readonly all: readonly Understood[];
};

/** One account of a test: its sessions, what they bring, and what they send. */
export class TestMastodonAccount {
  readonly channel = createMastodonChannel({ timing: quickTiming });
  readonly context: SessionContext;
  readonly token: string;
  readonly own: Correspondent;
  readonly session: Session;
  readonly cursors = new Map<string, Cursor>();
  readonly #clock: Clock;
  #letters = 0;

  constructor(
    server: MastodonServer,
    person: Person,
    {
      scopes,
      settings,
      address,
    }: {
      readonly scopes?: readonly string[];
      readonly settings?: Settings;
      readonly address?: string;
    } = {},
  ) {
    const token = server.token(person, scopes);
    this.token = token;
    this.#clock = { now: () => server.world.now(), monotonic: () => performance.now() };
    this.own = { name: 'Shop', address: address ?? `${person.username}@${server.world.domain}` };
    this.context = {
      address: this.own.address,
      settings: settings ?? { instance: server.base },
      clock: this.#clock,
      secrets: () => ({ kind: 'password', user: '', password: token }) as const,
      saveSecrets: () => Promise.resolve(),
      log: () => undefined,
    };
    this.session = this.channel.open(this.context);
  }

  /** Another session of the same account, as after a restart. */
  open(): Session {
    return this.channel.open(this.context);
  }

  understand(item: RawItem, role: 'inbox' | 'sent' = 'inbox'): Understood {
    return this.channel.mapper.map(item, {
      own: [this.own.address],
      streamRole: role,
      trustedAuthserv: null,
      now: this.#clock.now(),
    });
  }

  /** Pulls a stream from where it stands until there is no more. */
  async pull(
    stream: 'notifications' | 'statuses',
    { check = false, maxItems = 100, session = this.session } = {},
  ): Promise<Pulled> {
    const items: RawItem[] = [];
    for (let first = true; ; first = false) {
      const limits = { maxItems, maxBytes: 8 * 1024 * 1024, check: check && first };
      const batch = await session.pull(stream, this.cursors.get(stream) ?? null, limits, never());
      items.push(...batch.items);
      this.cursors.set(stream, batch.next);
      if (!batch.more) break;
    }
    const all = items.map((item) => this.understand(item, stream === 'statuses' ? 'sent' : 'inbox'));
    const messages = all.filter((one) => one.kind === 'message');
    const facts = all.filter(
      (one): one is InboundFact => one.kind !== 'message' && one.kind !== 'unreadable',
    );
    return { items, messages, facts, all };
  }

  letter(changes: Partial<Outgoing> = {}): Outgoing {
    this.#letters += 1;
    return {
      clientId: `019a8f00-0000-7000-8000-${String(this.#letters).padStart(12, '0')}`,
      at: this.#clock.now(),
      from: this.own,
      to: [],
      cc: [],
      bcc: [],
      subject: '',
      text: 'It left yesterday.',
      html: null,
      files: [],
      references: [],
      automatic: false,
      answers: null,
      visibility: null,
      warning: '',
      template: null,
      ...changes,
    };
  }

  /** An answer to a message as it was understood, to its author unless said otherwise. */
  answerTo(message: Inbound, changes: Partial<Outgoing> = {}): Outgoing {
    return this.letter({
      to: [message.from],
      answers: {
        name: message.name ?? null,
        room: message.thread.room,
        from: message.from,
        visibility: message.visibility ?? null,
        warning: message.warning ?? '',
      },
      visibility: message.visibility ?? null,
      ...changes,
    });
  }

  attempt(message: Outgoing): Attempt {
    const composed = this.channel.compose(message, this.context.settings);
    return {
      ...composed,
      clientId: message.clientId,
      envelopeFrom: message.from.address,
      pending: composed.recipients,
      since: message.at,
    };
  }

  send(message: Outgoing): ReturnType<Session['send']> {
    return this.session.send(this.attempt(message), agreeing, never());
  }
}
