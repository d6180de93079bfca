import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { Session } from '#main/channels/kit/channel.ts';
import type { Ability, Harness, Stage } from './harness.ts';
import type { Conformance } from './conformance.ts';
import { question } from './conformance.ts';
import { ConformanceInbox } from './inbox.ts';
import { describeFaults } from './faults.ts';
import { describeJourney } from './journey.ts';
import { describeKeeping } from './keeping.ts';
import { describeMapping } from './mapping.ts';
import { describeSending } from './sending.ts';

/** Everything the engine relies on, for one channel: the same for every channel there is. */
export function describeChannel(harness: Harness): void {
  describe(`the ${harness.kind} channel`, () => {
    let stage: Stage | undefined;
    const inboxes: ConformanceInbox[] = [];
    const sessions: Session[] = [];

    beforeAll(async () => {
      stage = await harness.start();
    });

    afterEach(async () => {
      await Promise.all(sessions.splice(0).map((session) => session.close()));
      for (const inbox of inboxes.splice(0)) inbox.close();
    });

    afterAll(async () => {
      await stage?.stop();
    });

    const staged = (): Stage => {
      if (stage === undefined) throw new Error('the stage is not set');
      return stage;
    };
    const can = (ability: Ability): boolean => !harness.without.includes(ability);
    const conformance: Conformance = {
      harness,
      stage: staged,
      given: (abilities, name, test, timeout) => {
        if (abilities.every(can)) it(name, test, timeout);
      },
      account: () => staged().newAccount(),
      writtenTo: async () => {
        const account = await staged().newAccount();
        if (can('write')) await account.write(Array.from({ length: 12 }, (_, at) => question(at + 1)));
        return account;
      },
      inbox: (account, stream = account.stream) => {
        const inbox = new ConformanceInbox(staged().channel, account.context.address, stream);
        inboxes.push(inbox);
        return inbox;
      },
      open: (account) => {
        const session = account.open();
        sessions.push(session);
        return session;
      },
    };
    describeKeeping(conformance);
    describeMapping(conformance);
    describeSending(conformance);
    describeFaults(conformance);
    describeJourney(conformance);
  });
}
