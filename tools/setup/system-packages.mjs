import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { alone } from '../locks.mjs';
import { cacheDir } from '../paths.mjs';
import { run } from '../processes.mjs';

/**
 * A Debian package; where releases name it differently, all its names. The t64 ones are Debian 13 and Ubuntu 24.04.
 *
 * @typedef {readonly [string, ...string[]]} PackageNames
 */

/** What Electron needs to draw: a display, its libraries, and letters for the languages of the sample mail. */
const forTheWindow = /** @satisfies {readonly PackageNames[]} */ ([
  ['xvfb'],
  ['xauth'],
  ['dbus'],
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libnss3'],
  ['libasound2', 'libasound2t64'],
  ['libgbm1'],
  ['libxss1'],
  ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'],
  ['libdrm2'],
  ['fonts-wqy-zenhei'],
  ['fonts-noto-color-emoji'],
]);

/**
 * The real mail and chat servers of the tests, certificates for them, witnesses of every system call and of the network; and
 * what Bluesky's servers keep their data in and are compiled with.
 */
const forTheTests = /** @satisfies {readonly PackageNames[]} */ ([
  ['dovecot-imapd'],
  ['dovecot-lmtpd'],
  ['dovecot-submissiond'],
  ['postfix'],
  ['prosody'],
  ['ejabberd'],
  ['erlang-p1-sqlite3'],
  ['chromium'],
  ['openssl'],
  ['strace'],
  ['tcpdump'],
  ['iproute2'],
  ['x11-utils'],
  ['postgresql'],
  ['pgbouncer'],
  ['redis-server'],
  ['g++'],
  ['make'],
  ['python3'],
]);

/** What `npm run bench` compares Steward with: mbsync, notmuch and mu. */
const forTheBench = /** @satisfies {readonly PackageNames[]} */ ([['isync'], ['notmuch'], ['maildir-utils']]);

/** Debian asks this file whether a freshly installed server may start; 101 is "no" (invoke-rc.d, policy-rc.d). */
const mayStartFile = '/usr/sbin/policy-rc.d';

/** How long apt waits for another installation to end, in seconds. */
const aptLockSeconds = 600;

/** @param {readonly string[]} names */
const isInstalled = async (names) => {
  const { output } = await run('dpkg-query', ['--show', '--showformat', '${db:Status-Status}\n', ...names]);
  return output.split('\n').includes('installed');
};

/** @param {PackageNames} names @returns {Promise<string>} the name this release knows */
const nameHere = async (names) => {
  for (const name of names) {
    const { output } = await run('apt-cache', ['policy', name]);
    if (/Candidate: (?!\(none\))/.test(output)) return name;
  }
  return names[0];
};

/** @param {readonly PackageNames[]} packages */
const missingOf = async (packages) => {
  const present = await Promise.all(packages.map(isInstalled));
  return packages.filter((_names, index) => present[index] !== true);
};

/** Postfix asks on installation what kind of site this is; the tests bring their own configuration. */
const answerPostfix = () =>
  new Promise((settle) => {
    const child = spawn('debconf-set-selections', { stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('error', settle);
    child.once('close', settle);
    child.stdin.end('postfix postfix/main_mailer_type select No configuration\n');
  });

/**
 * Keeps what is being installed from starting servers on this machine, and keeps Ctrl+C from leaving that rule behind.
 *
 * @param {() => Promise<void>} work
 */
const startingNothing = async (work) => {
  if (existsSync(mayStartFile)) return work();
  const interruption = new AbortController();
  const onInterrupt = () => {
    interruption.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  writeFileSync(mayStartFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    rmSync(mayStartFile, { force: true });
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
  if (interruption.signal.aborted) throw new Error('Interrupted while installing system packages.');
};

/** @param {readonly string[]} args */
const aptGet = async (args) => {
  const { code, output } = await run('apt-get', ['-o', `DPkg::Lock::Timeout=${aptLockSeconds}`, ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${output}`);
};

/** @param {readonly PackageNames[]} packages */
const install = (packages) =>
  startingNothing(async () => {
    await aptGet(['update', '-qq']);
    const names = await Promise.all(packages.map(nameHere));
    console.log(`Installing system packages: ${names.join(' ')} ...`);
    if (names.includes('postfix')) await answerPostfix();
    await aptGet(['install', '-y', '-qq', '--no-install-recommends', ...names]);
  });

/**
 * Installs packages on Debian and its kin as root. Elsewhere on Linux it only says what to install, because what is missing
 * may be there under another name. Other systems need nothing.
 *
 * @param {readonly PackageNames[]} packages
 * @param {string} purpose what may not work without them, in words
 */
const ensurePackages = async (packages, purpose) => {
  if (process.platform !== 'linux') return;
  if (!existsSync('/etc/debian_version')) {
    console.log(`This is not Debian. ${purpose}, install what Debian calls ${packages.join(', ')}.`);
    return;
  }
  const missing = await missingOf(packages);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    const names = await Promise.all(missing.map(nameHere));
    console.log(`Missing from the system. Install it with: sudo apt-get install ${names.join(' ')}`);
    return;
  }
  await alone(join(cacheDir, 'system-packages.lock'), async () => {
    const stillMissing = await missingOf(packages);
    if (stillMissing.length > 0) await install(stillMissing);
  });
};

/**
 * Sees to what the window (and the tests) need from the system.
 *
 * @param {{ tests: boolean }} purpose
 */
export const ensureSystemPackages = ({ tests }) =>
  ensurePackages(tests ? [...forTheWindow, ...forTheTests] : forTheWindow, 'If the window does not open');

/** Sees to the programs that the bench compares with. */
export const ensurePeers = () => ensurePackages(forTheBench, 'To compare with mbsync, notmuch and mu');
