import { useLive } from '#renderer/engine-client/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import type { PolicyRow, PolicyState } from '#shared/contract/policy.ts';
import type { PolicyKey, PolicyValues } from '#shared/domain/policy/keys.ts';

/** What an admin has laid down, and how it is said. */
export type PolicyView = {
  readonly state: PolicyState | null;
  /** Whether the person cannot set this themselves. */
  readonly isManaged: (key: PolicyKey) => boolean;
  /** What is laid down; undefined where nothing is, or it cannot be read. */
  readonly valueOf: <Key extends PolicyKey>(key: Key) => PolicyValues[Key] | undefined;
  /** "Managed by" whoever it is. */
  readonly byWords: string;
};

const rowOf = (state: PolicyState | null, key: PolicyKey): PolicyRow | undefined =>
  state?.rows.find((row) => row.key === key);

/** The policy of this machine, the same from start to end. */
export const usePolicy = (): PolicyView => {
  const words = useWords();
  const { data } = useLive('policy.state', {});
  const state = data ?? null;
  const by = state?.by ?? null;
  return {
    state,
    isManaged: (key) => rowOf(state, key) !== undefined,
    // The engine has held the value against the shape of its key.
    valueOf: <Key extends PolicyKey>(key: Key) =>
      (rowOf(state, key)?.value ?? undefined) as PolicyValues[Key] | undefined,
    byWords: by === null ? words('policy.managed.unnamed') : words('policy.managed', { by }),
  };
};
