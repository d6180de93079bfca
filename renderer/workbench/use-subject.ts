import { useWords } from '#renderer/ui/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import { useProfiles } from './use-profiles.tsx';

/** Says what a conversation is about: its subject, or the channel where that has no subjects. */
export const useSubject = (): ((row: Pick<ConversationRow, 'subject' | 'channel'>) => string) => {
  const words = useWords();
  const profileOf = useProfiles();
  return ({ subject, channel }) => {
    if (subject !== '') return subject;
    return profileOf(channel)?.capabilities.subject === false
      ? words.of(`channel.${channel}`, {}, 'channel.other')
      : words('word.no-subject');
  };
};
