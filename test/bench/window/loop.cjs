// Loaded before the application (electron -r FILE) and before its engine: notes ten times a second how long the event
// loop of its process was held up at most, into a file of STEWARD_BENCH_LOOPS: one line of time (ms UTC) and longest stall (ms).
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');

/** ms between two looks at the loop, and between two lines. */
const resolution = 2;
const every = 100;

const note = (name) => {
  const file = join(process.env.STEWARD_BENCH_LOOPS, name);
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  setInterval(() => {
    appendFileSync(file, `${Date.now()} ${delays.max / 1e6}\n`);
    delays.reset();
  }, every).unref();
};

if (process.type === 'browser') {
  process.argv.splice(process.argv.indexOf(__filename) - 1, 2);
  const { utilityProcess } = require('electron');
  const { fork } = utilityProcess;
  // A utility process loads nothing first, so this file is loaded in the engine's place and loads it.
  utilityProcess.fork = (bundle, words, options) =>
    fork(__filename, words, { ...options, env: { ...process.env, STEWARD_BENCH_ENGINE: bundle } });
  note('shell');
} else {
  note('engine');
  require(process.env.STEWARD_BENCH_ENGINE);
}
