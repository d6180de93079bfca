import { openHeadless } from '#main/engine/host/headless.ts';
import type { Headless, HeadlessRefusal } from '#main/engine/host/headless.ts';
import { CliFailure, exitCodes } from './exit.ts';
import { givenKey } from './key-source.ts';
import { policiesHere } from './policies-here.ts';
import { oneLine } from './printable.ts';
import type { CommonOptions, Needs } from './run.ts';
import type { Terminal } from './terminal.ts';
import { workspaceFolder } from './workspace-folder.ts';

/** The shortest passphrase that the engine takes. */
const shortestPassphrase = 8;

/** Asks for the passphrase of a workspace, twice where it is new. Fails where there is no terminal to ask at. */
export const askPassphrase = async (terminal: Terminal, fresh: boolean): Promise<string> => {
  const { words } = terminal;
  const typed = await terminal.askHidden(words(fresh ? 'cli.passphrase.choose' : 'cli.passphrase.ask'));
  if (typed === null) throw new CliFailure(exitCodes.workspace, 'key-missing', 'cli.key.missing');
  if (!fresh) return typed;
  if (typed.length < shortestPassphrase) {
    throw new CliFailure(exitCodes.workspace, 'passphrase-short', 'cli.passphrase.short', {
      count: shortestPassphrase,
    });
  }
  if ((await terminal.askHidden(words('cli.passphrase.again'))) !== typed) {
    throw new CliFailure(exitCodes.workspace, 'passphrase-differs', 'cli.passphrase.differs');
  }
  return typed;
};

/** Why a workspace was not opened, in words. */
export const openFailure = (refusal: HeadlessRefusal, folder: string): CliFailure => {
  const detail = { facts: { workspace: folder, detail: refusal.detail } };
  const values = { folder, detail: oneLine(refusal.detail) };
  switch (refusal.kind) {
    case 'wrong-passphrase':
      return new CliFailure(exitCodes.workspace, refusal.kind, 'refusal.wrong-passphrase', {}, detail);
    case 'wrong-words':
    case 'no-recovery-file':
      return new CliFailure(exitCodes.workspace, refusal.kind, `refusal.${refusal.kind}`, {}, detail);
    // The window's words for these are about what a window can do.
    case 'wrong-key':
    case 'absent':
      return new CliFailure(exitCodes.workspace, refusal.kind, `cli.open.${refusal.kind}`, values, detail);
    case 'from-the-future':
    case 'damaged':
    case 'in-use':
    case 'read-only':
    case 'disk-full':
    case 'disk-failing':
      return new CliFailure(exitCodes.workspace, refusal.kind, `app.failure.${refusal.kind}`, values, detail);
  }
};

/** Opens the workspace that a command works on. Every failure ends with the exit code of a workspace that cannot be opened. */
export const openWorkspace = async (
  terminal: Terminal,
  options: CommonOptions,
  needs: Needs,
  recoveryWords?: string,
): Promise<Headless> => {
  const folder = workspaceFolder(options.workspace);
  const keyHex = givenKey(options.keyFile, process.env);
  const opened = await openHeadless({
    workspaceDir: folder,
    create: needs.create,
    keyHex,
    askPassphrase: (fresh) => askPassphrase(terminal, fresh),
    openBrowser: (url) => {
      terminal.note(terminal.words('cli.account.browser', { url }));
    },
    ...(recoveryWords === undefined ? {} : { recoveryWords }),
    traffic: needs.traffic,
    reminders: needs.reminds === true ? 'on' : 'off',
    version: STEWARD_VERSION,
    policies: policiesHere(),
  });
  if (!opened.ok) throw openFailure(opened.failure, folder);
  return opened.value;
};
