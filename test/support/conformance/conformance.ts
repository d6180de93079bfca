import type { Session } from '#main/channels/kit/channel.ts';
import type { Ability, Harness, Stage, StagedAccount } from './harness.ts';
import type { ConformanceInbox } from './inbox.ts';

/** What the parts of the suite share: one stage, and things of a test that go with it. */
export type Conformance = {
  readonly harness: Harness;
  readonly stage: () => Stage;
  /** A test that only makes sense where the other side can do this. */
  readonly given: (
    abilities: readonly Ability[],
    name: string,
    test: () => Promise<void>,
    timeout?: number,
  ) => void;
  readonly account: () => Promise<StagedAccount>;
  /** An account to which customers have written: a dozen messages, or what the channel has by itself. */
  readonly writtenTo: () => Promise<StagedAccount>;
  readonly inbox: (account: StagedAccount, stream?: string) => ConformanceInbox;
  /** A session that ends with the test. */
  readonly open: (account: StagedAccount) => Session;
};

/** A text of a customer that can be told from others. */
export const question = (n: number): string => `Where is order ${String(n)}? ’äöü’ 注文 🙂`;
