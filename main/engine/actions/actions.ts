import type { Action } from './action.ts';
import { conversationActions } from './conversations/conversations.ts';
import { customerActions } from './customers/customers.ts';
import { ingestActions } from './ingest/ingest.ts';

/** Every intent there is, by name; a topic adds its own here. */
const actions = {
  ...ingestActions,
  ...conversationActions,
  ...customerActions,
} as const;

export type ActionName = keyof typeof actions;
export type ActionInput<Name extends ActionName> = Parameters<(typeof actions)[Name]>[1];
export type ActionOutput<Name extends ActionName> = ReturnType<(typeof actions)[Name]>;

/** The same actions, so typed that a name picks its own input and output. */
export const actionsByName: {
  readonly [Name in ActionName]: Action<ActionInput<Name>, ActionOutput<Name>>;
} = actions;
