import type { ActionInput, ActionName } from '../actions.ts';

/** The run of pulls that a batch is a slice of, and whether it is the first one; null for anything else. */
export const runOfSlice = <Name extends ActionName>(
  name: Name,
  input: ActionInput<Name>,
): { readonly name: string; readonly isFirst: boolean } | null => {
  if (name !== 'ingest.batch' || input === null || !('continues' in input)) return null;
  return { name: `${input.account} ${input.stream}`, isFirst: !input.continues };
};

/** Whether nobody waits for its commit: more slices of the same run follow, or it is the index, which follows from what it is made of. */
export const mayBeLeft = <Name extends ActionName>(name: Name, input: ActionInput<Name>): boolean =>
  name === 'search.index' ||
  (name === 'ingest.batch' && input !== null && 'followed' in input && input.followed);
