import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, readRecord } from '../json-file.mjs';
import { cacheDir, inProject } from '../paths.mjs';
import { run } from '../processes.mjs';
import { isNamed, probes } from './named-hosts.mjs';

/**
 * What a run asked of the network.
 *
 * @typedef {object} NetworkRecord
 * @property {number} code how the program ended
 * @property {number} dropped packets that went by unseen
 * @property {readonly Readonly<Record<string, unknown>>[]} names
 * @property {readonly Readonly<Record<string, unknown>>[]} reached
 */

/** Of this run alone. */
const folder = join(cacheDir, `network-${String(process.pid)}`);

/** @returns {string | undefined} why nothing can be recorded here, in words */
const hindrance = () => {
  if (process.platform !== 'linux') return 'that takes Linux';
  if (process.getuid?.() !== 0) return 'that takes root, for a network of its own';
  return undefined;
};

/** @param {unknown} value */
const records = (value) => (Array.isArray(value) ? value.filter(isRecord) : []);

/** @returns {NetworkRecord | undefined} */
const readNetwork = () => {
  const found = readRecord(join(folder, 'network.json'));
  if (found === undefined) return undefined;
  const { code, dropped, names, reached } = found;
  return {
    code: typeof code === 'number' ? code : 1,
    // Infinity is null in JSON.
    dropped: typeof dropped === 'number' ? dropped : Infinity,
    names: records(names),
    reached: records(reached),
  };
};

/**
 * Judges a record: which hosts nobody named, and whether the recorder saw what it was shown.
 *
 * @param {Omit<NetworkRecord, 'code'>} network
 * @returns {{ hosts: readonly string[], connections: number, wrong: readonly string[] }}
 */
const judgeNetwork = ({ dropped, names, reached }) => {
  const { name: probe, address, address6 } = probes;
  const asked = names.map((one) => ({
    host: String(one['name']),
    by: `asked for by ${String(one['asker'])}`,
  }));
  const sent = reached.map((one) => ({
    host: String(one['address']),
    port: String(one['port']),
    by: `at ${String(one['port'])}`,
  }));
  // Each is shown before the tests and after them.
  const seen = (/** @type {(one: Readonly<Record<string, unknown>>) => boolean} */ is) =>
    [...names, ...reached].some((one) => is(one) && Number(one['times']) >= 2);
  const unseen = [
    ...(seen((one) => one['name'] === probe) ? [] : [`the name ${probe}`]),
    ...[`${address} 443/tcp`, `${address6} 443/tcp`, `${address} 443/udp`].filter(
      (place) => !seen((one) => `${String(one['address'])} ${String(one['port'])}` === place),
    ),
  ];
  const own = new Set([probe, address, address6]);
  const others = [...asked, ...sent].filter(({ host }) => !own.has(host));
  return {
    connections: reached
      .filter(({ address: at }) => !own.has(String(at)))
      .reduce((sum, { times }) => sum + Number(times), 0),
    hosts: [...new Set(others.map(({ host }) => host))].sort(),
    wrong: [
      ...(dropped === 0 ? [] : [`The recorder missed ${dropped} packets.`]),
      ...unseen.map((what) => `The recorder did not see ${what}, which it was shown.`),
      ...others.filter(({ host }) => !isNamed(host)).map(({ host, by }) => `Nobody named ${host}, ${by}.`),
    ],
  };
};

/**
 * Runs a program in a network of its own that writes down every name and address it asks for.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, passed: number, failed: number }>} one test for the record as a whole, or one that failed
 *   for each host that nobody named; none of either where nothing can be recorded, which is said in words
 */
export const recordedRun = async (command, args) => {
  const plainly = async (/** @type {string} */ why) => {
    console.log(`The network of these tests is not recorded: ${why}.`);
    const { code } = await run(command, args, { show: true });
    return { code, passed: 0, failed: 0 };
  };
  const why = hindrance();
  if (why !== undefined) return plainly(why);
  mkdirSync(folder, { recursive: true });
  const inside = inProject('tools', 'recording', 'inside.mjs');
  await run('unshare', ['--net', '--mount', process.execPath, inside, folder, command, ...args], {
    show: true,
  });
  if (!existsSync(join(folder, 'ready'))) {
    rmSync(folder, { recursive: true, force: true });
    return plainly('this system does not let it be');
  }
  const network = readNetwork();
  rmSync(folder, { recursive: true, force: true });
  if (network === undefined) {
    console.log('The recording network ended before its tests did.');
    return { code: 1, passed: 0, failed: 1 };
  }
  const { hosts, connections, wrong } = judgeNetwork(network);
  console.log(`Recording network: ${connections} connections, hosts: ${hosts.join(', ') || 'none'}.`);
  for (const words of wrong) console.log(words);
  return { code: network.code, passed: wrong.length === 0 ? 1 : 0, failed: wrong.length };
};
