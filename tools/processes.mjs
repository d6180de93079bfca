import { spawn } from 'node:child_process';
import { projectRoot } from './paths.mjs';

/** npm is a script on Windows, which is started through its shell there. */
const throughShell = process.platform === 'win32';

/**
 * @typedef {object} Finished
 * @property {number} code the exit code; 128 and more when it was ended by a signal, 127 when it could not be started
 * @property {string} output what it wrote to both streams, in order; empty when it was shown at once
 */

/**
 * Runs a program in the project's folder to its end. It never rejects: a program that cannot be started is a code of 127.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ show?: boolean, cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 *   `show`: write to our own streams at once. `timeoutMs`: end it after that time.
 * @returns {Promise<Finished>}
 */
export const run = (command, args, options = {}) =>
  new Promise((settle) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd ?? projectRoot,
      env: options.env ?? process.env,
      stdio: options.show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell: throughShell && command === 'npm',
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    child.stderr?.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    child.once('error', (error) => settle({ code: 127, output: error.message }));
    child.once('close', (code) =>
      settle({ code: code ?? 128, output: Buffer.concat(chunks).toString('utf8') }),
    );
  });

/**
 * Runs a JavaScript program of the project's dependencies with this very Node.
 *
 * @param {string} script path inside the project
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export const runNode = (script, args, options) => run(process.execPath, [script, ...args], options);
