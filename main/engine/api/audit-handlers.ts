import { basename } from 'node:path';
import type { Handlers } from '#shared/contract/wire.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { exportAudit, seenOf } from '../export/export-audit.ts';
import { writeWhole } from '../export/whole-file.ts';
import { listAudit } from '../store/read/audit.ts';
import type { Workspace } from '../workspace.ts';

/** Handlers for who did what when. */
export const auditHandlers = (
  workspace: Workspace,
): Pick<Handlers, Extract<keyof Handlers, `audit.${string}`>> => ({
  'audit.list': ({ after, limit, ...wanted }) => {
    const { scope, filter } = seenOf(workspace.db, wanted);
    return ok({ ...listAudit(workspace.db, filter, after, limit), scope });
  },
  'audit.export': async ({ format, ...wanted }) => {
    const { shell, words, log } = workspace;
    const path = await shell.chooseSavePath(safeFileName(`${words('audit.file')}.${format}`));
    if (path === null) return ok({ kind: 'cancelled' });
    try {
      const rows = await writeWhole(path, (out) => exportAudit(workspace, wanted, format, out));
      await shell.markFromInternet(path);
      return ok({ kind: 'saved', name: basename(path), rows });
    } catch (error) {
      log.fault('audit export', error);
      return fail({ kind: 'file-not-saved' });
    }
  },
});
