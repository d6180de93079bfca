import { createHash } from 'node:crypto';
import type { Policy } from '#shared/domain/policy/policy.ts';

/** What each key in force says, as a digest: enough to see at the next start which of them say something else. */
export const policyDigests = ({ entries, values }: Policy): Readonly<Record<string, string>> =>
  Object.fromEntries(
    entries.map(({ key, state }) => [
      key,
      createHash('sha256')
        .update(`${state} ${JSON.stringify(values[key])}`)
        .digest('hex'),
    ]),
  );
