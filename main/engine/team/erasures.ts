import { quarantinedOf } from '../store/erase/quarantined.ts';
import { customersErased } from '../store/erase/team-tombstones.ts';
import { teamProgress } from '../store/team/progress.ts';
import type { Workspace } from '../workspace.ts';
import type { TeamCalls } from './connection-calls.ts';

/** Tombstones in one page: some 10 ms of the writer's time. */
const pageSize = 2_000;

/**
 * Hears what was erased for the whole team since this device last did, begins to erase it here, and tells the team's
 * database so, which takes no push before. When this ends nothing here refers to what is gone; the rest of the work goes
 * on in the background. Throws what the line throws.
 */
export const hearErasures = async (
  { db, vault, writer }: Pick<Workspace, 'db' | 'vault' | 'writer'>,
  calls: TeamCalls,
): Promise<void> => {
  for (;;) {
    const { salt, erasures } = await calls.erasures(teamProgress(db)?.erasedSeq ?? 0);
    for (const erasure of erasures) {
      for (let after: string | null = null; ;) {
        const rows = await calls.tombstones(erasure.id, after, pageSize);
        await writer.run('team.tombstones', { salt, erasure: erasure.id, rows });
        after = rows.at(-1)?.hash ?? after;
        if (rows.length < pageSize) break;
      }
      const quarantine = quarantinedOf(db, vault, customersErased(db, erasure.id));
      await writer.run('team.erase', { erasure, quarantine });
    }
    if (erasures.length === 0) break;
  }
  while (await writer.run('team.beginErasing', {}));
  const heard = teamProgress(db)?.erasedSeq ?? 0;
  if (heard > 0) await calls.erasuresHeard(heard);
};
