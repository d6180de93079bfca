import { useCallback } from 'react';
import { useEngineEvents } from '#renderer/engine-client/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { EngineEvent } from '#shared/contract/events.ts';

/** What the engine tells without being asked: new mail is said to the screen reader, a clicked notification is opened. */
export const useEngineNews = (): void => {
  const words = useWords();
  const { say } = useToasts();
  const { go } = useNavigation();
  useEngineEvents(
    useCallback(
      (event: EngineEvent) => {
        if (event.event === 'arrived') say(words('app.arrived', { count: event.conversations.length }));
        else if (event.event === 'show') go({ kind: 'open', id: event.conversation });
        else if (event.event === 'show-follow-ups') go({ kind: 'follow-ups' });
        else if (event.event === 'fell-due')
          say(words('app.fell-due', { count: event.conversations.length }));
      },
      [words, say, go],
    ),
  );
};
