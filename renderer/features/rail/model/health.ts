import type { AccountHealth, AccountHead } from '#shared/contract/accounts.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Times } from '#shared/messages/times.ts';

/** How pressing the state of an account is. */
export type HealthTone = 'good' | 'busy' | 'paused' | 'warn' | 'bad';

/** The colour of a state. */
export const healthTone = (health: AccountHealth): HealthTone => {
  switch (health.kind) {
    case 'new':
    case 'connecting':
    case 'importing':
      return 'busy';
    case 'listening':
      return 'good';
    case 'paused':
    case 'elsewhere':
    case 'no-login':
      return 'paused';
    case 'offline':
    case 'team-away':
      return 'warn';
    case 'failed':
      return health.failure.kind === 'offline' || health.failure.kind === 'rate-limited' ? 'warn' : 'bad';
  }
};

/** How long something takes that is to be over in `seconds`, in words of minutes and hours. */
const timeLeft = (words: Words, times: Times, seconds: number | null): string =>
  seconds === null
    ? words('health.importing.unknown')
    : seconds < 60
      ? words('health.importing.soon')
      : words('health.importing.left', { time: times.length(seconds * 1_000) });

/** The state of an account in words, as the rail says it. */
export const healthWords = (account: AccountHead, words: Words, times: Times, now: number): string => {
  const { health } = account;
  if (account.archive) return words('health.archive');
  switch (health.kind) {
    case 'new':
      return words('health.new');
    case 'connecting':
      return words('health.connecting');
    case 'importing':
      return words('health.importing', {
        done: health.done,
        total: health.total,
        left: timeLeft(words, times, health.secondsLeft),
      });
    case 'listening':
      if (health.teamAwaySince !== undefined) return words('health.listening.team-away');
      return account.lastReceivedAt === null
        ? words('health.listening.nothing-yet')
        : words('health.listening', { time: times.relative(Math.min(account.lastReceivedAt, now), now) });
    case 'elsewhere':
      return words('health.elsewhere', { member: health.member, device: health.device });
    case 'team-away':
    case 'no-login':
      return words(`health.${health.kind}`);
    case 'paused':
      return words('health.paused');
    case 'offline':
      return words('health.offline', { time: times.relative(Math.max(health.retryAt, now), now) });
    case 'failed':
      return words.of(`health.failed.${health.failure.kind}`, {}, 'health.failed');
  }
};
