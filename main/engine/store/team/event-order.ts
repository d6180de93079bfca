import type { TeamEvent } from '../../team/wire.ts';

/**
 * Events of several conversations in one order: each log by its own revisions, and between logs by their ids, which grow
 * with the time on the device that made them. What a split told in two logs stands here as it stood there.
 */
export const inTheirOrder = (events: readonly TeamEvent[]): readonly TeamEvent[] => {
  const streams = new Map<string, TeamEvent[]>();
  for (const event of events) {
    const stream = streams.get(event.stream);
    if (stream === undefined) streams.set(event.stream, [event]);
    else stream.push(event);
  }
  const queues = [...streams.values()].map((stream) => stream.toSorted((a, b) => b.rev - a.rev));
  if (queues.length === 1) return queues[0]?.toReversed() ?? [];
  const ordered: TeamEvent[] = [];
  while (queues.length > 0) {
    let first = 0;
    for (const [place, queue] of queues.entries()) {
      if ((queue.at(-1)?.id ?? '') < (queues[first]?.at(-1)?.id ?? '')) first = place;
    }
    const next = queues[first]?.pop();
    if (next !== undefined) ordered.push(next);
    if (queues[first]?.length === 0) queues.splice(first, 1);
  }
  return ordered;
};
