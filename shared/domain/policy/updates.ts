import type { Policy } from './policy.ts';
import { isClosed } from './policy.ts';

/** What a policy says of updates; null where it leaves that to the person or to what is usual. */
export type UpdateRules = {
  readonly mode: 'auto' | 'notify' | 'off' | null;
  readonly channel: 'latest' | 'beta' | null;
  /** The one version that may be installed. */
  readonly pin: string | null;
  /** A version is taken so many days after it was published. */
  readonly deferDays: number;
};

/** The rules for updates. A pin that cannot be read lets nothing be installed. */
export const updateRules = (policy: Policy): UpdateRules => {
  const { values } = policy;
  return {
    mode: isClosed(policy, 'updates.pin') ? 'off' : (values['updates.mode'] ?? null),
    channel: values['updates.channel'] ?? null,
    pin: values['updates.pin'] ?? null,
    deferDays: values['updates.deferDays'] ?? 0,
  };
};
