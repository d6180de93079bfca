import type { Channel } from '#main/channels/kit/channel.ts';
import type { JobAnswer, Parser, ParserJob } from './parser.ts';
import { doJob } from './parser.ts';

/** A parser on the calling thread, without deadlines: for tests that run from sources and for single commands. */
export const inlineParser = (channels: ReadonlyMap<string, Channel>): Parser => {
  const run = async <Kind extends ParserJob['kind']>(
    job: Extract<ParserJob, { kind: Kind }>,
  ): Promise<JobAnswer[Kind]> => doJob(channels, job) as JobAnswer[Kind];
  return {
    // Whoever runs everything on one thread has loaded everything already.
    prepare: () => undefined,
    map: async (channel, items, context) => {
      const results = [];
      for (const item of items) {
        results.push(...(await run({ kind: 'map', channel, items: [item], context })));
        // Lets timers and sockets of the same thread have a turn between two items.
        await new Promise(setImmediate);
      }
      return results;
    },
    body: (channel, source) => run({ kind: 'body', channel, source }),
    part: (channel, source, part) => run({ kind: 'part', channel, source, part }),
    compose: (channel, message, settings) => run({ kind: 'compose', channel, message, settings }),
    close: async () => undefined,
  };
};
