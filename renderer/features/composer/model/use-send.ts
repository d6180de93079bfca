import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { Refused } from '#shared/contract/contract.ts';
import type { CallFailure } from '#shared/contract/contract.ts';
import type { ConversationId, DraftId, MessageId, OutboxId } from '#shared/kit/brand.ts';
import type { DraftKeeper } from './draft-keeper.ts';

/** What the agent can know of a conversation: its revision, and the newest message from outside. */
export type Seen = { readonly rev: number; readonly newestIn: MessageId | null };

/** How a send stands. */
export type SendState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'refused'; readonly failure: Refused<'draft.send'> | CallFailure }
  | { readonly kind: 'unsaved' };

type Sent = { readonly conversation: ConversationId };

const useUndo = () => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const { go } = useNavigation();
  return async (outbox: OutboxId): Promise<void> => {
    const answer = await engine.call('outbox.undo', { id: outbox });
    if (!answer.ok) {
      toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
      return;
    }
    const { conversation } = answer.value;
    go(conversation === null ? { kind: 'new-message' } : { kind: 'open', id: conversation });
    toasts.show({ text: words('composer.undone') });
  };
};

/**
 * Sends a draft: saves what is typed, asks the engine with what the agent has seen, and offers to take it back while
 * that is possible. A message that came since stops the send and is shown.
 */
export const useSend = (id: DraftId, keeper: DraftKeeper, now: Seen | null, onSent: (sent: Sent) => void) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const undo = useUndo();
  const [state, setState] = useState<SendState>({ kind: 'idle' });
  const [seen, setSeen] = useState<Seen | null>(now);
  // Revisions that brought nothing from outside (our own saves and sends) are nothing to look at first.
  const nothingCame = seen?.newestIn === now?.newestIn;
  const seenRev = nothingCame ? (now?.rev ?? null) : (seen?.rev ?? null);

  const send = async (resolve: boolean, rev: number | null = seenRev): Promise<void> => {
    if (state.kind === 'sending') return;
    setState({ kind: 'sending' });
    if (!(await keeper.settled(id))) {
      setState({ kind: 'unsaved' });
      return;
    }
    const answer = await engine.call('draft.send', { id, seenRev: rev, resolve });
    if (!answer.ok) {
      setState({ kind: 'refused', failure: answer.failure });
      return;
    }
    keeper.forget(id);
    const { outbox, conversation, sendsAt } = answer.value;
    const left = sendsAt - Date.now();
    toasts.show(
      left > 500
        ? {
            text: words('composer.leaves'),
            undo: () => {
              void undo(outbox);
            },
            stays: left,
            countdown: true,
          }
        : { text: words('composer.sent') },
    );
    onSent({ conversation });
  };

  return {
    state,
    /** True when somebody wrote since the agent began and it was not confirmed as read. */
    stale: !nothingCame || (state.kind === 'refused' && state.failure.kind === 'stale'),
    send,
    /** The agent says that what came was read. */
    sendAnyway: (resolve: boolean) => {
      setSeen(now);
      const refusedRev =
        state.kind === 'refused' && state.failure.kind === 'stale' ? state.failure.rev : null;
      void send(resolve, Math.max(now?.rev ?? 0, refusedRev ?? 0) || null);
    },
    calm: () => setState({ kind: 'idle' }),
  };
};
