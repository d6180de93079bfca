import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import { machinePolicies } from '#main/policy/machine-policy.ts';

/** What the machine's admin has laid down. A command out of the installed product's archive honours no other place. */
export const policiesHere = (): readonly PolicyDocument[] =>
  machinePolicies(/[\\/]app\.asar([\\/]|$)/u.test(__dirname));
