import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { SendStop } from '#shared/contract/compose.ts';
import type { Refused } from '#shared/contract/contract.ts';
import type { CallFailure } from '#shared/contract/contract.ts';
import type { NewFollowUp } from '#shared/contract/new-follow-up.ts';
import type { ConversationId, DraftId, MessageId, OutboxId } from '#shared/kit/brand.ts';
import type { DraftKeeper } from './draft-keeper.ts';

/** What the agent can know of a conversation: its revision, and the newest message from outside with who wrote what. */
export type Seen = {
  readonly rev: number;
  readonly newestIn: MessageId | null;
  readonly newest: { readonly from: string; readonly text: string } | null;
};

/** What a send is to do beside sending. `at` is ms UTC; null for as soon as it can be. */
export type SendIntent = {
  readonly resolve: boolean;
  readonly at: number | null;
  readonly followUp: NewFollowUp | null;
  /** Sends a text over the channel's limit as several messages. */
  readonly split: boolean;
};

/** Sends now, and nothing else. */
export const simply: SendIntent = { resolve: false, at: null, followUp: null, split: false };

/** How a send stands. */
export type SendState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  /** There is something to look at first; `intent` is what was asked for. */
  | { readonly kind: 'stopped'; readonly stops: readonly SendStop[]; readonly intent: SendIntent }
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

/** Says that a message is on its way, and offers to take it back while that is possible. */
const useLeaving = () => {
  const words = useWords();
  const toasts = useToasts();
  const undo = useUndo();
  return (outbox: OutboxId, sendsAt: number, planned: boolean): void => {
    const now = Date.now();
    const left = sendsAt - now;
    const takeBack = (): void => {
      void undo(outbox);
    };
    if (planned) {
      const form = new Intl.DateTimeFormat(words.locale, { dateStyle: 'medium', timeStyle: 'short' });
      const time = form.format(sendsAt);
      toasts.show({ text: words('composer.planned', { time }), undo: takeBack });
    } else if (left > 500) {
      toasts.show({ text: words('composer.leaves'), undo: takeBack, stays: left, countdown: true });
    } else toasts.show({ text: words('composer.sent') });
  };
};

/**
 * Sends a draft: saves what is typed, asks what to look at first, then the engine with what the agent has seen, and
 * offers to take it back while that is possible. A message that came since stops the send and is shown.
 */
export const useSend = (id: DraftId, keeper: DraftKeeper, now: Seen | null, onSent: (sent: Sent) => void) => {
  const engine = useEngine();
  const leaving = useLeaving();
  const [state, setState] = useState<SendState>({ kind: 'idle' });
  const [seen, setSeen] = useState<Seen | null>(now);
  const [last, setLast] = useState<SendIntent>(simply);
  // Revisions that brought nothing from outside (our own saves and sends) are nothing to look at first.
  const nothingCame = seen?.newestIn === now?.newestIn;
  const seenRev = nothingCame ? (now?.rev ?? null) : (seen?.rev ?? null);

  const stopsOf = async (): Promise<readonly SendStop[]> => {
    const answer = await engine.call('draft.check', { id });
    // Not being able to ask stops nothing: what must not go out is refused by the send itself.
    return answer.ok ? answer.value.stops : [];
  };
  const send = async (intent: SendIntent, confirmed = false, rev: number | null = seenRev): Promise<void> => {
    if (state.kind === 'sending') return;
    setLast(intent);
    setState({ kind: 'sending' });
    if (!(await keeper.settled(id))) {
      setState({ kind: 'unsaved' });
      return;
    }
    const stops = confirmed ? [] : await stopsOf();
    if (stops.length > 0) {
      setState({ kind: 'stopped', stops, intent });
      return;
    }
    const { resolve, at, followUp, split } = intent;
    const answer = await engine.call('draft.send', {
      id,
      seenRev: rev,
      resolve,
      followUp,
      ...(at === null ? {} : { at }),
      ...(split ? { split } : {}),
    });
    if (!answer.ok) {
      setState({ kind: 'refused', failure: answer.failure });
      return;
    }
    keeper.forget(id);
    const { outbox, conversation, sendsAt } = answer.value;
    leaving(outbox, sendsAt, at !== null);
    onSent({ conversation });
  };

  return {
    state,
    /** True when somebody wrote since the agent began and it was not confirmed as read. */
    stale: !nothingCame || (state.kind === 'refused' && state.failure.kind === 'stale'),
    send: (intent: SendIntent) => send(intent),
    /** The agent has seen what there is to look at; sends as it was asked for. */
    sendStopped: () => {
      if (state.kind === 'stopped') void send(state.intent, true);
    },
    /** The agent says that what came was read. */
    sendAnyway: () => {
      setSeen(now);
      const refusedRev =
        state.kind === 'refused' && state.failure.kind === 'stale' ? state.failure.rev : null;
      void send(last, false, Math.max(now?.rev ?? 0, refusedRev ?? 0) || null);
    },
    calm: () => setState({ kind: 'idle' }),
  };
};
