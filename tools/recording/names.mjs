import { createSocket } from 'node:dgram';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A name that was asked for.
 *
 * @typedef {object} AskedName
 * @property {string} name in lower case, without the dot at its end
 * @property {string} asker the program that asked for it first, as far as the system still knew it
 * @property {number} times
 */

/** @param {string} text little-endian hexadecimal words of /proc/net/udp */
const portIn = (text) => Number.parseInt(text.split(':')[1] ?? '', 16);

/** @param {number} port @returns {string | undefined} the number of the socket that sends from it (proc(5), /proc/net/udp) */
const socketAt = (port) => {
  for (const table of ['/proc/net/udp', '/proc/net/udp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (portIn(fields[1] ?? '') === port) return fields[9];
    }
  }
  return undefined;
};

/** @param {string} folder @param {string} target */
const hasOpen = (folder, target) => {
  try {
    return readdirSync(folder).some((file) => readlinkSync(join(folder, file)) === target);
  } catch {
    // It has ended, or closed what was just listed.
    return false;
  }
};

/** @param {number} port @returns {string} the command line of the program that sends from it, shortened */
const programAt = (port) => {
  const socket = socketAt(port);
  const pid = readdirSync('/proc').find(
    (name) => /^\d+$/.test(name) && hasOpen(`/proc/${name}/fd`, `socket:[${socket ?? ''}]`),
  );
  if (pid === undefined) return 'a program that has ended';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replace(/[\0\s]+/g, ' ')
      .trim()
      .slice(0, 120);
  } catch {
    return 'a program that has ended';
  }
};

const headerBytes = 12;
/** An answer, recursion available, no such name (RFC 1035, 4.1.1). */
const noSuchName = [0x81, 0x83];

/** @param {Buffer} packet @returns {{ name: string, end: number }} the first question's name and where it ends */
const questionIn = (packet) => {
  const labels = [];
  let at = headerBytes;
  for (let length = packet[at] ?? 0; length > 0 && length < 64; length = packet[at] ?? 0) {
    labels.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
};

/**
 * Answers every question for a name with "there is none" and writes it down: what asks stays on this machine, and tests see
 * what they see on a machine without a network.
 *
 * @param {string} address where to listen, at port 53
 * @returns {Promise<{ asked: () => AskedName[], stop: () => void }>}
 */
export const recordNames = async (address) => {
  /** @type {Map<string, AskedName>} */
  const asked = new Map();
  const socket = createSocket('udp4');
  socket.on('message', (packet, from) => {
    const { name, end } = questionIn(packet);
    const known = asked.get(name);
    if (known === undefined) asked.set(name, { name, asker: programAt(from.port), times: 1 });
    else known.times += 1;
    const answer = Buffer.from(packet.subarray(0, end));
    answer.set(noSuchName, 2);
    // One question, and none of the records that may have followed it.
    answer.set([0, 1, 0, 0, 0, 0, 0, 0], 4);
    socket.send(answer, from.port, from.address);
  });
  await new Promise((settle, fail) => {
    socket.once('error', fail);
    socket.bind(53, address, () => settle(undefined));
  });
  return {
    asked: () => [...asked.values()],
    stop: () => {
      socket.close();
    },
  };
};
