import type { Imported } from '#main/engine/host/headless.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { findMails } from '../mail-files/find-mails.ts';
import { MailFileError } from '../mail-files/mail-file.ts';
import type { FoundMail, LeftOut } from '../mail-files/mail-file.ts';
import type { OpenRun } from '../run.ts';

/** The channel that understands mail (RFC 5322): what mbox, maildir and .eml files hold. */
const mailChannel = 'email';
const progressEveryMs = 1_000;

const allMails = async function* (paths: readonly string[], leftOut: LeftOut): AsyncGenerator<FoundMail> {
  for (const path of paths) yield* findMails(path, leftOut);
};

/** `import`: takes mail from files into an account of its own; what is here already stays as it is. */
export const importFiles = async (
  { engine, terminal, signal }: OpenRun,
  paths: readonly string[],
  options: { readonly own: readonly string[] },
): Promise<void> => {
  const { words } = terminal;
  const leftOut: LeftOut = { deleted: 0 };
  let saidAt = performance.now();
  const progress = (done: Imported): void => {
    const now = performance.now();
    if (now - saidAt < progressEveryMs) return;
    saidAt = now;
    terminal.note(words('cli.import.progress', { count: done.read }));
  };
  let done: Imported;
  try {
    const label = words('cli.import.account');
    done = await engine.importMails(allMails(paths, leftOut), {
      channel: mailChannel,
      label,
      own: options.own,
      progress,
      signal,
    });
  } catch (error) {
    if (!(error instanceof MailFileError)) throw error;
    throw new CliFailure(exitCodes.failed, error.kind, `cli.import.${error.kind}`, { path: error.path });
  }
  await engine.catchUpIndex(signal);
  const known = done.read - done.added - done.quarantined;
  if (terminal.json) {
    await terminal.out(JSON.stringify({ imported: { ...done, known, deleted: leftOut.deleted } }));
    return;
  }
  await terminal.out(words('cli.import.done', { added: done.added, known }));
  if (done.quarantined > 0) await terminal.out(words('cli.import.quarantined', { count: done.quarantined }));
  if (leftOut.deleted > 0) await terminal.out(words('cli.import.deleted', { count: leftOut.deleted }));
};
