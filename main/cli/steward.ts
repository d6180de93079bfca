import { exitCodes } from './exit.ts';
import { runSteward } from './program.ts';
import { watchReader } from './terminal.ts';

/** After the person has asked to end, or the answer is written, nothing may hold the process longer than this. */
const endWithinMs = 4_500;

watchReader();

const ending = new AbortController();
const end = (): void => {
  ending.abort();
  setTimeout(() => process.exit(process.exitCode ?? exitCodes.failed), endWithinMs).unref();
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
process.once('SIGHUP', end);

void runSteward(process.argv.slice(2), ending.signal).then((code) => {
  process.exitCode = code;
  // What is still being written to a pipe is let out first.
  process.stdout.write('', () => process.exit(code));
  setTimeout(() => process.exit(code), endWithinMs).unref();
});
