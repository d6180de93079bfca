import type { DraftMode } from '#shared/contract/compose.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { MessageItem } from '../model/expanded.ts';
import type { LinkWish } from './MessageFrame.tsx';

/** What one message asks of the conversation around it. */
export type MessageHands = {
  readonly onToggle: (id: MessageId) => void;
  readonly onAnswer: (mode: DraftMode, id: MessageId) => void;
  readonly onLink: (wish: LinkWish) => void;
  /** Asks which messages get a conversation of their own, from this one on; null where there is only one. */
  readonly onSplit: ((from: MessageId) => void) | null;
};

/** A message and what it is shown by. */
export type MessageProps = {
  readonly item: MessageItem;
  readonly expanded: boolean;
  /** Whether the conversation goes by more than one channel, so that each message says by which it came. */
  readonly severalWays: boolean;
  /** In it the customer says that it is solved, and a check ended with that. */
  readonly ownWords: boolean;
} & MessageHands;
