import type { PolicyKey, PolicyValues } from './keys.ts';

/** Where a policy comes from; what a machine is managed with wins over its file. */
export type PolicySource = 'file' | 'registry' | 'profile';

/** Something wrong with a policy, said in words by `policy.problem.<kind>`. */
export type PolicyProblem = {
  readonly kind: string;
  readonly source: PolicySource;
  /** The file's path, or the registry's key. */
  readonly where: string;
  readonly line: number | null;
  /** The key with what is below it, such as `accounts.mailServers[1].imapPort`; empty where it is about all. */
  readonly path: string;
  /** What was expected, what was meant, or what the system said. */
  readonly said: string;
};

/** A key that is in force. */
export type PolicyEntry = {
  readonly key: PolicyKey;
  readonly source: PolicySource;
  readonly where: string;
  /** `closed`: the value cannot be read, and the strictest holds. */
  readonly state: 'set' | 'closed';
};

/** What an admin has laid down for this machine. Plain data that may cross between processes. */
export type Policy = {
  /** What holds, the strictest values of closed keys among it. */
  readonly values: PolicyValues;
  readonly entries: readonly PolicyEntry[];
  readonly problems: readonly PolicyProblem[];
};

/** A machine that nobody manages. */
export const noPolicy: Policy = { values: {}, entries: [], problems: [] };

/** Whether the person cannot set this themselves. */
export const isManaged = ({ entries }: Policy, key: PolicyKey): boolean =>
  entries.some((entry) => entry.key === key);

/** Whether a key was meant to say something that cannot be read. */
export const isClosed = ({ entries }: Policy, key: PolicyKey): boolean =>
  entries.some((entry) => entry.key === key && entry.state === 'closed');

/** The refusal of what a policy does not allow; its words are under `refusal.managed`. */
export type Managed = { readonly kind: 'managed'; readonly by: string; readonly key: PolicyKey };

/** Says no in the name of whoever manages the machine; `none` where they have not said who they are. */
export const managed = ({ values }: Policy, key: PolicyKey): Managed => ({
  kind: 'managed',
  by: values.managedBy ?? 'none',
  key,
});
