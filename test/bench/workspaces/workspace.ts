import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { join } from 'node:path';
import { openWriteCore } from '#main/engine/writer/write-core.ts';
import type { WriteCore } from '#main/engine/writer/write-core.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import { makeTempDirectory } from '../../support/temp.ts';
import { arrangeDesk } from './desk.ts';
import { inboxes, lettersFor, makeLetters, present } from './letters.ts';
import type { Letter } from './letters.ts';

/** A workspace to measure on: where it lies, and what opens it. */
export type BenchWorkspace = {
  readonly dir: string;
  readonly root: Uint8Array;
  readonly conversations: number;
  readonly messages: number;
  /** How long it took to make, s; null where it was there. */
  readonly madeIn: number | null;
};

const root = new Uint8Array(32).fill(11);
const cacheDir = join('.cache', 'bench', 'workspaces');

/** The key in the form of {@link EngineOptions}. */
export const keyHex = Buffer.from(root).toString('hex');

/** Time stands still while a workspace is made and while it is measured: the letters end just before. */
export const benchClock: Clock = { now: () => present, monotonic: () => performance.now() };

const countingIds = (): Ids => {
  let last = 0;
  return {
    next: () => {
      last += 1;
      return `00000000-0000-7000-8000-${last.toString(16).padStart(12, '0')}`;
    },
  };
};

const sourcesIn = (place: string): readonly string[] =>
  place.endsWith('.ts')
    ? [place]
    : readdirSync(place)
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(place, name));

/** Everything that decides what a made workspace holds: the schema, what writes, and these letters. */
const writingCode = [
  'main/engine/store/migrations',
  'main/engine/store/write',
  'main/engine/store/project',
  'main/engine/actions/ingest',
  'test/support/mailbox-generator/languages.ts',
  ...['desk', 'letters', 'vocabulary', 'workspace'].map((name) => `test/bench/workspaces/${name}.ts`),
];

const fingerprint = (): string => {
  const hash = createHash('sha256');
  for (const path of writingCode.flatMap(sourcesIn).sort()) hash.update(path).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
};

const secrets = { kind: 'password', user: '', password: '' } as const;

const addInboxes = (core: WriteCore): readonly AccountId[] =>
  inboxes.map((address) => {
    const added = core.run('account.add', {
      account: { kind: 'email', label: '', address, senderName: '', settings: {}, secrets },
      streams: [
        { name: 'INBOX', label: 'INBOX', role: 'inbox', chosen: true },
        { name: 'Sent', label: 'Sent', role: 'sent', chosen: true },
      ],
    }).output;
    if (!added.ok) throw new Error(`${address} is there twice`);
    return added.value.id;
  });

const takeIn = (
  core: WriteCore,
  accounts: readonly AccountId[],
  letters: readonly Letter[],
  more: boolean,
): void => {
  for (const { inbox, stream, role } of letters.filter(
    (letter, place) =>
      letters.findIndex((other) => other.inbox === letter.inbox && other.stream === letter.stream) === place,
  )) {
    const account = accounts[inbox];
    if (account === undefined) throw new Error('a letter to an inbox that is not there');
    core.run('ingest.batch', {
      account,
      channel: 'email',
      stream,
      role,
      own: inboxes,
      items: letters.filter((one) => one.inbox === inbox && one.stream === stream).map(({ item }) => item),
      changes: [],
      continues: false,
      followed: false,
      next: { at: 1 },
      more,
      onServer: null,
      remaining: null,
      gap: null,
    });
  }
};

/** So many letters at once, the newest first, as a first import takes them in. */
const slice = 2_000;

const importAll = (core: WriteCore, messages: number): void => {
  const accounts = addInboxes(core);
  const letter = makeLetters(messages);
  for (let end = messages; end > 0; end -= slice) {
    const start = Math.max(0, end - slice);
    takeIn(
      core,
      accounts,
      Array.from({ length: end - start }, (_, place) => letter(start + place)),
      start > 0,
    );
  }
};

/** As many as the product's indexer asks for in one go. */
const indexedAtOnce = 64;

const indexAll = (core: WriteCore): void => {
  for (let more = true; more;) ({ more } = core.run('search.index', { limit: indexedAtOnce }).output);
};

const make = (dir: string, messages: number): void => {
  const core = openWriteCore({ workspaceDir: dir, root }, benchClock, countingIds());
  try {
    importAll(core, messages);
    arrangeDesk(core, { dir, root });
    indexAll(core);
  } finally {
    core.close();
  }
};

const inMemory = '/dev/shm';
/** What a message takes with its place in the log, and what must stay free for others, in bytes. */
const roomOfMessage = 8_000;
const roomLeft = 4 * 1024 ** 3;

/** In memory where there is room: thousands of commits would wait for the disk, and what is made can be made again. */
const placeFor = (messages: number): string => {
  if (!existsSync(inMemory)) return cacheDir;
  const { bavail, bsize } = statfsSync(inMemory);
  return bavail * bsize > messages * roomOfMessage + roomLeft ? inMemory : cacheDir;
};

/**
 * A workspace of so many conversations, made by the product's own actions or taken from .cache/bench, where it stays until
 * the schema, the code that writes or these letters change.
 */
export const workspaceOf = (conversations: number): BenchWorkspace => {
  const messages = lettersFor(conversations);
  const name = `${String(conversations)}-`;
  const dir = join(cacheDir, `${name}${fingerprint()}`);
  const found = { dir, root, conversations, messages };
  if (existsSync(dir)) return { ...found, madeIn: null };
  mkdirSync(cacheDir, { recursive: true });
  for (const old of readdirSync(cacheDir).filter((one) => one.startsWith(name)))
    rmSync(join(cacheDir, old), { recursive: true, force: true });
  const began = performance.now();
  const making = makeTempDirectory('bench-workspace', placeFor(messages));
  try {
    make(making.path, messages);
    cpSync(making.path, `${dir}.unfinished`, { recursive: true });
    renameSync(`${dir}.unfinished`, dir);
  } finally {
    making.remove();
  }
  return { ...found, madeIn: (performance.now() - began) / 1_000 };
};
