import type { CallName, Input } from '#shared/contract/contract.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { Answer } from '#shared/contract/wire.ts';
import type { ConversationId, DraftId } from '#shared/kit/brand.ts';
import type { ExportedMessage } from '../archive/export-messages.ts';
import type { ArchivedMail, Imported } from '../archive/import-mails.ts';

export type { ArchivedMail, ExportedMessage, Imported };

/** An engine without a window, with its workspace open. */
export interface Headless {
  /** The very calls that the page makes. */
  call<Name extends CallName>(name: Name, input: Input<Name>): Promise<Answer<Name>>;
  onEvent(listener: (event: EngineEvent) => void): void;
  /** Attaches files to a draft by their paths. */
  attachFiles(draft: DraftId, paths: readonly string[]): Promise<Answer<'draft.attachFiles'>>;
  /** Takes mails from files into an account of their own; see `importMails`. */
  importMails(
    mails: AsyncIterable<ArchivedMail>,
    options: {
      readonly label: string;
      readonly own: readonly string[];
      readonly progress: (done: Imported) => void;
      readonly signal: AbortSignal;
    },
  ): Promise<Imported>;
  /** Every message, oldest first, or those of one conversation. */
  messages(conversation: ConversationId | null): Iterable<ExportedMessage>;
  /** Makes everything searchable that is not yet; answers how many messages that were. */
  catchUpIndex(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}
