import type { Batch, Channel, Cursor, Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { RawItem, Understood } from '#main/channels/kit/inbound.ts';
import { createTelegramChannel } from '#main/channels/telegram/channel.ts';
import type { Attempt, Outgoing, SendHooks } from '#main/channels/kit/outgoing.ts';
import type { Clock } from '#shared/kit/ports.ts';
import { systemClock } from '../email-account.ts';
import type { BotApiServer } from './bot-api-server.ts';
import type { EmulatedBot } from './emulated-bot.ts';

/** Times short enough for a test. */
export const testTimeouts = {
  answer: 8_000,
  upload: 8_000,
  poll: 1_000,
  recheck: 600,
  settle: 100,
  conflict: 5_000,
};

/** One bot that is connected, and everything that goes with a test. */
export type BotAccount = {
  readonly bot: EmulatedBot;
  readonly channel: Channel;
  readonly context: SessionContext;
  /** A session, closed with the account. */
  readonly open: () => Session;
  /** What the items of a batch turn out to be. */
  readonly understood: (items: readonly RawItem[]) => readonly Understood[];
  /** Everything there is now, by a session of its own that confirms nothing. */
  readonly everything: () => Promise<readonly Understood[]>;
  readonly closeAll: () => Promise<void>;
};

const never = new AbortController().signal;

/** One pull with the limits that the engine uses. */
export const pulled = (session: Session, cursor: Cursor | null, check = false): Promise<Batch> =>
  session.pull('updates', cursor, { maxItems: 256, maxBytes: 16 * 1024 * 1024, check }, never);

/** A new bot on a server, with its account. */
export function botAccount(
  server: BotApiServer,
  options: { readonly clock?: Clock; readonly timeouts?: Partial<typeof testTimeouts> } = {},
): BotAccount {
  const channel = createTelegramChannel({ timeouts: { ...testTimeouts, ...options.timeouts } });
  const bot = server.newBot();
  const clock = options.clock ?? systemClock;
  const { token } = bot;
  const context: SessionContext = {
    address: String(bot.id),
    settings: { apiRoot: server.http.base },
    clock,
    secrets: () => ({ kind: 'password', user: String(bot.id), password: token }),
    saveSecrets: () => Promise.resolve(),
    log: () => undefined,
  };
  const sessions: Session[] = [];
  const open = (): Session => {
    const session = channel.open(context);
    sessions.push(session);
    return session;
  };
  const understood = (items: readonly RawItem[]): readonly Understood[] =>
    items.map((item) =>
      channel.mapper.map(item, {
        own: [context.address],
        streamRole: 'inbox',
        trustedAuthserv: null,
        now: clock.now(),
      }),
    );
  return {
    bot,
    channel,
    context,
    open,
    understood,
    everything: async () => understood((await pulled(open(), null)).items),
    closeAll: async () => {
      await Promise.all(sessions.splice(0).map((session) => session.close()));
    },
  };
}

/** An outbox that can always write down what it is about to do. */
export const agreeing: SendHooks = { handingOver: () => Promise.resolve() };

/** What the outbox would try to send. */
export function attemptOf({ channel, context }: BotAccount, changes: Partial<Outgoing>): Attempt {
  const message: Outgoing = {
    clientId: '019a8f00-0000-7000-8000-000000000001',
    at: context.clock.now(),
    from: { name: '', address: context.address },
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
  const composed = channel.compose(message, context.settings);
  return {
    ...composed,
    clientId: message.clientId,
    envelopeFrom: message.from.address,
    pending: composed.recipients,
    since: message.at,
  };
}
