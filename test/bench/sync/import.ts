import { join } from 'node:path';
import { hasProgram, mebibytesOf } from '../kit/peers.ts';
import type { PeerMailbox, Taken } from '../kit/peers.ts';
import { tell } from '../kit/rows.ts';
import type { Imported } from './desk-words.ts';

/** One round: each does the same work once, one after the other. */
export type Round = {
  readonly ours: Imported;
  readonly bare: number;
  readonly firstFetch: number;
  readonly mbsync: Taken | null;
  readonly notmuch: Taken | null;
  readonly mu: Taken | null;
};

/** Which peers take part in a round. */
export type Peers = { readonly mbsync: boolean; readonly notmuch: boolean; readonly mu: boolean };

/** Those that are installed. */
export const peersHere = (): Peers => {
  const mbsync = hasProgram('mbsync');
  return { mbsync, notmuch: mbsync && hasProgram('notmuch'), mu: mbsync && hasProgram('mu') };
};

/** Lets the peers do what Steward did: fetch everything, then index it. */
export const peerRound = (mailbox: PeerMailbox, peers: Peers): Pick<Round, 'mbsync' | 'notmuch' | 'mu'> => ({
  mbsync: peers.mbsync ? mailbox.fetch() : null,
  notmuch: peers.notmuch ? mailbox.notmuch() : null,
  mu: peers.mu ? mailbox.mu() : null,
});

const sums = (rounds: readonly Round[], index: 'notmuch' | 'mu'): readonly number[] | null => {
  const values = rounds.flatMap(({ mbsync, [index]: indexed }) =>
    mbsync === null || indexed === null ? [] : [mbsync.seconds + indexed.seconds],
  );
  return values.length === 0 ? null : values;
};

const most = (values: readonly number[]): number => Math.max(...values);
const middleOf = (rounds: readonly Round[], of: (ours: Imported) => number): readonly number[] =>
  rounds.map(({ ours }) => of(ours));

const memoryOf = (rounds: readonly Round[]): Readonly<Record<string, number>> => ({
  engine: most(middleOf(rounds, ({ rssMiB }) => rssMiB)),
  ...Object.fromEntries(
    (['mbsync', 'notmuch', 'mu'] as const).flatMap((name) => {
      const taken = rounds.flatMap(({ [name]: one }) => (one === null ? [] : [one.rssMiB]));
      return taken.length === 0 ? [] : [[name, most(taken)]];
    }),
  ),
});

/** What P1 and P3 allow in s and P14 in MiB; P2 the same at another size. */
const allowed = { small: 7, large: 60, first: 0.3, firstGate: 1, memory: 250, stall: 20 } as const;

/** Tells the rows of importing a mailbox of one size. */
export const tellImport = (size: number, rounds: readonly Round[]): void => {
  const total = middleOf(rounds, (ours) => ours.total);
  const what = 'first import to all searchable, threaded, encrypted, sources kept';
  const cpuSeconds = most(middleOf(rounds, (ours) => ours.cpuSeconds));
  const memory = memoryOf(rounds);
  const base = { measure: 'P1', size, unit: 's', values: total } as const;
  const why =
    size > 10_000
      ? { note: 'the keys of a commit share fewer pages as their indexes grow (ADR 29 and 31)' }
      : {};
  const promised = size === 10_000 ? allowed.small : size === 100_000 ? allowed.large : null;
  const limit = promised === null ? {} : { limit: { goal: promised, gate: promised } };
  const notmuch = sums(rounds, 'notmuch');
  const mu = sums(rounds, 'mu');
  tell({
    ...base,
    what,
    ...limit,
    ...(notmuch === null
      ? {}
      : { against: { what: 'mbsync + notmuch', values: notmuch, goal: 0.1, gate: 0.25 } }),
    cpuSeconds,
    memory,
    ...why,
  });
  if (mu !== null)
    tell({
      ...base,
      what: 'the same beside mu',
      against: { what: 'mbsync + mu', values: mu, goal: 0.25, gate: 0.5 },
    });
  tellCpu(size, rounds);
  tell({
    ...base,
    what: 'the same bytes over IMAP, thrown away',
    values: rounds.map(({ bare }) => bare),
  });
  tell({
    ...base,
    what: 'all mail here with its sources',
    values: middleOf(rounds, (ours) => ours.here),
    ...why,
  });
  tell({
    measure: 'P3',
    what: 'first 50 conversations in the list after login (engine)',
    size,
    unit: 's',
    values: middleOf(rounds, (ours) => ours.first50),
    limit: { goal: allowed.first, gate: allowed.firstGate },
    against: {
      what: 'ImapFlow, connect and fetch 50',
      values: rounds.map((one) => one.firstFetch),
      goal: 3,
      gate: 6,
    },
  });
  tell({
    measure: 'P14',
    what: 'memory of the importing process, at most',
    size,
    unit: 'MiB',
    values: middleOf(rounds, ({ rssMiB }) => rssMiB),
    limit: { goal: allowed.memory, gate: allowed.memory },
    memory,
  });
  tell({
    measure: 'P18',
    what: 'longest stall of the engine’s loop during an import',
    size,
    unit: 'ms',
    values: middleOf(rounds, ({ stallMs }) => stallMs),
    limit: { goal: allowed.stall, gate: allowed.stall },
  });
};

/** Processor time is the steadier comparison where something else runs beside it. */
const tellCpu = (size: number, rounds: readonly Round[]): void => {
  const peers = rounds.flatMap(({ mbsync, notmuch }) =>
    mbsync === null || notmuch === null ? [] : [mbsync.cpuSeconds + notmuch.cpuSeconds],
  );
  tell({
    measure: 'P1',
    what: 'processor time of the first import',
    size,
    unit: 's',
    values: middleOf(rounds, ({ cpuSeconds }) => cpuSeconds),
    ...(peers.length === 0
      ? {}
      : { against: { what: 'mbsync + notmuch', values: peers, goal: 0.1, gate: 0.25 } }),
  });
};

/** Tells how the larger import stands to the smaller one: P2. */
export const tellGrowth = (
  small: number,
  large: number,
  of: Readonly<Record<number, readonly Round[]>>,
): void => {
  const [few, many] = [of[small] ?? [], of[large] ?? []];
  if (few.length === 0 || many.length === 0) return;
  const middle = (rounds: readonly Round[], value: (ours: Imported) => number): number =>
    middleOf(rounds, value).toSorted((a, b) => a - b)[rounds.length >> 1] ?? 0;
  const times = (value: (ours: Imported) => number): number => middle(many, value) / middle(few, value);
  const growth = large / small;
  const name = `${small.toLocaleString('en')} to ${large.toLocaleString('en')}`;
  const row = { measure: 'P2', size: large, unit: 'x' } as const;
  const linear = growth * 1.1;
  tell({
    ...row,
    what: `time of an import, ${name}`,
    values: [times(({ total }) => total)],
    limit: { goal: linear, gate: linear },
  });
  tell({
    ...row,
    what: `memory of an import, ${name}`,
    values: [times(({ rssMiB }) => rssMiB)],
    limit: { goal: 1.1, gate: 1.3 },
  });
};

/** Tells what a closed workspace takes on the disk without the sources: P15. */
export const tellSize = (size: number, workspace: string, notmuch: number | null): void =>
  tell({
    measure: 'P15',
    what: 'database with its index, without sources',
    size,
    unit: 'MiB',
    values: [mebibytesOf(join(workspace, 'workspace.db'))],
    ...(notmuch === null
      ? {}
      : { against: { what: 'notmuch’s index', values: [notmuch], goal: 0.35, gate: 0.5 } }),
  });
