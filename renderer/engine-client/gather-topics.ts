import type { Topic } from '#shared/contract/events.ts';

/** The shortest time between two rounds of fetching anew, in ms: an import tells of changes thirty times a second. */
export const roundMs = 100;

/** Tells of changes at once after a quiet while, and together with those that follow within a round. */
export const gatherTopics = (
  tell: (topics: readonly Topic[]) => void,
): { readonly add: (topics: readonly Topic[]) => void; readonly stop: () => void } => {
  let pause: ReturnType<typeof setTimeout> | null = null;
  const gathered = new Map<string, Topic>();
  const round = (): void => {
    pause = null;
    if (gathered.size === 0) return;
    const topics = [...gathered.values()];
    gathered.clear();
    pause = setTimeout(round, roundMs);
    tell(topics);
  };
  return {
    add: (topics) => {
      for (const topic of topics) gathered.set(JSON.stringify(topic), topic);
      if (pause === null) round();
    },
    stop: () => {
      if (pause !== null) clearTimeout(pause);
    },
  };
};
