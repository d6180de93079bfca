import { sampleChannel } from '#main/channels/sample/channel.ts';
import { sampleStream } from '#main/channels/sample/session.ts';
import { systemClock } from '../email-account.ts';
import type { Harness } from './harness.ts';
import { unstaged } from './harness.ts';

const customer = { name: 'Ana Pereira', address: 'ana@customer.example' };

/** The sample channel: its customers cannot be made to write, and there is no server that could fail. */
export const sampleHarness: Harness = {
  kind: 'sample',
  without: ['write', 'history', 'throttle', 'expire', 'silence', 'lose-verdict', 'listen'],
  start: async () => ({
    channel: sampleChannel,
    newAccount: async () => {
      const started = Date.now();
      const clock = { ...systemClock, now: () => started };
      const { address } = await sampleChannel.probe(
        {
          address: '',
          settings: {},
          clock,
          secrets: () => ({ kind: 'none' }),
          saveSecrets: () => Promise.resolve(),
          log: () => undefined,
        },
        new AbortController().signal,
      );
      const context = {
        address,
        settings: {},
        clock,
        secrets: () => ({ kind: 'none' }) as const,
        saveSecrets: () => Promise.resolve(),
        log: () => undefined,
      };
      const sent = new Map<string, number>();
      return {
        context,
        stream: sampleStream,
        sentStream: sampleStream,
        customer,
        open: () => {
          const session = sampleChannel.open(context);
          return {
            ...session,
            send: async (attempt, hooks, signal) => {
              const result = await session.send(attempt, hooks, signal);
              sent.set(attempt.clientId, 1);
              return result;
            },
          };
        },
        write: unstaged,
        seed: unstaged,
        taken: async (attempt) => sent.get(attempt.clientId) ?? 0,
        throttle: unstaged,
        relent: unstaged,
        knocks: unstaged,
        expire: unstaged,
        silence: unstaged,
        loseVerdict: unstaged,
        strange: unstaged,
      };
    },
    stop: () => Promise.resolve(),
  }),
};
