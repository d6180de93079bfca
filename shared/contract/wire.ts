import type { Result } from '../kit/result.ts';
import type { CallFailure, CallName, Input, Output, Refused } from './contract.ts';
import type { EngineEvent, TopicName } from './events.ts';

/** From the page to the engine. */
export type PageMessage =
  | { readonly type: 'call'; readonly id: number; readonly name: CallName; readonly input: unknown }
  | { readonly type: 'subscribe'; readonly topics: readonly TopicName[] };

/** From the engine to the page. */
export type EngineMessage =
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly result: Result<unknown, { readonly kind: string }>;
    }
  | { readonly type: 'event'; readonly event: EngineEvent };

/** What a call comes back with. */
export type Answer<Name extends CallName> = Result<Output<Name>, Refused<Name> | CallFailure>;

/** One handler for each call; a missing one does not compile. */
export type Handlers = {
  readonly [Name in CallName]: (
    input: Input<Name>,
  ) => Promise<Result<Output<Name>, Refused<Name>>> | Result<Output<Name>, Refused<Name>>;
};
