import { createHash } from 'node:crypto';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import type { EmailChannelOptions } from '#main/channels/email/channel.ts';
import type { Batch, Channel, Cursor, Secrets, Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { Attempt, Outgoing, SendHooks } from '#main/channels/kit/outgoing.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { Clock } from '#shared/kit/ports.ts';
import type { MailServer } from './mail-server/mail-server.ts';

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Settings that lead to a mail server on loopback; its certificate is trusted by fingerprint. */
export const settingsFor = (server: MailServer, changes: Settings = {}): Settings => ({
  imapHost: server.imap.host,
  imapPort: server.imap.tlsPort,
  imapSecurity: 'tls',
  trustedImap: server.certificate.fingerprint256,
  smtpHost: server.smtp.host === '' ? '127.0.0.1' : server.smtp.host,
  smtpPort: server.smtp.tlsPort === 0 ? 1 : server.smtp.tlsPort,
  smtpSecurity: 'tls',
  trustedSmtp: server.certificate.fingerprint256,
  ...changes,
});

/** What a test changes about an account. */
export type AccountOptions = {
  readonly settings?: Settings;
  readonly secrets?: Secrets;
  readonly clock?: Clock;
  readonly channel?: EmailChannelOptions;
};

/** One email account of a test: its channel, its context with the secrets as saved, and sessions on it. */
export type TestAccount = {
  readonly channel: Channel;
  readonly context: SessionContext;
  readonly saved: () => readonly Secrets[];
  readonly open: () => Session;
  readonly closeAll: () => Promise<void>;
};

/** An account of `user` on a mail server. */
export function accountOn(server: MailServer, user: string, options: AccountOptions = {}): TestAccount {
  const channel = createEmailChannel(options.channel);
  const saved: Secrets[] = [];
  const sessions: Session[] = [];
  let secrets: Secrets = options.secrets ?? { kind: 'password', user, password: server.password };
  const context: SessionContext = {
    address: user,
    settings: settingsFor(server, options.settings),
    clock: options.clock ?? systemClock,
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
    saved: () => saved,
    open: () => {
      const session = channel.open(context);
      sessions.push(session);
      return session;
    },
    closeAll: async () => {
      await Promise.all(sessions.splice(0).map((session) => session.close()));
    },
  };
}

const isCursor = (value: unknown): value is Cursor => typeof value === 'object' && value !== null;

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What is here of one folder, kept as the engine would: batches are applied whole, replays change nothing. */
export class FolderMirror {
  readonly stream: string;
  readonly mails = new Map<string, { sha256: string; seen: boolean; answered: boolean }>();
  readonly batches: Batch[] = [];
  /** Items that were here already under the same key when they came. */
  doubles = 0;
  cursor: Cursor | null = null;

  constructor(stream: string) {
    this.stream = stream;
  }

  /** Applies one batch; the cursor goes through JSON, as in the database. */
  apply(batch: Batch): void {
    this.batches.push(batch);
    for (const change of batch.changes) {
      switch (change.kind) {
        case 'flags': {
          const mail = this.mails.get(change.key);
          if (mail !== undefined) Object.assign(mail, { seen: change.seen, answered: change.answered });
          break;
        }
        case 'gone':
          this.mails.delete(change.key);
          break;
        case 'renumbered':
          for (const key of this.mails.keys()) if (!key.startsWith(change.prefix)) this.mails.delete(key);
          break;
        case 'present': {
          const present = new Set(change.keys);
          for (const key of this.mails.keys()) if (!present.has(key)) this.mails.delete(key);
          break;
        }
      }
    }
    for (const item of batch.items) {
      if (this.mails.has(item.key)) this.doubles += 1;
      this.mails.set(item.key, { sha256: sha(item.bytes), seen: item.seen, answered: item.answered });
    }
    const saved: unknown = JSON.parse(JSON.stringify(batch.next));
    this.cursor = isCursor(saved) ? saved : null;
  }

  /** Pulls until there is no more; answers how many batches that took. */
  async catchUp(session: Session, limits: Partial<PullLimits> = {}, signal = quiet()): Promise<number> {
    for (let count = 1; ; count += 1) {
      const check = count === 1 && (limits.check ?? false);
      const batch = await session.pull(
        this.stream,
        this.cursor,
        { ...usualLimits, ...limits, check },
        signal,
      );
      this.apply(batch);
      if (!batch.more) return count;
    }
  }

  /** The digests of what is here, sorted. */
  digests(): readonly string[] {
    return [...this.mails.values()].map((mail) => mail.sha256).sort();
  }
}

type PullLimits = { readonly maxItems: number; readonly maxBytes: number; readonly check: boolean };
const usualLimits: PullLimits = { maxItems: 500, maxBytes: 8 * 1024 * 1024, check: false };

/** A signal that is never aborted. */
export const quiet = (): AbortSignal => new AbortController().signal;

/** The digests of what a folder holds on the server, sorted. */
export async function digestsOn(
  server: MailServer,
  user: string,
  folder: string,
): Promise<readonly string[]> {
  return (await server.messages(user, folder)).map((mail) => sha(mail.raw)).sort();
}

/** A small mail; `n` tells it from others. */
export const plainMail = (n: number, to = 'agent@shop.test', bytes = 300): Buffer =>
  Buffer.from(
    [
      'From: Customer <customer@example.org>',
      `To: ${to}`,
      `Subject: Question ${String(n)}`,
      `Message-ID: <question-${String(n)}@example.org>`,
      'Date: Tue, 03 Nov 2026 10:00:00 +0000',
      '',
      `This is question ${String(n)}.`,
      'x'
        .repeat(70)
        .concat('\r\n')
        .repeat(Math.ceil(bytes / 72)),
    ].join('\r\n'),
  );

/** An answer to be sent by `from`. */
export const letter = (from: string, changes: Partial<Outgoing> = {}): Outgoing => ({
  clientId: '019a8f00-0000-7000-8000-000000000001',
  at: Date.now(),
  from: { name: 'Agent', address: from },
  to: [{ name: 'Customer', address: 'customer@example.org' }],
  cc: [],
  bcc: [],
  subject: 'Your question',
  text: 'Here is the answer.',
  html: null,
  files: [],
  references: [],
  automatic: false,
  answers: null,
  visibility: null,
  warning: '',
  template: null,
  ...changes,
});

/** The first try to send a letter. */
export function attemptOf(account: TestAccount, message: Outgoing): Attempt {
  const composed = account.channel.compose(message, account.context.settings);
  return {
    ...composed,
    clientId: message.clientId,
    envelopeFrom: message.from.address,
    pending: composed.recipients,
    since: message.at,
  };
}

/** Hooks that remember when the body was handed over. */
export function rememberHandover(): SendHooks & { readonly times: number[] } {
  const times: number[] = [];
  return {
    times,
    handingOver: async () => {
      times.push(performance.now());
    },
  };
}
