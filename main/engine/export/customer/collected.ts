import type { CustomerDetail } from '#shared/contract/customers.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import { exportMessages } from '../../archive/export-messages.ts';
import type { ExportedMessage } from '../../archive/export-messages.ts';
import { conversationsAbout, isAbout } from '../../store/read/customer-file.ts';
import type { TheirConversation } from '../../store/read/customer-file.ts';
import type { Workspace } from '../../workspace.ts';

/** A file of a message as it lies in the archive. Sizes are bytes. */
export type CollectedFile = {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mimeType: string;
};

/** What was put into the archive of a message. */
type Collected = {
  readonly original: string | null;
  readonly files: readonly CollectedFile[];
};

/** What should be in it and is not, and why. */
export type Missing = {
  readonly at: number;
  /** The file's name; null for the message's original. */
  readonly file: string | null;
  readonly why: 'part' | 'gone' | 'policy';
};

/** Everything about one customer, as it is collected; texts stay in the workspace and are read again for each use. */
export class CustomerFile {
  readonly customer: CustomerDetail;
  readonly conversations: readonly TheirConversation[];
  readonly missing: Missing[] = [];
  readonly #workspace: Workspace;
  readonly #collected = new Map<MessageId, Collected>();
  readonly #others = new Set<MessageId>();

  constructor(workspace: Workspace, customer: CustomerDetail) {
    this.#workspace = workspace;
    this.customer = customer;
    this.conversations = conversationsAbout(workspace.db, customer.id, customer.identities);
  }

  /** How many messages are to be looked at. */
  get total(): number {
    return this.conversations.reduce((sum, { messages }) => sum + messages, 0);
  }

  /** How many messages of other people were left out. */
  get others(): number {
    return this.#others.size;
  }

  /** Messages of a conversation that are theirs, oldest first; `looked` hears of every one, also of what is left out. */
  *messagesIn(
    conversation: TheirConversation,
    looked: () => void = () => undefined,
  ): Generator<ExportedMessage> {
    for (const message of exportMessages(this.#workspace, conversation.id)) {
      if (isAbout(message, this.customer.identities, conversation.own)) yield message;
      else this.#others.add(message.id);
      looked();
    }
  }

  collect(message: MessageId, collected: Collected): void {
    this.#collected.set(message, collected);
  }

  /** What of a message lies in the archive. */
  collected(message: MessageId): Collected {
    return this.#collected.get(message) ?? { original: null, files: [] };
  }

  get messages(): number {
    return this.#collected.size;
  }

  get files(): number {
    return [...this.#collected.values()].reduce((sum, { files }) => sum + files.length, 0);
  }
}
