import { lookup } from 'node:dns/promises';
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from '../processes.mjs';
import { probes } from './named-hosts.mjs';
import { recordNames } from './names.mjs';
import { recordPackets } from './packets.mjs';

/**
 * Runs in a network and a mount namespace of its own, which `unshare` has just made: every address there is this machine, and
 * every name is asked of the recorder. Arguments: the folder for the record, and the program with its arguments.
 */
const [folder = '', command = '', ...args] = process.argv.slice(2);

/** Where the recorder of names listens. */
const resolver = '127.0.0.1';

/** @param {string} program @param {...string} given */
const must = async (program, ...given) => {
  const { code, output } = await run(program, given);
  if (code !== 0) throw new Error(`${program} ${given.join(' ')}: ${output.trim()}`);
};

const makeNetwork = async () => {
  await must('ip', 'link', 'set', 'lo', 'up');
  // A cable that leads nowhere: without one Chromium takes the machine for one that is offline.
  await must('ip', 'link', 'add', 'cable0', 'type', 'veth', 'peer', 'name', 'cable1');
  await must('ip', 'address', 'add', '192.0.2.2/24', 'dev', 'cable0');
  for (const end of ['cable0', 'cable1']) await must('ip', 'link', 'set', end, 'up');
  await must('ip', 'route', 'add', 'local', '0.0.0.0/0', 'dev', 'lo');
  await must('ip', '-6', 'route', 'add', 'local', '::/0', 'dev', 'lo');
  const file = join(folder, 'resolv.conf');
  writeFileSync(file, `nameserver ${resolver}\n`);
  await must('mount', '--bind', file, '/etc/resolv.conf');
};

/** @param {string} host */
const knock = (host) =>
  new Promise((settle) => {
    const socket = connect({ host, port: 443 });
    socket.once('connect', () => settle(socket.destroy()));
    socket.once('error', () => settle(undefined));
  });

/** @param {string} host */
const shout = (host) =>
  new Promise((settle) => {
    const socket = createSocket('udp4');
    socket.once('error', () => undefined);
    socket.send('x', 443, host, () => settle(socket.close()));
  });

/** What the recorders have to see. */
const probe = async () => {
  await lookup(probes.name).catch(() => undefined);
  await Promise.all([knock(probes.address), knock(probes.address6), shout(probes.address)]);
};

/** How long the recorders may take to write down what they were shown, in milliseconds; it takes none on a quiet machine. */
const patienceMs = 60_000;

/**
 * @param {{ asked: () => readonly { name: string, times: number }[] }} names
 * @param {{ reached: () => readonly { address: string, times: number }[] }} packets
 * @param {number} times
 */
const haveSeen = async (names, packets, times) => {
  const end = Date.now() + patienceMs;
  const seen = () =>
    [probes.address, probes.address6].every((wanted) =>
      packets.reached().some((one) => one.address === wanted && one.times >= times),
    ) && names.asked().some((one) => one.name === probes.name);
  while (!seen() && Date.now() < end) await setTimeout(20);
};

const start = async () => {
  try {
    await makeNetwork();
    return { names: await recordNames(resolver), packets: await recordPackets() };
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    // Without the file `ready` the tests run where they would have run before.
    process.exit(1);
  }
};

const { names, packets } = await start();
await probe();
await haveSeen(names, packets, 1);
writeFileSync(join(folder, 'ready'), '');
console.log('The network of these tests is recorded: every name and every address they ask for.');
const { code } = await run(command, args, { show: true });
await probe();
await haveSeen(names, packets, 2);
const dropped = await packets.stop();
names.stop();
writeFileSync(
  join(folder, 'network.json'),
  JSON.stringify({ code, dropped, names: names.asked(), reached: packets.reached() }),
);
