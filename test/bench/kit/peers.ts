import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one run of a program took; `rssMiB` is the most that its largest process held. */
export type Taken = { readonly seconds: number; readonly cpuSeconds: number; readonly rssMiB: number };

/** Whether a peer is installed; where it is not, what would be compared with it is left out. */
export const hasProgram = (name: string): boolean =>
  spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;

/** Runs a program and says what it and its children took (getrusage(2)), which Node does not tell of a child. */
const measured = `
import json, resource, subprocess, sys, time
started = time.monotonic()
ran = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
seconds = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({'code': ran.returncode, 'said': ran.stderr.decode('utf-8', 'replace')[-2000:], 'seconds': seconds,
  'cpuSeconds': used.ru_utime + used.ru_stime, 'rssMiB': used.ru_maxrss / 1024}))
`;

/** Runs a program to its end. Throws with what it said when it fails. */
const timedRun = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Taken => {
  const out = execFileSync('python3', ['-c', measured, command, ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  const { code, said, ...taken } = JSON.parse(out) as Taken & {
    readonly code: number;
    readonly said: string;
  };
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}: ${said}`);
  return taken;
};

/** Bytes of a file or of all files below a folder, MiB. */
export const mebibytesOf = (path: string): number => {
  const found = statSync(path);
  if (!found.isDirectory()) return found.size / 1_048_576;
  return readdirSync(path).reduce((sum, name) => sum + mebibytesOf(join(path, name)), 0);
};

/** Where peers fetch their mail from; plain text on loopback. */
export type Mailbox = { readonly port: number; readonly user: string; readonly password: string };

/** A mailbox as people of the terminal keep it: mbsync fetches it into a Maildir, notmuch and mu index that. */
export class PeerMailbox {
  readonly directory: string;

  /** Begins with an empty folder. */
  constructor(directory: string, mailbox: Mailbox) {
    this.directory = directory;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(join(directory, 'mail'), { recursive: true });
    writeFileSync(join(directory, 'mbsyncrc'), mbsyncConfig(directory, mailbox), { mode: 0o600 });
    writeFileSync(
      join(directory, 'notmuchrc'),
      `[database]\npath=${join(directory, 'mail')}\n[new]\nignore=.mbsyncstate;.uidvalidity\n`,
    );
  }

  /** Everything that is new on the server; fsync after each message, as it does by itself. */
  fetch(): Taken {
    return timedRun('mbsync', ['--quiet', '--config', join(this.directory, 'mbsyncrc'), '--all']);
  }

  notmuch(): Taken {
    return timedRun('notmuch', ['new', '--quiet'], this.notmuchEnv);
  }

  mu(): Taken {
    const home = `--muhome=${join(this.directory, 'mu')}`;
    timedRun('mu', ['init', home, `--maildir=${join(this.directory, 'mail')}`, '--quiet']);
    return timedRun('mu', ['index', home, '--quiet']);
  }

  /** With this in its environment notmuch works on this mailbox. */
  get notmuchEnv(): Readonly<Record<string, string>> {
    return { NOTMUCH_CONFIG: join(this.directory, 'notmuchrc') };
  }

  /** What notmuch has written, MiB. */
  notmuchSize(): number {
    return mebibytesOf(join(this.directory, 'mail', '.notmuch'));
  }

  /** How many messages notmuch knows. */
  notmuchCount(): number {
    return Number(
      execFileSync('notmuch', ['count', '*'], {
        env: { ...process.env, ...this.notmuchEnv },
        encoding: 'utf8',
      }),
    );
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const mbsyncConfig = (directory: string, { port, user, password }: Mailbox): string => `
IMAPAccount bench
Host 127.0.0.1
Port ${String(port)}
User ${user}
Pass ${password}
SSLType None
AuthMechs LOGIN
Timeout 600

IMAPStore far
Account bench

MaildirStore near
Path ${directory}/mail/
Inbox ${directory}/mail/INBOX
SubFolders Verbatim

Channel bench
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState *
`;
