import { useEffect, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';

/** How long a conversation is on screen before it counts as seen, in ms: going past it with j does not read it. */
const glance = 400;

const isLookedAt = (): boolean => document.visibilityState === 'visible' && document.hasFocus();

/** Marks the opened conversation as seen once it was shown to somebody: not in a window that nobody looks at. */
export const useSeen = (conversation: ConversationDetail | undefined): void => {
  const client = useEngine();
  const [lookedAt, setLookedAt] = useState(isLookedAt);

  useEffect(() => {
    const look = (): void => {
      setLookedAt(isLookedAt());
    };
    // Going into the message's frame takes the focus from the window for a moment and is still looking at it.
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);

  const id = conversation?.id;
  const unread = conversation?.unread ?? 0;
  useEffect(() => {
    if (id === undefined || unread === 0 || !lookedAt) return;
    const timer = setTimeout(() => {
      void client.call('conversation.seen', { id, seen: true });
    }, glance);
    return () => {
      clearTimeout(timer);
    };
  }, [client, id, unread, lookedAt]);
};
