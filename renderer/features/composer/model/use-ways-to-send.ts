import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useAction } from '#renderer/workbench/index.ts';
import { promiseOf } from '#renderer/features/when/index.ts';
import type { ChosenWhen } from '#renderer/features/when/index.ts';
import type { Peer } from '#shared/contract/compose.ts';
import type { RecipientList } from '../view/Addressing.tsx';
import type { DraftHands, OpenDraft } from './use-draft.ts';
import { simply } from './use-send.ts';
import type { SendIntent, useSend } from './use-send.ts';

/** A time that is being chosen, and what for. */
export type Choosing = 'later' | 'follow-up';

type Parts = {
  readonly sender: ReturnType<typeof useSend>;
  readonly open: OpenDraft;
  readonly hands: DraftHands;
  /** Whether there is a conversation to resolve or to promise something in. */
  readonly answers: boolean;
  /** Whether something on the screen has to be dealt with first; told what was asked for. */
  readonly barred: (intent: SendIntent) => boolean;
  readonly onHide: () => void;
};

/** The keys and buttons that send: now, with a resolve, with a promise, or later. */
export const useWaysToSend = ({ sender, open, hands, answers, barred, onHide }: Parts) => {
  const pending = useRef<Record<RecipientList, string>>({ to: '', cc: '', bcc: '' });
  const [badRecipient, setBadRecipient] = useState<string | null>(null);
  const [choosing, setChoosing] = useState<{ readonly what: Choosing; readonly now: number } | null>(null);

  const send = (intent: SendIntent): void => {
    const unfinished = Object.values(pending.current).find((text) => text !== '');
    if (unfinished !== undefined) setBadRecipient(unfinished);
    else if (!barred(intent) && !sender.stale) void sender.send(intent);
  };
  const choose = (what: Choosing) => (): void => setChoosing({ what, now: Date.now() });
  useAction('composer.send', () => send(simply));
  useAction('composer.send-resolve', answers ? () => send({ ...simply, resolve: true }) : null);
  useAction('composer.send-later', choose('later'));
  useAction('composer.send-follow-up', answers ? choose('follow-up') : null);

  return {
    badRecipient,
    choosing,
    send,
    later: choose('later'),
    followUp: choose('follow-up'),
    stopChoosing: () => setChoosing(null),
    chosen: (when: ChosenWhen): void => {
      const what = choosing?.what;
      setChoosing(null);
      send(what === 'later' ? { ...simply, at: when.at } : { ...simply, followUp: promiseOf(when, '') });
    },
    onPending: (list: RecipientList, text: string): void => {
      pending.current[list] = text;
      setBadRecipient(null);
      if (sender.state.kind === 'refused' || sender.state.kind === 'stopped') sender.calm();
    },
    replaceRecipient: (address: string, by: string): void => {
      const swap = (people: readonly Peer[]): Peer[] =>
        people.map((peer) => (peer.address.toLowerCase() === address ? { ...peer, address: by } : peer));
      const { to, cc, bcc } = open.edit;
      hands.change({ to: swap(to), cc: swap(cc), bcc: swap(bcc) });
      sender.calm();
    },
    onKeyDown: (event: KeyboardEvent): void => {
      // React hands on the keys of a dialog that belongs to the composer; they are the dialog's own.
      if (event.target instanceof Element && event.target.closest('dialog') !== null) return;
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        event.stopPropagation();
        send({ ...simply, resolve: event.shiftKey && answers });
      } else if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        onHide();
      }
    },
  };
};
