import { spawn } from 'node:child_process';

/**
 * An address outside of this machine that something was sent to.
 *
 * @typedef {object} ReachedAddress
 * @property {string} address
 * @property {string} port with the protocol: `443/tcp`
 * @property {number} times connections begun, or datagrams
 */

/** What is sent to this machine itself is the business of tests: their servers listen there. */
const elsewhere = '(tcp or udp) and ((ip and not dst net 127.0.0.0/8) or (ip6 and not dst host ::1))';

/** One line of `tcpdump -n -t`, of a packet to an address and a port. */
const form = /^IP6? \S+ > (\S+)\.(\d+): (.*)$/;

/** @param {string} line @returns {{ address: string, port: string } | undefined} where a connection or datagram was to go */
const placeIn = (line) => {
  const [, address, port, rest = ''] = form.exec(line) ?? [];
  if (address === undefined || port === undefined) return undefined;
  const flags = /^Flags \[([^\]]*)\]/.exec(rest)?.[1];
  if (flags === undefined) return { address, port: `${port}/udp` };
  // A first packet alone: the answers to it and what follows go to ports that mean nothing.
  return flags.includes('S') && !flags.includes('.') ? { address, port: `${port}/tcp` } : undefined;
};

/**
 * Writes down every TCP connection that is begun and every datagram that is sent to another address than loopback's.
 *
 * @returns {Promise<{ reached: () => ReachedAddress[], stop: () => Promise<number> }>} rejects where tcpdump cannot
 *   do so; `stop` answers how many packets were missed
 */
export const recordPackets = () =>
  new Promise((settle, fail) => {
    /** @type {Map<string, ReachedAddress>} */
    const reached = new Map();
    // As root to the end: it must not ask for another user's rights to its own output.
    const options = ['-i', 'lo', '-n', '-t', '-l', '--immediate-mode', '-Z', 'root', elsewhere];
    const child = spawn('tcpdump', options, { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise((done) => child.once('close', done));
    let begun = '';
    let words = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      const lines = (begun + text).split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) {
        const place = placeIn(line);
        if (place === undefined) continue;
        const key = `${place.address} ${place.port}`;
        const known = reached.get(key);
        if (known === undefined) reached.set(key, { ...place, times: 1 });
        else known.times += 1;
      }
    });
    const stop = async () => {
      child.kill('SIGINT');
      await ended;
      return Number(/(\d+) packets dropped by kernel/.exec(words)?.[1] ?? Infinity);
    };
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      words += text;
      if (words.includes('listening on')) settle({ reached: () => [...reached.values()], stop });
    });
    child.once('error', fail);
    child.once('close', () => fail(new Error(words)));
  });
