import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOPBACK, freePorts } from '../ports.ts';
import { startScriptedSmtp } from '../scripted-smtp/scripted-smtp.ts';
import type { ScriptedSmtp } from '../scripted-smtp/scripted-smtp.ts';
import { makeTempDirectory } from '../temp.ts';
import { runCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { prepareDovecot } from './dovecot.ts';
import { deliverByLmtp } from './lmtp.ts';
import { openMailboxes } from './mailboxes.ts';
import type { Mailboxes } from './mailboxes.ts';
import { seedMaildir } from './maildir.ts';
import type { SeededMail, UidOrder } from './maildir.ts';
import { startPostfix } from './postfix.ts';

/** Where one protocol of the server listens: `port` is plain text with STARTTLS, `tlsPort` is TLS from the first byte. */
export type MailEndpoint = {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
};

/** How a mail server starts; everything has a default. */
export type MailServerOptions = {
  /** `postfix` is the real one (a real queue), `scripted` can be told to misbehave (default), `none` takes no mail by SMTP. */
  readonly smtp?: 'postfix' | 'scripted' | 'none';
  /** The password of everyone who has none of their own; `secret` by default. */
  readonly password?: string;
  /** Passwords of single users; the common one does not work for them. */
  readonly passwords?: Readonly<Record<string, string>>;
  /** Turns on XOAUTH2 and OAUTHBEARER: the RFC 7662 introspection endpoint that is asked about every token. */
  readonly introspectionUrl?: string;
  /** IMAP extensions that are not announced, e.g. `['CONDSTORE', 'QRESYNC', 'IDLE', 'MOVE', 'UIDPLUS']`. */
  readonly withoutExtensions?: readonly string[];
  /** False leaves the folders' purposes unsaid, as old servers do. */
  readonly specialUse?: boolean;
  /** False refuses LOGIN before STARTTLS. */
  readonly plainTextLogin?: boolean;
  readonly certificate?: Certificate;
  /** The largest mail that Postfix takes, in bytes; 50 MB by default. */
  readonly messageSizeLimit?: number;
  /** The folder in which its own is made, where that is to be on a certain disk. */
  readonly parent?: string;
};

/** A real Dovecot and an SMTP server in front of it, all on loopback and in one folder that goes when it stops. */
export type MailServer = Omit<Mailboxes, 'changeFlags' | 'resetUidValidity'> & {
  readonly imap: MailEndpoint;
  readonly smtp: MailEndpoint;
  /** Present when started with `smtp: 'scripted'`; throws otherwise. */
  readonly scriptedSmtp: () => ScriptedSmtp;
  readonly certificate: Certificate;
  readonly password: string;
  /** Everything of the server lies here. */
  readonly directory: string;
  /** The process groups, for tests that prove that nothing is left. */
  readonly processGroups: () => readonly number[];
  /** Delivers like any mail from outside (LMTP); `\Recent`, unseen, into INBOX. */
  readonly deliver: (user: string, ...raws: readonly Buffer[]) => Promise<void>;
  /** Writes mails straight onto the disk: thousands in a second, also while clients are connected. */
  readonly seed: (user: string, folder: string, mails: readonly SeededMail[]) => void;
  readonly addFlags: FlagChange;
  readonly removeFlags: FlagChange;
  readonly setFlags: FlagChange;
  /** Gives the folder another UIDVALIDITY with the same mail in it, disconnecting the user; returns the new value. */
  readonly resetUidValidity: (user: string, folder: string, order?: UidOrder) => Promise<number>;
  /** From now on the user logs in with this password alone. */
  readonly setPassword: (user: string, password: string) => void;
  /** Ends Dovecot with all connections and starts it again on the same ports with the same mail. */
  readonly restart: () => Promise<void>;
  /** Stops every process where it stands (SIGSTOP): connections stay open and are silent. The scripted SMTP server goes on. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

/** Changes flags such as `\Seen`, `\Flagged` or `$Handled` of some or all mails of a folder, as another client would. */
export type FlagChange = (
  user: string,
  folder: string,
  which: readonly number[] | 'all',
  flags: readonly string[],
) => Promise<void>;

/** Starts the mail server: some 60 ms, with Postfix some 200 ms. Any user at any domain exists. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const directory = makeTempDirectory('mail', options.parent);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((end) => end()));
    directory.remove();
  };
  try {
    return await start(options, directory.path, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: MailServerOptions,
  directory: string,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<MailServer> {
  const password = options.password ?? 'secret';
  const certificate = options.certificate ?? (await runCertificate());
  const [imap = 0, imaps = 0, lmtp = 0, sasl = 0] = await freePorts(4);
  const dovecot = prepareDovecot(
    {
      directory,
      ports: { imap, imaps, lmtp, sasl },
      password,
      introspectionUrl: options.introspectionUrl,
      withoutExtensions: options.withoutExtensions ?? [],
      specialUse: options.specialUse ?? true,
      plainTextLogin: options.plainTextLogin ?? true,
    },
    certificate,
  );
  const mailRoot = join(directory, 'mail');
  const { changeFlags, resetUidValidity, ...mailboxes } = openMailboxes(dovecot.configFile, mailRoot);
  const ownPasswords = new Map(Object.entries(options.passwords ?? {}));
  const writePasswords = (): void => {
    const lines = [...ownPasswords].map(([user, own]) => `${user.toLowerCase()}:{PLAIN}${own}\n`);
    writeFileSync(join(directory, 'own-passwords'), lines.join(''), { mode: 0o644 });
  };
  writePasswords();
  const starting = dovecot.start();
  // Dovecot looks at its children once a second only; here nothing is left to be saved.
  stops.push(() => dovecot.process().stop(100));
  await starting;

  const deliver: MailServer['deliver'] = (user, ...raws) =>
    deliverByLmtp(
      lmtp,
      raws.map((raw) => ({ recipient: user, raw, sender: envelopeSender(raw) })),
    );
  const smtp = await startSmtp(
    { ...options, password: (user) => ownPasswords.get(user.toLowerCase()) ?? password },
    { directory, certificate, lmtp, sasl, deliver, append: mailboxes.append },
    stops,
  );
  const groups = (): number[] => [dovecot.process().pid, ...smtp.groups];
  const signal = (name: NodeJS.Signals): void => {
    for (const group of groups()) process.kill(-group, name);
  };

  return {
    ...mailboxes,
    imap: { host: LOOPBACK, port: imap, tlsPort: imaps },
    smtp: smtp.endpoint,
    scriptedSmtp: smtp.scripted,
    certificate,
    password,
    directory,
    processGroups: groups,
    deliver,
    seed: (user, folder, mails) => {
      seedMaildir(mailRoot, user, folder, mails);
    },
    addFlags: (...change) => changeFlags('add', ...change),
    removeFlags: (...change) => changeFlags('remove', ...change),
    setFlags: (...change) => changeFlags('replace', ...change),
    resetUidValidity: (user, folder, order = 'same') => resetUidValidity(user, folder, order),
    setPassword: (user, own) => {
      ownPasswords.set(user.toLowerCase(), own);
      writePasswords();
    },
    restart: async () => {
      await dovecot.process().stop(300);
      await dovecot.start();
    },
    pause: () => {
      signal('SIGSTOP');
    },
    resume: () => {
      signal('SIGCONT');
    },
    log: () => dovecot.log() + smtp.log(),
    stop,
  };
}

/** Whom a mail comes from on its envelope: its From, or nobody where a machine reports (RFC 5321, 4.5.5). */
function envelopeSender(raw: Buffer): string {
  const head = raw.toString('latin1').split(/\r?\n\r?\n/, 1)[0] ?? '';
  const address = /^From:[^\r\n]*?([^\s<>"@]+@[a-z0-9.-]+)/im.exec(head)?.[1] ?? '';
  return /^(mailer-daemon|postmaster)@/i.test(address) ? '' : address;
}

type Smtp = {
  readonly endpoint: MailEndpoint;
  readonly groups: readonly number[];
  readonly scripted: () => ScriptedSmtp;
  readonly log: () => string;
};

type Behind = {
  readonly directory: string;
  readonly certificate: Certificate;
  readonly lmtp: number;
  readonly sasl: number;
  readonly deliver: MailServer['deliver'];
  readonly append: MailServer['append'];
};

async function startSmtp(
  options: Omit<MailServerOptions, 'password'> & { readonly password: (user: string) => string },
  behind: Behind,
  stops: (() => Promise<void>)[],
): Promise<Smtp> {
  const kind = options.smtp ?? 'scripted';
  const noScript = (): ScriptedSmtp => {
    throw new Error(`the mail server was started with smtp: '${kind}'`);
  };
  switch (kind) {
    case 'none':
      return {
        endpoint: { host: LOOPBACK, port: 0, tlsPort: 0 },
        groups: [],
        scripted: noScript,
        log: () => '',
      };
    case 'scripted': {
      const scripted = await startScriptedSmtp({
        certificate: behind.certificate,
        password: options.password,
        deliver: (recipient, raw) => behind.deliver(recipient, raw),
        fileSent: (user, raw) => behind.append(user, 'Sent', raw, ['\\Seen']),
      });
      stops.push(() => scripted.stop());
      return { endpoint: scripted.endpoint, groups: [], scripted: () => scripted, log: () => '' };
    }
    case 'postfix': {
      const [submission = 0, submissions = 0] = await freePorts(2);
      const home = makeTempDirectory('postfix');
      stops.push(async () => home.remove());
      const postfix = await startPostfix(
        {
          directory: home.path,
          ports: { submission, submissions },
          lmtpPort: behind.lmtp,
          saslPort: behind.sasl,
          messageSizeLimit: options.messageSizeLimit ?? 50 * 1024 * 1024,
        },
        behind.certificate,
      );
      stops.push(async () => {
        await postfix.process.stop(100);
        home.remove();
      });
      return {
        endpoint: { host: LOOPBACK, port: submission, tlsPort: submissions },
        groups: [postfix.process.pid],
        scripted: noScript,
        log: postfix.log,
      };
    }
  }
}
