import type { Channel, Cursor, Session, SessionContext } from '#main/channels/kit/channel.ts';
import type { Attempt } from '#main/channels/kit/outgoing.ts';
import type { Correspondent } from '#shared/domain/message.ts';

/** What the other side of a channel can be made to do; a harness names what its own cannot. */
export type Ability =
  /** A customer writes while we look on. */
  | 'write'
  /** The server has a long history. */
  | 'history'
  /** The server refuses everything because it comes too fast. */
  | 'throttle'
  /** The password stops being valid. */
  | 'expire'
  /** The line stays open and nothing comes any more. */
  | 'silence'
  /** The line breaks when the server has taken what we send, or just before. */
  | 'lose-verdict'
  /** We listen to the server, which may promise to push. */
  | 'listen'
  /** What we send is seen again by pulling; Telegram never tells a bot what the bot itself has said. */
  | 'echo';

/** One account on a real server or emulator, with its customer on the other side. */
export type StagedAccount = {
  readonly context: SessionContext;
  /** Where customers' messages arrive, and where ours are seen again. */
  readonly stream: string;
  readonly sentStream: string;
  readonly customer: Correspondent;
  /** A new session, closed with the stage. */
  readonly open: () => Session;
  /** The customer writes these texts; over when the server has them, in this order. */
  readonly write: (texts: readonly string[]) => Promise<void>;
  /** Gives the stream so many messages of the past, fast; their texts are `history 1` and so on. */
  readonly seed: (count: number) => Promise<void>;
  /** How many messages of this attempt the server has taken for good. */
  readonly taken: (attempt: Attempt) => Promise<number>;
  /** From now on every connection or call is refused as too fast, until `relent`. */
  readonly throttle: () => void;
  readonly relent: () => void;
  /** How often the server was asked while it refused. */
  readonly knocks: () => number;
  readonly expire: () => Promise<void>;
  /** Nothing is said any more on the lines that are open. */
  readonly silence: () => void;
  /** The next message is lost together with the line: after the server took it, or before it could. */
  readonly loseVerdict: (when: 'taken' | 'not-taken') => void;
  /** A cursor of the right form that points to nothing this server knows. */
  readonly strange: (cursor: Cursor) => Cursor;
};

/** A running server. */
export type Stage = {
  /** The channel with time-outs short enough for a test. */
  readonly channel: Channel;
  readonly newAccount: () => Promise<StagedAccount>;
  readonly stop: () => Promise<void>;
};

/** What the suite needs to know of one channel. */
export type Harness = {
  readonly kind: string;
  readonly without: readonly Ability[];
  readonly start: () => Promise<Stage>;
};

/** For what a harness says it is without. */
export const unstaged = (): never => {
  throw new Error('the harness of this channel cannot do that');
};
