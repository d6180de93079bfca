import type { View } from '#shared/contract/conversations.ts';
import type { Deed } from './use-conversation-actions.ts';

const done: ReadonlySet<View> = new Set<View>(['done', 'all', 'drafts', 'problems']);
const mine: ReadonlySet<View> = new Set<View>(['my-turn', 'waiting', 'member']);
const awake: ReadonlySet<View> = new Set<View>(['my-turn', 'waiting', 'unowned']);

/** Whether what was done takes a conversation out of a list, so that the next one comes up. What one claims one goes on to read. */
export const leaves = (view: View, how: Deed): boolean => {
  switch (how) {
    case 'resolve':
      return !done.has(view);
    case 'reopen':
      return view === 'done';
    case 'transfer':
    case 'assign':
      return mine.has(view) || view === 'unowned';
    case 'snooze':
      return awake.has(view);
    case 'wake':
      return view === 'snoozed';
    case 'claim':
    case 'follow-up':
    case 'tag':
    case 'merge':
    case 'check':
      return false;
  }
};
