import { describe, expect } from 'vitest';
import { ChannelError } from '#main/channels/kit/failure.ts';
import type { AccountFailure } from '#shared/contract/accounts.ts';
import { eventually, within } from '../eventually.ts';
import { question } from './conformance.ts';
import type { Conformance } from './conformance.ts';
import type { StagedAccount } from './harness.ts';
import { never } from './inbox.ts';

const storm = 15;

/** A server that tells an item once and never again need not be asked for its source. */
const tellsOnce = 'nothing to ask for';

/** The failure that some work ended with, in the kit's words. */
const failureOf = async (work: Promise<unknown>): Promise<AccountFailure> => {
  const outcome = await work.then(
    () => new Error('it worked'),
    (error: unknown) => error,
  );
  if (outcome instanceof ChannelError) return outcome.failure;
  throw new Error('not a failure of a channel', { cause: outcome });
};

/** What goes wrong, and in which words the engine hears of it. */
export function describeFaults({ harness, given, writtenTo, inbox, open, stage }: Conformance): void {
  const faults = ['throttle', 'expire', 'silence', 'listen'] as const;
  // vitest takes a group without tests for a mistake.
  if (faults.every((fault) => harness.without.includes(fault))) return;

  describe('when things go wrong', () => {
    given(
      ['throttle'],
      'backs off in a storm of refusals: one knock a call, and the refusal in words',
      async () => {
        const account = await writtenTo();
        const here = inbox(account);
        account.throttle();
        for (let turn = 0; turn < storm; turn += 1) {
          const failure = await failureOf(here.pull(open(account)));
          expect(failure.kind).toBe('rate-limited');
          if (failure.retryAt !== null) expect(failure.retryAt).toBeGreaterThan(Date.now() - 60_000);
        }
        expect(account.knocks()).toBeLessThanOrEqual(storm);
        account.relent();
        await here.catchUp(open(account));
        expect(here.texts()).toHaveLength(12);
      },
    );

    given(['expire'], 'says that the sign-in is refused when the credentials expire', async () => {
      const account = await writtenTo();
      const here = inbox(account);
      const session = open(account);
      here.take(await here.pull(session, { maxItems: 5 }));
      await account.expire();
      const calls = [
        () => here.pull(open(account)),
        () => stage().channel.probe(account.context, never()),
        () => open(account).streams(never()),
      ];
      for (const call of calls) {
        const failure = await failureOf(call());
        expect(['password-refused', 'sign-in-expired']).toContain(failure.kind);
      }
    });

    given(
      ['silence'],
      'ends every call within a second of being called off, though the server is silent',
      async () => {
        const account = await writtenTo();
        const here = inbox(account);
        await here.pull(open(account));
        const calls: readonly ((account: StagedAccount, signal: AbortSignal) => Promise<unknown>)[] = [
          (at, signal) => here.pull(open(at), {}, signal),
          (at, signal) => open(at).streams(signal),
          (at, signal) => open(at).listen([at.stream], () => undefined, signal),
          async (at, signal) => (await open(at).source(at.stream, 'no-such-key', signal)) ?? tellsOnce,
          (at, signal) => stage().channel.probe(at.context, signal),
        ];
        account.silence();
        for (const call of calls) {
          const stop = new AbortController();
          const running = call(account, stop.signal).then(
            (found) => (found === tellsOnce ? tellsOnce : 'it worked'),
            (error: unknown) => error,
          );
          await new Promise((resolve) => setTimeout(resolve, 150));
          stop.abort(new Error('enough'));
          const outcome = await within(1_000, running, 'a call that was called off');
          if (outcome !== tellsOnce) expect(outcome).toMatchObject({ message: 'enough' });
        }
      },
    );

    given(
      ['silence', 'listen'],
      'ends a listening that has begun within a second of being called off',
      async () => {
        const account = await writtenTo();
        const hints: string[] = [];
        const stop = new AbortController();
        const listening = open(account)
          .listen([account.stream], (stream) => hints.push(stream), stop.signal)
          .catch((error: unknown) => error);
        await eventually(() => hints.length > 0, { message: 'the first hint', withinMs: 60_000 });
        account.silence();
        stop.abort(new Error('enough'));
        await within(1_000, listening, 'listening');
      },
    );

    given(['silence'], 'closes a session at once though the server is silent', async () => {
      const account = await writtenTo();
      const session = open(account);
      await inbox(account).pull(session);
      account.silence();
      await within(2_000, session.close(), 'closing');
    });

    given(
      ['listen', 'write'],
      'hints of what is written, and the hint brings nothing by itself',
      async () => {
        const account = await writtenTo();
        const here = inbox(account);
        const session = open(account);
        await here.catchUp(session);
        const hints: string[] = [];
        const stop = new AbortController();
        const listening = session
          .listen([account.stream], (stream) => hints.push(stream), stop.signal)
          .catch((error: unknown) => error);
        await eventually(() => hints.length > 0, { message: 'the first look', withinMs: 60_000 });
        hints.length = 0;
        await account.write([question(13)]);
        await eventually(() => hints.includes(account.stream), { message: 'a hint', withinMs: 60_000 });
        await here.catchUp(session);
        expect(here.texts()).toHaveLength(13);
        stop.abort(new Error('enough'));
        await listening;
      },
    );

    given(
      ['listen', 'write'],
      'asks for a look again and again where a server promises to push and never does',
      async () => {
        const account = await writtenTo();
        const hints: number[] = [];
        const stop = new AbortController();
        const listening = open(account)
          .listen([account.stream], () => hints.push(performance.now()), stop.signal)
          .catch((error: unknown) => error);
        // Nothing is written: whatever is hinted after the first look comes from the channel's own clock.
        await eventually(() => hints.length >= 3, {
          message: 'three looks without any news',
          withinMs: 60_000,
        });
        stop.abort(new Error('enough'));
        await listening;
      },
    );
  });
}
