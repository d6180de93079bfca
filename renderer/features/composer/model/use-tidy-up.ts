import { useEffect, useRef } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import type { DraftId } from '#shared/kit/brand.ts';
import type { DraftHands, OpenDraft } from './use-draft.ts';

type Left = {
  readonly id: DraftId;
  /** Whether the draft was only just started. */
  readonly fresh: boolean;
  readonly open: OpenDraft;
  readonly hands: DraftHands;
};

/** Throws a draft away that was started and left without a word, unless it is to be kept. */
export const useTidyUp = ({ id, fresh, open, hands }: Left): { readonly keep: () => void } => {
  const engine = useEngine();
  const untouched = useRef(fresh);
  const onScreen = useRef(false);
  const empty = open.edit.html === '' && open.attachments.length === 0 && hands.keeper.unsaved(id) === null;
  useEffect(() => {
    if (!empty) untouched.current = false;
  }, [empty]);
  useEffect(() => {
    onScreen.current = true;
    return () => {
      onScreen.current = false;
      // After the effects of this round: a composer that is only mounted anew is back on the screen by then.
      queueMicrotask(() => {
        if (!onScreen.current && untouched.current) void engine.call('draft.discard', { id });
      });
    };
  }, [engine, id]);
  return {
    keep: () => {
      untouched.current = false;
    },
  };
};
