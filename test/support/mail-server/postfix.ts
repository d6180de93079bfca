import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { waitForPort } from '../ports.ts';
import { run, startProcess } from '../processes.ts';
import type { ServerProcess } from '../processes.ts';
import type { Certificate } from './certificate.ts';
import { QUEUE_FOLDERS, postfixMain, postfixMaster } from './postfix-config.ts';
import type { PostfixPlan } from './postfix-config.ts';

/** One running Postfix. */
export type Postfix = {
  readonly process: ServerProcess;
  readonly log: () => string;
};

/** Writes configuration and queue into `plan.directory` and starts Postfix; it must be called as root, as Postfix demands. */
export async function startPostfix(plan: PostfixPlan, certificate: Certificate): Promise<Postfix> {
  const { directory } = plan;
  const owner = await accountNumbers();
  await makeQueue(directory, owner);
  const configDirectory = join(directory, 'etc');
  mkdirSync(configDirectory);
  writeOld(join(configDirectory, 'main.cf'), postfixMain(plan));
  writeOld(join(configDirectory, 'master.cf'), postfixMaster(plan));
  // Debian's Postfix finds its map types here, beside main.cf.
  writeFileSync(join(configDirectory, 'dynamicmaps.cf'), '');
  writeFileSync(join(directory, 'chain.pem'), certificate.key + certificate.pem, { mode: 0o600 });

  const started = startProcess('/usr/lib/postfix/sbin/master', ['-d', '-c', configDirectory], {
    env: { PATH: process.env['PATH'], MAIL_CONFIG: configDirectory },
  });
  const logFile = join(directory, 'postfix.log');
  const log = (): string => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  const died = started.exited.then((code) => {
    throw new Error(`Postfix ended with ${String(code)}: ${started.output()}${log()}`);
  });
  died.catch(() => undefined);
  const { submission, submissions } = plan.ports;
  try {
    await Promise.race([Promise.all([submission, submissions].map((port) => waitForPort(port))), died]);
  } catch (error) {
    await started.stop();
    throw error;
  }
  return { process: started, log };
}

/** Postfix waits two seconds over a configuration file that might still be in the writing: this one looks a minute old. */
function writeOld(path: string, text: string): void {
  writeFileSync(path, text);
  const before = new Date(Date.now() - 60_000);
  utimesSync(path, before, before);
}

type Owner = { readonly postfix: number; readonly postfixGroup: number; readonly postdrop: number };

async function makeQueue(directory: string, owner: Owner): Promise<void> {
  chmodSync(directory, 0o755);
  const queue = join(directory, 'queue');
  mkdirSync(queue, { mode: 0o755 });
  const state = join(directory, 'state');
  mkdirSync(state, { mode: 0o700 });
  chownSync(state, owner.postfix, owner.postfixGroup);
  for (const name of QUEUE_FOLDERS) {
    mkdirSync(join(queue, name), { mode: 0o700 });
    chownSync(join(queue, name), owner.postfix, owner.postfixGroup);
  }
  mkdirSync(join(queue, 'pid'), { mode: 0o755 });
  for (const [name, mode] of [
    ['public', 0o710],
    ['maildrop', 0o730],
  ] as const) {
    const folder = join(queue, name);
    mkdirSync(folder);
    chownSync(folder, owner.postfix, owner.postdrop);
    chmodSync(folder, mode);
  }
}

async function accountNumbers(): Promise<Owner> {
  const [user, group] = await Promise.all([
    run('getent', ['passwd', 'postfix']),
    run('getent', ['group', 'postdrop']),
  ]);
  const [, , postfix, postfixGroup] = user.split(':');
  const [, , postdrop] = group.split(':');
  return { postfix: Number(postfix), postfixGroup: Number(postfixGroup), postdrop: Number(postdrop) };
}
