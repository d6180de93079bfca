import type { Batch, Channel, Cursor, Secrets, Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { RawItem, Understood } from '#main/channels/kit/inbound.ts';
import type { Attempt, Outgoing, SendHooks } from '#main/channels/kit/outgoing.ts';
import { createMatrixChannel } from '#main/channels/matrix/channel.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import { savedCursor } from '../conformance/inbox.ts';
import { systemClock } from '../email-account.ts';
import type { EmulatedHomeserver } from './homeserver.ts';

/** Time-outs short enough for a test. */
export const shortTimeouts = {
  answer: 20_000,
  first: 20_000,
  poll: 500,
  recheck: 600,
  betweenLooks: 5_000,
  rejoin: 100,
};

/** One Matrix account of a test: its context with the secrets as saved, and sessions on it. */
export type MatrixAccount = {
  readonly channel: Channel;
  readonly context: SessionContext;
  readonly own: string;
  /** All secrets saved so far. */
  readonly saved: readonly Secrets[];
  readonly open: () => Session;
  readonly closeAll: () => Promise<void>;
};

/** An account of somebody on this server, signed in with a token unless other secrets are given. */
export function accountOf(
  server: EmulatedHomeserver,
  own: string,
  options: { readonly secrets?: Secrets; readonly settings?: Settings } = {},
): MatrixAccount {
  const channel = createMatrixChannel({ timeouts: shortTimeouts, siteOf: () => server.http.base });
  const sessions: Session[] = [];
  const saved: Secrets[] = [];
  let secrets: Secrets = options.secrets ?? {
    kind: 'oauth',
    user: own,
    accessToken: server.tokenFor(own),
    refreshToken: null,
    expiresAt: Number.MAX_SAFE_INTEGER,
    provider: 'matrix TESTDEVICE',
  };
  const context: SessionContext = {
    address: own,
    settings: { homeserver: server.http.base, signInWith: 'token', ...options.settings },
    clock: systemClock,
    secrets: () => secrets,
    saveSecrets: async (fresh) => {
      secrets = fresh;
      saved.push(fresh);
    },
    log: () => undefined,
  };
  return {
    channel,
    context,
    own,
    saved,
    open: () => {
      const session = channel.open(context);
      sessions.push(session);
      return session;
    },
    closeAll: async () => {
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}

/** A signal that is never aborted. */
export const forever = (): AbortSignal => new AbortController().signal;

/** What one reader of an account has got so far: items in the order in which they came, understood, and the cursor after them. */
export class Reader {
  readonly items: RawItem[] = [];
  readonly understood: Understood[] = [];
  readonly batches: Batch[] = [];
  cursor: Cursor | null = null;
  readonly #account: MatrixAccount;

  constructor(account: MatrixAccount) {
    this.#account = account;
  }

  /** Pulls and keeps until there is no more; answers what came in between. */
  async catchUp(session: Session, maxItems = 100): Promise<readonly Understood[]> {
    const before = this.understood.length;
    for (;;) {
      const batch = await session.pull(
        'rooms',
        this.cursor,
        { maxItems, maxBytes: 16 * 1024 * 1024, check: false },
        forever(),
      );
      this.batches.push(batch);
      for (const item of batch.items) {
        this.items.push(item);
        this.understood.push(understand(this.#account, item));
      }
      this.cursor = savedCursor(batch.next);
      if (!batch.more) return this.understood.slice(before);
    }
  }

  /** The texts of all different messages that came. */
  texts(): readonly string[] {
    const messages = this.understood.filter((one) => one.kind === 'message');
    return [...new Map(messages.map((one) => [one.dedupe, one.text])).values()];
  }
}

/** Understands one item as the parser does. */
const understand = (account: MatrixAccount, item: RawItem): Understood =>
  structuredClone(
    account.channel.mapper.map(item, {
      own: [account.own],
      streamRole: 'all',
      trustedAuthserv: null,
      now: Date.now() + 60_000,
    }),
  );

let letters = 0;

/** Something to be said to somebody; changes say how it differs from a plain first word. */
export function outgoing(account: MatrixAccount, to: string, changes: Partial<Outgoing> = {}): Outgoing {
  letters += 1;
  return {
    clientId: `019a8f00-0000-7000-8000-${String(letters).padStart(12, '0')}`,
    at: Date.now(),
    from: { name: 'Agent', address: account.own },
    to: [{ name: '', address: to }],
    cc: [],
    bcc: [],
    subject: '',
    text: `Answer ${String(letters)}`,
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

/** One try to send it. */
export function attemptOf(account: MatrixAccount, message: Outgoing): Attempt {
  const composed = account.channel.compose(message, account.context.settings);
  return {
    ...composed,
    clientId: message.clientId,
    envelopeFrom: message.from.address,
    pending: composed.recipients,
    since: message.at,
  };
}

/** Hooks that agree to everything. */
export const agreeing: SendHooks = { handingOver: () => Promise.resolve() };
