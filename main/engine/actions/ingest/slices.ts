import type { ActionInput, ActionName } from '../actions.ts';

/** The pull that a batch is a slice of, and whether it is the first one; null for anything else. */
export const pullOfSlice = <Name extends ActionName>(
  name: Name,
  input: ActionInput<Name>,
): { readonly name: string; readonly isFirst: boolean } | null => {
  if (name !== 'ingest.batch' || input === null || !('continues' in input)) return null;
  return { name: `${input.account} ${input.stream}`, isFirst: !input.continues };
};

/** Whether more slices of the same pull follow: the last one has the cursor. */
export const isFollowed = <Name extends ActionName>(name: Name, input: ActionInput<Name>): boolean =>
  name === 'ingest.batch' && input !== null && 'next' in input && input.next === null;
