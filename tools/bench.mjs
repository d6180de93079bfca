import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { buildProduct } from './build.mjs';
import { commitHere, machineHere } from './bench/machine.mjs';
import { peersHere } from './bench/peers.mjs';
import { benchDir, isScenario, report, runScenario } from './bench/run-scenario.mjs';
import { scenarios } from './bench/scenarios.mjs';
import { inProject } from './paths.mjs';
import { blueskyNode, ensureBluesky } from './setup/bluesky.mjs';
import { ensureDependencies } from './setup/dependencies.mjs';
import { ensureDisplay } from './setup/display.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';

// `npm run bench -- [NAME...] [--quick] [--record] [--table] [--cpu-prof]`: measures on data it makes, beside its peers. docs/bench.md.

/** @typedef {import('./bench/scenarios.mjs').Scenario} Scenario */

const places = {
  folder: benchDir,
  rowsFile: join(benchDir, 'rows.jsonl'),
  baselineFile: inProject('test', 'bench', 'baseline.json'),
  readmeFile: inProject('README.md'),
};

/** Bluesky's own servers where they can be had; a scenario does without otherwise. @returns {Promise<NodeJS.ProcessEnv>} */
const blueskyPlace = async () => {
  try {
    const home = await ensureBluesky();
    return { STEWARD_BLUESKY: home, STEWARD_BLUESKY_NODE: blueskyNode(home) };
  } catch {
    console.log("Without Bluesky's own servers, which could not be installed.");
    return {};
  }
};

/** @returns {Promise<NodeJS.ProcessEnv>} an Electron and a display, which ends with this process */
const windowPlace = async () => ({
  STEWARD_ELECTRON: await ensureElectron(),
  ...(await ensureDisplay()).env,
});

/** @param {readonly Scenario[]} wanted */
const setUp = async (wanted) => {
  /** @param {import('./bench/scenarios.mjs').Need} need */
  const needs = (need) => wanted.some((scenario) => scenario.needs.includes(need));
  await ensureSystemPackages({ tests: true });
  const peers = needs('peers') ? await peersHere() : {};
  await buildProduct();
  const env = {
    ...(needs('bluesky') ? await blueskyPlace() : {}),
    ...(needs('window') ? await windowPlace() : {}),
  };
  return { peers, env };
};

/** What an earlier run has told, and the mailboxes and workspaces that it left when it was interrupted. */
const removeLeftovers = () => {
  rmSync(places.rowsFile, { force: true });
  for (const name of readdirSync(benchDir))
    if (name.startsWith('steward-')) rmSync(join(benchDir, name), { recursive: true, force: true });
};

/** @param {Scenario} scenario @param {readonly string[]} args @param {boolean} isQuick @param {NodeJS.ProcessEnv} env */
const runOne = async (scenario, args, isQuick, env) => {
  const { name } = scenario;
  const started = performance.now();
  console.log(`\n== ${name}`);
  const own = isQuick ? ['--quick', ...(scenario.quick ?? [])] : (scenario.full ?? []);
  const code = isScenario(name)
    ? await runScenario(name, [...own, ...args], { ...env, STEWARD_BENCH_ROWS: places.rowsFile })
    : 127;
  const seconds = Math.round((performance.now() - started) / 1_000);
  if (code !== 0) console.log(`${name} could not be measured to its end (${code}).`);
  return { name, seconds, code };
};

/** @param {readonly Scenario[]} wanted @param {readonly string[]} args @param {{ isQuick: boolean, isRecorded: boolean }} mode */
const measure = async (wanted, args, { isQuick, isRecorded }) => {
  const { peers, env } = await setUp(wanted);
  removeLeftovers();
  const date = new Date().toISOString();
  const before = loadavg()[0] ?? 0;
  const ran = [];
  for (const scenario of wanted) ran.push(await runOne(scenario, args, isQuick, env));
  const run = {
    date,
    mode: isQuick ? 'quick' : 'full',
    commit: await commitHere(),
    machine: machineHere(),
    peers,
    load: { before, after: loadavg()[0] ?? 0 },
    scenarios: ran,
  };
  const failed = ran.filter(({ code }) => code !== 0).map(({ name }) => name);
  const isWhole = failed.length === 0;
  const names = scenarios.map(({ name }) => name);
  await report({ kind: 'finish', run, places, isRecorded: isRecorded && isWhole, names });
  if (!isWhole) throw new Error(`Not everything could be measured: ${failed.join(', ')}.`);
};

/** @param {readonly string[]} names @returns {readonly Scenario[]} all of them where none is named */
const wantedOf = (names) => {
  if (names.length === 0) return scenarios;
  return names.map((name) => {
    const known = scenarios.find((scenario) => scenario.name === name);
    if (known === undefined)
      throw new Error(
        `There is no scenario ${name}; there are ${scenarios.map((one) => one.name).join(', ')}.`,
      );
    return known;
  });
};

const own = ['--quick', '--record', '--table'];
const given = process.argv.slice(2);
const names = given.filter((arg) => !arg.startsWith('-'));
const args = given.filter((arg) => arg.startsWith('-') && !own.includes(arg));
try {
  mkdirSync(benchDir, { recursive: true });
  await ensureDependencies();
  if (given.includes('--table')) await report({ kind: 'table', places });
  else
    await measure(wantedOf(names), args, {
      isQuick: given.includes('--quick'),
      isRecorded: given.includes('--record'),
    });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
