import type { Topic } from '#shared/contract/events.ts';
import type { ActionInput, ActionName, ActionOutput } from '../actions/actions.ts';
import { storeReason } from '../store/failure.ts';
import type { StoreReason } from '../store/failure.ts';

/** Who is waiting: a person, or nobody in particular. Background work goes in small batches and lets persons pass. */
export type Urgency = 'interactive' | 'background';

/** The one way to change the store. Each call is one action in one transaction, on the thread that owns the writing connection. */
export interface Writer {
  run<Name extends ActionName>(
    name: Name,
    input: ActionInput<Name>,
    urgency?: Urgency,
  ): Promise<ActionOutput<Name>>;
  /** Sets the listener for what a commit changed; called after the commit and before the action's promise settles. */
  onChanged(listener: (topics: readonly Topic[]) => void): void;
  /** Finishes the action at hand, refuses the rest, and closes the store. */
  close(): Promise<void>;
}

/** Where the workspace lies and the root of its keys. */
export type WriterOptions = { readonly workspaceDir: string; readonly root: Uint8Array };

/** An action that did not happen: what the disk said, or a fault of ours whose words are only for the log. */
export class WriteError extends Error {
  readonly reason: StoreReason | null;

  constructor(message: string, reason: StoreReason | null, stack?: string) {
    super(message);
    this.name = 'WriteError';
    this.reason = reason;
    if (stack !== undefined) this.stack = stack;
  }
}

/** What a failure means for the workspace, whichever side of the writer's thread it comes from; null when it is not about the disk. */
export const reasonOf = (error: unknown): StoreReason | null =>
  error instanceof WriteError ? error.reason : storeReason(error);
