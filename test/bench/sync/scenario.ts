import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startMailServer } from '../../support/mail-server/mail-server.ts';
import type { MailServer } from '../../support/mail-server/mail-server.ts';
import { makeTempDirectory } from '../../support/temp.ts';
import { benchDir, benchMailbox, serveMailbox } from '../kit/mailbox.ts';
import { PeerMailbox } from '../kit/peers.ts';
import { isQuick, tell } from '../kit/rows.ts';
import { Desk } from './desk.ts';
import type { Imported, Line } from './desk-words.ts';
import { peerRound, peersHere, tellGrowth, tellImport, tellSize } from './import.ts';
import type { Peers, Round } from './import.ts';
import { firstFetch, rawCopy } from './raw-imap.ts';
import { tellStaying } from './staying.ts';

// Mail from a real Dovecot into an encrypted workspace, and what staying in step with it costs, beside the programs that do the same.
// Everything lies on one disk; IMAP is plain text on loopback for everybody; the mail server's own time is nobody's.

type Size = { readonly count: number; readonly rounds: number; readonly peers: Peers };

const here = peersHere();

/** notmuch takes a quarter of an hour for a hundred thousand mails, so that there is one round, and mu has none. */
const usual: readonly Size[] = isQuick
  ? [{ count: 1_000, rounds: 2, peers: here }]
  : [
      { count: 1_000, rounds: 3, peers: here },
      { count: 10_000, rounds: 3, peers: here },
      { count: 100_000, rounds: 1, peers: { ...here, mu: false } },
    ];

/** `--sizes=10000,100000` takes only these of a run's sizes, and `--sizes=none` none: then only idle mailboxes are measured. */
const chosenSizes = process.argv.find((arg) => arg.startsWith('--sizes='))?.slice('--sizes='.length);
const sizes =
  chosenSizes === undefined
    ? usual
    : usual.filter(({ count }) => chosenSizes.split(',').includes(String(count)));

const times = isQuick ? { looks: 1, arrivals: 8 } : { looks: 5, arrivals: 40 };
const idleSeconds = isQuick ? 5 : 30;
const idleAccounts = 10;

const bundle = join(import.meta.dirname, 'staging.mjs');
const folders = ['INBOX', 'Sent', 'Archive'] as const;

const lineTo = (server: MailServer, user: string): Line => ({
  port: server.imap.port,
  smtpPort: server.smtp.port,
  user,
  password: server.password,
});

/** The import alone, in a new workspace; `after` goes on with it before it ends. */
const ourRound = async (
  line: Line,
  after: (desk: Desk, workspace: string) => Promise<void>,
): Promise<Imported> => {
  const workspace = makeTempDirectory('bench-workspace', benchDir);
  const desk = await Desk.open(bundle, workspace.path);
  try {
    const imported = await desk.import(line);
    await after(desk, workspace.path);
    return imported;
  } finally {
    desk.kill();
    workspace.remove();
  }
};

const peerDirectory = (count: number): string => join(benchDir, `peers-${String(count)}`);

const checked = (imported: Imported, count: number): Imported => {
  if (imported.messages === count) return imported;
  throw new Error(`${String(imported.messages)} of ${String(count)} messages came`);
};

/** All rounds of one size, and with the last round's workspace and peers what comes after an import. */
const measureSize = async ({ count, rounds, peers }: Size): Promise<readonly Round[]> => {
  const mailbox = benchMailbox(count);
  const server = await startMailServer({ parent: benchDir });
  const line = lineTo(server, `bench${String(count)}@shop.test`);
  const done: Round[] = [];
  let peer: PeerMailbox | null = null;
  try {
    serveMailbox(server, line.user, mailbox);
    // The server numbers the mails and makes its index, which is nobody's work here.
    await rawCopy(line, folders);
    for (let round = 1; round <= rounds; round += 1) {
      const { seconds: bare } = await rawCopy(line, folders);
      const first = await firstFetch(line, 50);
      peer?.remove();
      peer = peers.mbsync ? new PeerMailbox(peerDirectory(count), line) : null;
      const theirs = peer === null ? { mbsync: null, notmuch: null, mu: null } : peerRound(peer, peers);
      const isLast = round === rounds;
      const ours = await ourRound(line, async (desk, workspace) => {
        if (!isLast) return;
        await tellStaying({ desk, server, line, size: count, peer }, times);
        await desk.close();
        tellSize(count, workspace, peers.notmuch && peer !== null ? peer.notmuchSize() : null);
      });
      done.push({ ours: checked(ours, count), bare, firstFetch: first, ...theirs });
    }
    tellImport(count, done);
    return done;
  } finally {
    peer?.remove();
    await server.stop();
  }
};

/** P17: ten mailboxes in which nothing happens. */
const measureIdle = async (): Promise<void> => {
  const mailbox = benchMailbox(usual[0]?.count ?? 0);
  const server = await startMailServer({ parent: benchDir });
  const workspace = makeTempDirectory('bench-workspace', benchDir);
  const desk = await Desk.open(bundle, workspace.path);
  try {
    const lines = Array.from({ length: idleAccounts }, (_, n) =>
      lineTo(server, `quiet${String(n)}@shop.test`),
    );
    for (const { user } of lines) serveMailbox(server, user, mailbox);
    await desk.connect(lines);
    await delay(isQuick ? 5_000 : 30_000);
    const { percent, rssMiB } = await desk.idle(idleSeconds);
    tell({
      measure: 'P17',
      what: `processor time while idle, ${String(idleAccounts)} mailboxes`,
      size: null,
      unit: '%',
      values: [percent],
      limit: { goal: 0.5, gate: 0.5 },
      memory: { engine: rssMiB },
    });
  } finally {
    desk.kill();
    workspace.remove();
    await server.stop();
  }
};

const rounds: Record<number, readonly Round[]> = {};
for (const size of sizes) rounds[size.count] = await measureSize(size);
const [few, many] = sizes.slice(-2);
if (few !== undefined && many !== undefined) tellGrowth(few.count, many.count, rounds);
await measureIdle();
