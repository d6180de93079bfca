import type { Backup, RecoveryState } from '#shared/contract/recovery.ts';

/** The newest backup that can be relied on; null where there is none. */
export const lastGood = (state: Pick<RecoveryState, 'backups'>): Backup | null =>
  state.backups.find(({ stand }) => stand === 'good') ?? null;
