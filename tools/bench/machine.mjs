import { cpus, release, totalmem, type } from 'node:os';
import { readFileSync } from 'node:fs';
import { run } from '../processes.mjs';

/** The system's own name for itself where it has one (os-release(5)). */
const systemName = () => {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return name ?? `${type()} ${release()}`;
  } catch {
    return `${type()} ${release()}`;
  }
};

/** What the numbers were measured on. */
export const machineHere = () => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  system: systemName(),
  node: process.versions.node,
});

/** The commit that is measured, with a plus where files differ from it. */
export const commitHere = async () => {
  const { code, output } = await run('git', ['rev-parse', '--short', 'HEAD']);
  if (code !== 0) return 'no commit';
  const { output: changed } = await run('git', ['status', '--porcelain', '--untracked-files=no']);
  return `${output.trim()}${changed.trim() === '' ? '' : '+'}`;
};
