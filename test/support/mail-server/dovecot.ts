import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForPort } from '../ports.ts';
import { startProcess } from '../processes.ts';
import type { ServerProcess } from '../processes.ts';
import type { Certificate } from './certificate.ts';
import { MAIL_OWNER, dovecotConfig, oauthConfig } from './dovecot-config.ts';
import type { DovecotPlan } from './dovecot-config.ts';

/** One running Dovecot. */
export type Dovecot = {
  readonly configFile: string;
  readonly process: () => ServerProcess;
  readonly start: () => Promise<void>;
  readonly log: () => string;
};

/** Writes the configuration into `plan.directory` and returns a Dovecot that is not started yet. */
export function prepareDovecot(plan: DovecotPlan, certificate: Certificate): Dovecot {
  const { directory } = plan;
  const configFile = join(directory, 'dovecot.conf');
  // Mail processes run as their own user and must be able to walk in.
  chmodSync(directory, 0o755);
  for (const folder of ['run', 'state']) mkdirSync(join(directory, folder));
  for (const folder of ['mail', 'home']) {
    mkdirSync(join(directory, folder));
    chownSync(join(directory, folder), MAIL_OWNER, MAIL_OWNER);
  }
  writeFileSync(join(directory, 'cert.pem'), certificate.pem);
  writeFileSync(join(directory, 'key.pem'), certificate.key, { mode: 0o600 });
  writeFileSync(join(directory, 'own-passwords'), '');
  if (plan.introspectionUrl !== undefined) {
    writeFileSync(join(directory, 'oauth2.conf.ext'), oauthConfig(plan.introspectionUrl));
  }
  writeFileSync(configFile, dovecotConfig(plan));
  const logFile = join(directory, 'dovecot.log');
  writeFileSync(logFile, '', { mode: 0o666 });
  chmodSync(logFile, 0o666);
  let current: ServerProcess | undefined;

  return {
    configFile,
    process: () => {
      if (current === undefined) throw new Error('Dovecot was not started');
      return current;
    },
    start: async () => {
      const started = startProcess('dovecot', ['-F', '-c', configFile]);
      current = started;
      const died = started.exited.then((code) => {
        throw new Error(
          `Dovecot ended with ${String(code)}: ${started.output()}${readFileSync(logFile, 'utf8')}`,
        );
      });
      died.catch(() => undefined);
      const { imap, imaps, lmtp, sasl } = plan.ports;
      await Promise.race([Promise.all([imap, imaps, lmtp, sasl].map((port) => waitForPort(port))), died]);
    },
    log: () => readFileSync(logFile, 'utf8'),
  };
}
