import * as v from 'valibot';
import type { PolicyEntry, PolicyProblem } from '../domain/policy/policy.ts';
import { call } from './define.ts';

/** A key that is in force, with its value as plain data; null for what is closed or a secret. */
export type PolicyRow = PolicyEntry & { readonly value: unknown };

/** What the machine's admin has laid down, for the screens that show it locked. */
export type PolicyState = {
  /** Who manages this machine and whom to ask, in their own words; null where they do not say. */
  readonly by: string | null;
  readonly contact: string | null;
  readonly rows: readonly PolicyRow[];
  readonly problems: readonly PolicyProblem[];
};

export const policyCalls = {
  /** Answered also while the workspace is locked; the same from start to end. */
  'policy.state': call(v.strictObject({})).answers<PolicyState>(),
} as const;
