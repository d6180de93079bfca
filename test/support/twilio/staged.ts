import type { Batch, Channel, Cursor, Secrets, Session, SessionContext } from '#main/channels/kit/channel.ts';
import { ChannelError } from '#main/channels/kit/failure.ts';
import type { Understood } from '#main/channels/kit/inbound.ts';
import type { Attempt, Outgoing } from '#main/channels/kit/outgoing.ts';
import { createTwilioChannel } from '#main/channels/twilio/channel.ts';
import type { TwilioKind } from '#main/channels/twilio/kinds.ts';
import type { AccountFailure, Settings } from '#shared/contract/accounts.ts';
import { TestClock } from '../test-clock.ts';
import type { EmulatedAccount } from './account.ts';
import { TwilioEmulator } from './twilio.ts';

/** The moment at which these tests begin, on both clocks. */
export const begin = Date.parse('2026-11-22T10:00:00Z');

export const own = '+15550100001';
export const customer = '+4915550100002';

/** A signal that is never aborted. */
export const never = (): AbortSignal => new AbortController().signal;

/** One account on an emulated Twilio whose clock and ours go only where a test takes them. */
export type StagedTwilio = {
  readonly server: TwilioEmulator;
  readonly account: EmulatedAccount;
  readonly channel: Channel;
  readonly clock: TestClock;
  readonly context: SessionContext;
  /** A number as it stands in the API. */
  readonly wire: (number: string) => string;
  readonly open: () => Session;
  /** The same account after the engine was started anew: nothing is remembered. */
  readonly restarted: () => StagedTwilio;
  /** Time goes by on both clocks. */
  readonly pass: (ms: number) => void;
  /** The customer writes. */
  readonly write: (body: string) => string;
  readonly stop: () => Promise<void>;
};

type Changes = { readonly settings?: Settings; readonly secrets?: Secrets; readonly address?: string };

const stagedOn = (
  kind: TwilioKind,
  server: TwilioEmulator,
  account: EmulatedAccount,
  clock: TestClock,
  changes: Changes,
): StagedTwilio => {
  const channel = createTwilioChannel(kind);
  const wire = (number: string): string => (kind === 'sms' ? number : `whatsapp:${number}`);
  const secrets: Secrets = changes.secrets ?? {
    kind: 'password',
    user: account.sid,
    password: account.token,
  };
  const context: SessionContext = {
    address: changes.address ?? own,
    settings: {
      accountSid: account.sid,
      apiUrl: server.http.base,
      contentUrl: server.http.base,
      ...changes.settings,
    },
    clock,
    secrets: () => secrets,
    saveSecrets: () => Promise.resolve(),
    log: () => undefined,
  };
  return {
    ...{ server, account, channel, clock, context, wire },
    open: () => channel.open(context),
    restarted: () => stagedOn(kind, server, account, clock, changes),
    pass: (ms) => {
      clock.pass(ms);
      server.pass(ms);
    },
    write: (body) => account.receive({ from: wire(customer), to: wire(own), body }),
    stop: () => server.stop(),
  };
};

/** Starts an emulated Twilio with one account of this kind. */
export async function stageTwilio(kind: TwilioKind = 'sms', changes: Changes = {}): Promise<StagedTwilio> {
  const server = await TwilioEmulator.start();
  server.freeze(begin);
  const account = server.newAccount();
  (kind === 'sms' ? account.numbers : account.whatsapp).add(own);
  return stagedOn(kind, server, account, new TestClock(begin), changes);
}

/** What one pull of a stream brought, understood. */
export type Pulled = {
  readonly batch: Batch;
  readonly cursor: Cursor;
  readonly found: readonly Understood[];
};

/** Pulls until there is no more, and understands what came. */
export async function pulledFrom(
  { channel, clock }: StagedTwilio,
  session: Session,
  stream: 'incoming' | 'outgoing',
  cursor: Cursor | null,
  { maxItems = 256, check = false }: { readonly maxItems?: number; readonly check?: boolean } = {},
): Promise<readonly Pulled[]> {
  const pulls: Pulled[] = [];
  let at = cursor;
  for (let first = true; ; first = false) {
    const limits = { maxItems, maxBytes: 16 * 1024 * 1024, check: check && first };
    const batch = await session.pull(stream, at, limits, never());
    const context = { own: [own], streamRole: 'inbox', trustedAuthserv: null, now: clock.now() } as const;
    pulls.push({
      batch,
      cursor: batch.next,
      found: batch.items.map((item) => channel.mapper.map(item, context)),
    });
    if (!batch.more) return pulls;
    at = batch.next;
  }
}

/** Everything that several pulls found, in order, and the cursor after the last. */
export const together = (
  pulls: readonly Pulled[],
): { readonly found: readonly Understood[]; readonly cursor: Cursor | null } => ({
  found: pulls.flatMap(({ found }) => found),
  cursor: pulls.at(-1)?.cursor ?? null,
});

let letters = 0;

/** A letter to the customer. */
export const letterOf = (changes: Partial<Outgoing> = {}): Outgoing => {
  letters += 1;
  return {
    clientId: `019a8f00-0000-7000-8000-${String(letters).padStart(12, '0')}`,
    at: begin,
    from: { name: 'Agent', address: own },
    to: [{ name: '', address: customer }],
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
};

/** A try to send a letter. It began long enough ago for the message to leave at once. */
export const attemptOf = (
  { channel, context, clock }: StagedTwilio,
  message: Outgoing = letterOf(),
  since: number = clock.now() - 60_000,
): Attempt => {
  const composed = channel.compose(message, context.settings);
  return {
    ...composed,
    clientId: message.clientId,
    envelopeFrom: message.from.address,
    pending: composed.recipients,
    since,
  };
};

/** The failure that some work ended with, in the kit's words. */
export const failureOf = async (work: Promise<unknown>): Promise<AccountFailure> => {
  const outcome = await work.then(
    () => new Error('it worked'),
    (error: unknown) => error,
  );
  if (outcome instanceof ChannelError) return outcome.failure;
  throw new Error('not a failure of a channel', { cause: outcome });
};
