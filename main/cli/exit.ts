import type { WordValues } from '#shared/messages/format.ts';

/** What the process ends with; documented in `steward help` and docs/cli.md, so that scripts can rely on it. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, workspace: 3, server: 4, refused: 5 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command did not do what it was asked. `kind` is for scripts; `key` and `values` say it in words. */
export class CliFailure extends Error {
  readonly exit: ExitCode;
  readonly kind: string;
  readonly key: string;
  readonly values: WordValues;
  /** More lines of words, and plain data for `--json`. */
  readonly more: { readonly lines: readonly string[]; readonly facts: Readonly<Record<string, unknown>> };

  constructor(
    exit: ExitCode,
    kind: string,
    key: string,
    values: WordValues = {},
    more: { readonly lines?: readonly string[]; readonly facts?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(kind);
    this.name = 'CliFailure';
    this.exit = exit;
    this.kind = kind;
    this.key = key;
    this.values = values;
    this.more = { lines: more.lines ?? [], facts: more.facts ?? {} };
  }
}

/** A command that was written wrong. */
export const usageFailure = (key: string, values: WordValues = {}): CliFailure =>
  new CliFailure(exitCodes.usage, 'usage', key, values);
