import type { PolicyRow, PolicyState } from '#shared/contract/policy.ts';
import { definitionOf } from '#shared/domain/policy/keys.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';

/** A policy as the page may see it: without secrets. */
export const policyState = ({ values, entries, problems }: Policy): PolicyState => ({
  by: values.managedBy ?? null,
  contact: values.contact ?? null,
  rows: entries.map((entry): PolicyRow => {
    const secret = definitionOf(entry.key).secret === true;
    return { ...entry, value: secret ? null : (values[entry.key] ?? null) };
  }),
  problems,
});
