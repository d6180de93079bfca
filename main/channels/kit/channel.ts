import type { Credential, Discovered, PreparedText, Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { Clock } from '#shared/kit/ports.ts';
import type { Mapper, RawItem, StreamRole } from './inbound.ts';
import type { Attempt, Composed, Outgoing, Reconciled, SendHooks, SendResult } from './outgoing.ts';

/** What a session needs to sign in; kept in the encrypted database, never shown to the page. */
export type Secrets =
  | {
      readonly kind: 'password';
      readonly user: string;
      readonly password: string;
      /** What the password was exchanged for, where the channel signs in once and then shows tokens; `server` is where they are good. */
      readonly session?: {
        readonly accessToken: string;
        readonly refreshToken: string;
        readonly server: string;
      };
    }
  | {
      readonly kind: 'oauth';
      readonly user: string;
      readonly accessToken: string;
      readonly refreshToken: string | null;
      readonly expiresAt: number;
      readonly provider: string;
    }
  | { readonly kind: 'none' };

/** Where a stream stands; plain JSON that only the channel understands, saved with the messages it covers. */
export type Cursor = Readonly<Record<string, unknown>>;

/** A folder, archive, room or feed. `name` is the server's own. */
export type StreamInfo = {
  readonly name: string;
  readonly label: string;
  readonly role: StreamRole;
  /** Whether it is pulled unless the person says otherwise. */
  readonly chosen: boolean;
};

/** A change to something pulled before. Keys are those of {@link RawItem}. */
export type StreamChange =
  | { readonly kind: 'flags'; readonly key: string; readonly seen: boolean; readonly answered: boolean }
  | { readonly kind: 'gone'; readonly key: string }
  /** Everything here before is void and will be told again, by identity; keys of another generation are forgotten. */
  | { readonly kind: 'renumbered'; readonly prefix: string }
  /** The complete list of keys there are; what is not in it is gone. */
  | { readonly kind: 'present'; readonly prefix: string; readonly keys: readonly string[] };

/** Why something that a server counts cannot be had from it; each has words in the catalogue under `account.gap.<reason>`. */
export const gapReasons = ['withheld-by-server', 'expired-at-server', 'no-history', 'not-permitted'] as const;
export type GapReason = (typeof gapReasons)[number];

/** What one pull brought. Items, changes and cursor are committed together or not at all. */
export type Batch = {
  readonly items: readonly RawItem[];
  readonly changes: readonly StreamChange[];
  readonly next: Cursor;
  /** True while there is more to pull right away. */
  readonly more: boolean;
  /** Messages on the server in this stream, when it says. */
  readonly onServer: number | null;
  /** Messages still to be pulled by the first import, when known. */
  readonly remaining: number | null;
  /** Something the server no longer has; shown to the agent. */
  readonly gap: { readonly reason: GapReason; readonly from: number | null } | null;
};

/** A change of ours to be told to the server. */
export type RemoteChange =
  | ({ readonly kind: 'seen'; readonly seen: boolean } & ChangedItem)
  | ({ readonly kind: 'answered' } & ChangedItem);

/** Which item a change is about; name, room and sender as its {@link Inbound} gave them. */
export type ChangedItem = {
  readonly stream: string;
  readonly key: string;
  readonly name: string | null;
  readonly room: string | null;
  readonly from: string;
};

/** A file that an item points to. */
export type RemoteFile = {
  readonly stream: string;
  readonly key: string;
  readonly part: string;
  /** The bytes of the item. */
  readonly source: Uint8Array;
};

/** What a session gets from outside. Every base URL and host is part of the settings, so tests point at loopback. */
export type SessionContext = {
  readonly address: string;
  readonly settings: Settings;
  readonly clock: Clock;
  /** The secrets as they are now. */
  secrets(): Secrets;
  /** Saves refreshed secrets before they are used; a crash in between must not lock the account out. */
  saveSecrets(secrets: Secrets): Promise<void>;
  /** Whoever could not be reached before is there again: what waits for this recipient is tried now, and not at its time. */
  retrySends?(recipient: string): void;
  /** A line for the log: no text of a message, no address, no secret. */
  log(line: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
};

/** One account, connected or about to be. All calls end within a second of the signal. Failures are thrown as ChannelError. */
export interface Session {
  /** True where `pull` needs neither `streams` nor `listen` before it: the newest of a first import are then asked for first of all. */
  readonly pullsAtOnce?: boolean;
  streams(signal: AbortSignal): Promise<readonly StreamInfo[]>;
  /** The next batch, newest first during the first import; `cursor` is null the first time. */
  pull(
    stream: string,
    cursor: Cursor | null,
    limits: { readonly maxItems: number; readonly maxBytes: number; readonly check: boolean },
    signal: AbortSignal,
  ): Promise<Batch>;
  /** Told after the batch has been committed. */
  committed?(stream: string, cursor: Cursor): Promise<void>;
  /** Waits for the server to have something and says in which stream; hints only wake pull, they are never a second path. */
  listen(streams: readonly string[], hint: (stream: string) => void, signal: AbortSignal): Promise<void>;
  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult>;
  /** Looks for what an attempt with an unknown outcome left behind. */
  reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled>;
  /** Puts a copy where sent messages are kept, exactly once, also where the server files its own; answers when it is there. */
  fileSent?(attempt: Attempt, signal: AbortSignal): Promise<void>;
  apply?(changes: readonly RemoteChange[], signal: AbortSignal): Promise<void>;
  /** The whole source of an item of which only the beginning was kept; null when it is gone. */
  source(stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null>;
  /** Bytes of a file that the item only points to; null when it is gone, a ChannelError `quota` when it is over `maxBytes`. */
  file?(file: RemoteFile, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null>;
  /** The prepared texts of the account. */
  templates?(signal: AbortSignal): Promise<readonly PreparedText[]>;
  close(): Promise<void>;
}

/** Services that discovery and sign-in may use; the engine provides them. */
export type SetupContext = {
  readonly clock: Clock;
  /** Opens a page in the person's own browser. */
  openBrowser(url: string): Promise<void>;
  log(line: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
};

/** What a trial login found. */
export type Probed = {
  /** The account's own address: what messages of ours come from, and what decides their direction. */
  readonly address: string;
  /** How people call the account, where the address says little to them. */
  readonly label?: string;
  readonly streams: readonly StreamInfo[];
  /** Settings that only the server knows, such as its own limits: `maxText` (a count) and `maxAttachmentBytes` replace the profile's. */
  readonly settings?: Settings;
};

/** One step of a look from outside. `said` is the other side's own word; the words of a step are under `channel.<kind>.examine.<step>`. */
export type Examined = { readonly step: string; readonly ok: boolean; readonly said: string | null };

/** A channel: plain data about it, its pure half, and its sessions. One folder and one line in the registry. */
export interface Channel {
  readonly profile: ChannelProfile;
  readonly mapper: Mapper;
  discover(address: string, context: SetupContext, signal: AbortSignal): Promise<readonly Discovered[]>;
  /** The whole OAuth journey through the system browser. */
  signIn(address: string, settings: Settings, context: SetupContext, signal: AbortSignal): Promise<Secrets>;
  /** Checks settings and turns a typed credential into secrets; a bad field throws ChannelError `settings`. */
  secretsFrom(address: string, settings: Settings, credential: Credential): Secrets;
  /** Tries to sign in without side effects; answers the account's own name on the channel. */
  probe(context: SessionContext, signal: AbortSignal): Promise<Probed>;
  /** Looks at the account from where its customers stand, one step after another until one fails. */
  examine?(context: SessionContext, signal: AbortSignal): Promise<readonly Examined[]>;
  /** Cheap: no traffic before the first call of the session. */
  open(context: SessionContext): Session;
  /** A recipient as the channel writes it, or null for what none can be; without it, email addresses. Pure. */
  readRecipient?(typed: string): string | null;
  /** The wire form, made once at the click. Pure. */
  compose(message: Outgoing, settings: Settings): Composed;
  /** The same wire form with another date, for what leaves later than it was written; without it the form has no date. Pure. */
  redate?(bytes: Uint8Array, at: number): Uint8Array;
}
