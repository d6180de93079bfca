/** A backup as its note and the last look at it say. Times are ms UTC. */
export type KnownBackup = {
  readonly id: string;
  readonly at: number;
  /** Whether it was read back since it was made and found whole. */
  readonly verified: boolean;
};

/**
 * Which backups still hold what was erased and may go: those made before the last erasure, as soon as one that was made
 * after it is known to be whole. Until then all stay, so that there is always one to go back to. `erasedAt` is when the
 * last erasure was finished, in ms UTC; null where nothing ever was erased.
 */
export const backupsWithErased = (
  backups: readonly KnownBackup[],
  erasedAt: number | null,
): readonly KnownBackup[] => {
  if (erasedAt === null) return [];
  if (!backups.some(({ at, verified }) => verified && at > erasedAt)) return [];
  return backups.filter(({ at }) => at <= erasedAt);
};
