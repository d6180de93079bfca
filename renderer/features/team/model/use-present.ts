import { useEffect, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { useInTeam } from './use-team-status.ts';

/** Somebody who wrote nothing for so long, in ms, is no longer writing. */
const stillWriting = 20_000;

const isLookedAt = (): boolean => document.visibilityState === 'visible';

/** Whether somebody writes an answer or a note in the window now: typed lately, and the field is still there. */
const useTyping = (conversation: ConversationId | null): boolean => {
  const [typing, setTyping] = useState<ConversationId | null>(null);
  useEffect(() => {
    if (conversation === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => setTyping(null);
    const hear = ({ target }: Event): void => {
      if (!(target instanceof Element) || target.closest('.composer, .note-composer') === null) return;
      setTyping(conversation);
      clearTimeout(timer);
      timer = setTimeout(stop, stillWriting);
    };
    document.addEventListener('input', hear);
    return () => {
      document.removeEventListener('input', hear);
      clearTimeout(timer);
    };
  }, [conversation]);
  return typing !== null && typing === conversation;
};

/** Tells the team which conversation is looked at here and whether an answer is written; nothing in a window nobody sees. */
export const usePresent = (conversation: ConversationId | null): void => {
  const engine = useEngine();
  const inTeam = useInTeam() !== null;
  const typing = useTyping(inTeam ? conversation : null);
  const [seen, setSeen] = useState(isLookedAt);
  useEffect(() => {
    const look = (): void => setSeen(isLookedAt());
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  const shown = inTeam && seen ? conversation : null;
  useEffect(() => {
    if (shown === null) return;
    void engine.call('team.present', { conversation: shown, typing });
  }, [engine, shown, typing]);
  useEffect(() => {
    if (shown === null) return;
    return () => {
      void engine.call('team.present', { conversation: null, typing: false });
    };
  }, [engine, shown]);
};
