import type { ChosenTemplate } from '#shared/contract/compose.ts';
import type { Correspondent, Visibility } from '#shared/domain/message.ts';

/** A file to be sent. `contentId` is set for pictures inside the text. */
export type OutgoingFile = {
  readonly name: string;
  readonly mimeType: string;
  readonly contentId: string | null;
  readonly bytes: Uint8Array;
};

/** What a channel's composer makes the wire form of, once, at the click. */
export type Outgoing = {
  /** Our own id: idempotency key and the name under which the echo is recognised. */
  readonly clientId: string;
  readonly at: number;
  readonly from: Correspondent;
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly bcc: readonly Correspondent[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly files: readonly OutgoingFile[];
  /** External ids of the messages before, oldest first; the last one is answered. */
  readonly references: readonly string[];
  /** True for what a machine sends by itself; marked as such on the wire (RFC 3834). */
  readonly automatic: boolean;
  /** What is answered on the same channel; null for a first word, and where the answer goes by another channel. */
  readonly answers: Answered | null;
  /** Who may see it; never wider than what is answered. Null on channels without a choice. */
  readonly visibility: Visibility | null;
  /** The author's warning of what is inside; empty for none. */
  readonly warning: string;
  /** A prepared text that the channel allows when its window is closed; `text` is how it reads. */
  readonly template: ChosenTemplate | null;
};

/** The message that is answered, as {@link Inbound} gave it. */
export type Answered = {
  readonly name: string | null;
  readonly room: string | null;
  readonly from: Correspondent;
  readonly visibility: Visibility | null;
  readonly warning: string;
};

/** The wire form, frozen: the same bytes on every try. */
export type Composed = {
  /** The channel's name of the message, made by us (for email the Message-ID without brackets); null where the server makes it. */
  readonly externalId: string | null;
  readonly recipients: readonly string[];
  readonly bytes: Uint8Array;
  /** The room in which it will be seen again, where the message alone says that; the conversation is found by it. */
  readonly room?: string | null;
};

/** One try to send. */
export type Attempt = Composed & {
  readonly clientId: string;
  readonly envelopeFrom: string;
  /** Recipients still to be served; those already accepted are left out. */
  readonly pending: readonly string[];
  /** When the first try began, in ms UTC; bounds what reconcile has to search. */
  readonly since: number;
};

/** What became of a try. */
export type SendResult =
  | {
      readonly kind: 'accepted';
      readonly accepted: readonly string[];
      readonly refused: readonly {
        readonly recipient: string;
        readonly said: string;
        readonly permanent: boolean;
      }[];
      readonly externalId: string | null;
    }
  | { readonly kind: 'rejected'; readonly said: string; readonly code: string }
  | { readonly kind: 'retry'; readonly said: string; readonly afterMs: number | null }
  /** The connection was lost after the body was handed over: it may or may not have been accepted. */
  | { readonly kind: 'unknown'; readonly said: string };

/** What a look-up after an unknown outcome proves; `acceptedAs` also says how the server calls it, as {@link Inbound} `name` does. */
export type Reconciled = 'accepted' | 'absent' | 'unknown' | { readonly acceptedAs: string };

/** What send must tell the engine while it runs. */
export interface SendHooks {
  /** Called, and awaited, when everything but the last bytes has been written and BEFORE the server could accept (RFC 1047). */
  handingOver(): Promise<void>;
}
