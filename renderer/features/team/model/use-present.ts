import { useEffect, useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { useInTeam } from './use-team-status.ts';

/** Typing is told again this often, in ms: the engine lets it lapse after eight seconds. */
const typingAgain = 4_000;
/** That somebody still sits here is told again this often, in ms: the engine lets it lapse after ten minutes. */
const hereAgain = 60_000;

const isSeen = (): boolean => document.visibilityState === 'visible';

const isAnswering = ({ target }: Event): boolean =>
  target instanceof Element && target.closest('.composer, .note-composer') !== null;

/** Tells the team which conversation is looked at here and when an answer is typed; nothing in a window nobody sees. */
export const usePresent = (conversation: ConversationId | null): void => {
  const engine = useEngine();
  const inTeam = useInTeam() !== null;
  const [seen, setSeen] = useState(isSeen);
  useEffect(() => {
    const look = (): void => setSeen(isSeen());
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  const shown = inTeam && seen ? conversation : null;
  useEffect(() => {
    if (shown === null) return;
    let saidAt = 0;
    let typedAt = Number.NEGATIVE_INFINITY;
    const say = (typing: boolean): void => {
      saidAt = performance.now();
      if (typing) typedAt = saidAt;
      void engine.call('team.present', { conversation: shown, typing });
    };
    const onInput = (event: Event): void => {
      if (isAnswering(event) && performance.now() - typedAt >= typingAgain) say(true);
    };
    const onTouch = (): void => {
      if (performance.now() - saidAt >= hereAgain) say(false);
    };
    say(false);
    document.addEventListener('input', onInput);
    document.addEventListener('pointerdown', onTouch);
    document.addEventListener('keydown', onTouch);
    return () => {
      document.removeEventListener('input', onInput);
      document.removeEventListener('pointerdown', onTouch);
      document.removeEventListener('keydown', onTouch);
      void engine.call('team.present', { conversation: null, typing: false });
    };
  }, [engine, shown]);
};
