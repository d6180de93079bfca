#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { buildProduct } from '../tools/build.mjs';
import { inProject } from '../tools/paths.mjs';

// The command's own words are all that may stand on the standard streams: scripts read them.
await buildProduct();

const cli = spawn(
  process.execPath,
  ['--enable-source-maps', inProject('dist', 'main', 'cli.cjs'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => cli.kill(signal));
}
cli.once('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 128;
});
