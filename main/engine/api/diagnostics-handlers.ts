import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Handlers } from '#shared/contract/wire.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { collectDiagnostics } from '../diagnostics/collect.ts';
import type { DiagnosticsPorts } from '../diagnostics/collect.ts';
import type { Workspace } from '../workspace.ts';

/** Handlers for what is shown to whoever helps. */
export const diagnosticsHandlers = (
  workspace: Workspace,
  ports: DiagnosticsPorts,
): Pick<Handlers, Extract<keyof Handlers, `diagnostics.${string}`>> => ({
  'diagnostics.collect': (wanted) => ok({ text: collectDiagnostics(workspace, ports, wanted) }),
  'diagnostics.save': async ({ text }) => {
    const { shell, words, log } = workspace;
    const path = await shell.chooseSavePath(safeFileName(`${words('diagnostics.file')}.json`));
    if (path === null) return ok({ kind: 'cancelled' });
    try {
      await writeFile(path, text, { mode: 0o600 });
      return ok({ kind: 'saved', name: basename(path) });
    } catch (error) {
      log.fault('save diagnostics', error);
      return fail({ kind: 'file-not-saved' });
    }
  },
});
