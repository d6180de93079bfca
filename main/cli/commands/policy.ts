import { readPolicyFile } from '#main/policy/file-source.ts';
import { definitionOf } from '#shared/domain/policy/keys.ts';
import type { Policy, PolicyEntry, PolicyProblem } from '#shared/domain/policy/policy.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import { shownValue } from '#shared/domain/policy/shown.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { policiesHere } from '../policies-here.ts';
import { oneLine, table } from '../printable.ts';
import type { Run } from '../run.ts';
import type { Terminal } from '../terminal.ts';

type Words = Terminal['words'];

/** A problem in words, with its place. */
const problemWords = (words: Words, { kind, where, line, path, said }: PolicyProblem): string => {
  const what = words.of(`policy.problem.${kind}`, { said: oneLine(said) }, 'policy.problem.other');
  const values = { where: oneLine(where), path: path === '' ? 'none' : oneLine(path) };
  const place =
    line === null ? words('policy.place', values) : words('policy.place.line', { ...values, line });
  return `${place}: ${what}`;
};

const valueWords = (words: Words, policy: Policy, { key, state }: PolicyEntry): string => {
  if (state === 'closed') return words('policy.closed');
  if (definitionOf(key).secret === true) return words('policy.secret');
  const answers = { on: words('policy.on'), off: words('policy.off') };
  const lines = shownValue(policy.values[key], answers);
  return lines.length === 0 ? words('policy.none') : lines.join('; ');
};

const withoutSecrets = (policy: Policy): Policy => ({
  ...policy,
  values: Object.fromEntries(
    Object.entries(policy.values).filter(([key]) =>
      policy.entries.some((entry) => entry.key === key && definitionOf(entry.key).secret !== true),
    ),
  ),
});

/** Says what is laid down; fails where something is wrong with it. */
const say = async ({ terminal }: Run, policy: Policy): Promise<void> => {
  const { words, json } = terminal;
  if (json) await terminal.out(JSON.stringify({ policy: withoutSecrets(policy) }));
  else if (policy.entries.length === 0) await terminal.out(words('cli.policy.nothing'));
  else {
    const rows = policy.entries.map((entry) => [
      entry.key,
      words(`policy.key.${entry.key}`),
      valueWords(words, policy, entry),
    ]);
    await terminal.out(table(rows).join('\n'));
  }
  const { problems } = policy;
  if (problems.length === 0) {
    terminal.note(words('cli.policy.fine'));
    return;
  }
  throw new CliFailure(
    exitCodes.failed,
    'policy-wrong',
    'cli.policy.wrong',
    { count: problems.length },
    { lines: problems.map((problem) => problemWords(words, problem)), facts: { problems } },
  );
};

/** `policy check`: what a file lays down, without asking whose it is. */
export const checkPolicy = async (run: Run, path: string): Promise<void> => {
  const document = readPolicyFile(path);
  if (document === null)
    throw new CliFailure(exitCodes.failed, 'file-absent', 'cli.policy.absent', { path: oneLine(path) });
  await say(run, readPolicy([document]));
};

/** `policy show`: what is laid down for this machine. */
export const showPolicy = async (run: Run): Promise<void> => {
  await say(run, readPolicy(policiesHere()));
};
