import { CliFailure, exitCodes } from '../exit.ts';
import type { OpenRun } from '../run.ts';
import { table } from '../printable.ts';

/** `verify`: database, attachments, index against messages, events against rows. `quick` reads a part of the attachments. */
export const verify = async ({ engine, terminal }: OpenRun, quick: boolean): Promise<void> => {
  const { words } = terminal;
  const report = engine.verify(quick);
  const sums = new Map<string, number>();
  for (const { kind } of report.problems) sums.set(kind, (sums.get(kind) ?? 0) + 1);
  if (report.problems.length > 0) {
    throw new CliFailure(
      exitCodes.failed,
      'problems',
      'cli.verify.problems',
      { count: report.problems.length },
      {
        facts: { verified: report },
        lines: table(
          [...sums].map(([kind, count]) => [
            String(count),
            words.of(`cli.verify.problem.${kind}`, {}, 'cli.verify.problem.other'),
          ]),
        ),
      },
    );
  }
  if (terminal.json) await terminal.out(JSON.stringify({ verified: report }));
  else await terminal.out(words('cli.verify.fine', { ...report.checked }));
};
