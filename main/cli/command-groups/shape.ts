import type { Command } from 'commander';
import type { MessageKey } from '#shared/messages/en.ts';
import { refusalOfError } from '#main/engine/host/headless.ts';
import { openFailure, openWorkspace } from '../open-workspace.ts';
import type { CommonOptions, Needs, OpenRun, Run } from '../run.ts';
import { cliWords } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { usageFailure } from '../exit.ts';
import { workspaceFolder } from '../workspace-folder.ts';

/** How commands are declared: with the options that all of them have, and with or without the workspace open. */
export type Shape = {
  /** A command with its description and the common options. */
  readonly command: (parent: Command, usage: string, about: MessageKey) => Command;
  /** Opens the workspace, does the work, and closes it whatever happens. */
  readonly opened: (
    options: CommonOptions,
    needs: Needs,
    work: (run: OpenRun) => Promise<void>,
  ) => Promise<void>;
  readonly run: Run;
};

/** For reading what is here: no connection is opened, nothing is made. */
export const readsOnly: Needs = { traffic: 'off', create: false };
/** For talking to servers. */
export const talks: Needs = { traffic: 'on', create: false };
/** For staying in step and telling what comes. */
export const stays: Needs = { ...talks, reminds: true };
/** For commands with which a workspace may begin. */
export const begins: Needs = { traffic: 'off', create: true };

/** Makes the shape for one run. */
export const shapeOf = (terminal: Terminal, signal: AbortSignal): Shape => ({
  run: { terminal, signal },
  command: (parent, usage, about) =>
    parent
      .command(usage)
      .description(cliWords(about))
      .helpOption('-h, --help', cliWords('cli.option.help'))
      .option('--workspace <dir>', cliWords('cli.option.workspace'))
      .option('--key-file <file>', cliWords('cli.option.key-file'))
      .option('--json', cliWords('cli.option.json')),
  opened: async (options, needs, work) => {
    const engine = await openWorkspace(terminal, options, needs);
    try {
      await work({ terminal, signal, engine });
    } catch (error) {
      // A disk that fills up under a command is said like one that was full before.
      const refusal = refusalOfError(error);
      throw refusal === null ? error : openFailure(refusal, workspaceFolder(options.workspace));
    } finally {
      await engine.close();
    }
  },
});

/** A whole number from 1 to `most`, as an option's value. */
export const wholeNumber =
  (option: string, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most) {
      throw usageFailure('cli.usage.number', { what: option, most });
    }
    return value;
  };

/** Collects an option that may be given more than once. */
export const several = (value: string, before: readonly string[]): readonly string[] => [...before, value];
