import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import type { LetterOptions } from '#test/support/mailbox-generator/letter.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';
import type { SeededRandom } from '#test/support/mailbox-generator/seeded-random.ts';
import { uniqueName } from '#test/support/temp.ts';
import { dovecotThreads } from './dovecot-threads.ts';
import type { Groups } from './groups.ts';
import { ourAddress, ourThreads } from './our-threads.ts';

let server: MailServer;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'none' });
});

afterAll(async () => {
  await server.stop();
});

const start = Date.UTC(2026, 0, 5);
let written = 0;

/** A mail `id` that refers to `references` (oldest first) with a subject of its own, so that nothing but references can join it. */
const mail = (id: string, references: readonly string[] = [], rest: LetterOptions = {}): Buffer => {
  written += 1;
  return letter({
    from: 'ana@customer.test',
    to: ourAddress,
    subject: `Matter ${String(written)} of its own`,
    date: new Date(start + written * 60_000),
    text: `Words ${String(written)}`,
    messageId: `<${id}@mail.test>`,
    ...(references.length === 0 ? {} : { references: references.map((name) => `<${name}@mail.test>`) }),
    ...rest,
  });
};

/** A mail with In-Reply-To and no References, as some programs write it. */
const answer = (id: string, parent: string): Buffer => mail(id, [], { inReplyTo: `<${parent}@mail.test>` });

const indices = (raws: readonly Buffer[]): readonly number[] => raws.map((_, index) => index);

const shuffled = (list: readonly number[], random: SeededRandom): readonly number[] =>
  list
    .map((value) => ({ value, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);

const inBatches = (list: readonly number[], size: number): readonly (readonly number[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

/** Orders of arrival that differ as first imports, catching up and live mail do. */
const arrivals = (raws: readonly Buffer[], seed: number): readonly (readonly (readonly number[])[])[] => {
  const forward = indices(raws);
  const random = seededRandom(seed);
  return [[forward], inBatches(forward.toReversed(), 7), inBatches(shuffled(forward, random), 3)];
};

const bothWays = async (
  raws: readonly Buffer[],
  seed = 1,
): Promise<{ readonly judge: Groups; readonly ours: readonly Groups[] }> => ({
  judge: await dovecotThreads(server, `${uniqueName('threads')}@shop.test`, raws),
  ours: arrivals(raws, seed).map((order) => ourThreads(raws, order)),
});

const allEqual = ({ judge, ours }: Awaited<ReturnType<typeof bothWays>>): void => {
  for (const groups of ours) expect(groups).toEqual(judge);
};

/** Threads of up to twelve mails; who refers to whom is a tree, of which References shows the whole line, its end or its last. */
const forest = (random: SeededRandom, count: number, missing: number): readonly Buffer[] => {
  const raws: Buffer[] = [];
  for (let thread = 0; raws.length < count; thread += 1) {
    const lines: string[][] = [];
    const size = 1 + random.below(12);
    for (let index = 0; index < size; index += 1) {
      const before = lines[random.below(Math.max(1, lines.length))] ?? [];
      const id = `${String(thread)}.${String(index)}.${String(count)}`;
      lines.push([...before, id]);
      // A parent that never comes: others still refer to it.
      if (random.chance(missing)) continue;
      const last = before.at(-1);
      const shape = random.below(4);
      if (shape === 0 && last !== undefined) raws.push(answer(id, last));
      else raws.push(mail(id, shape === 1 ? before.slice(-2) : before));
    }
  }
  return raws.slice(0, count);
};

describe('mails that say what they answer are grouped as Dovecot groups them', () => {
  it.each([
    ['with all mails there', 0, 11],
    ['with every fifth mail missing', 0.2, 12],
    ['with half of all mails missing', 0.5, 13],
  ])('in hundreds of threads %s', async (_, missing, seed) => {
    const raws = forest(seededRandom(seed), 150, missing);
    const found = await bothWays(raws, seed);
    expect(found.judge.length).toBeGreaterThan(12);
    allEqual(found);
  });

  it.each<readonly [string, readonly Buffer[]]>([
    [
      'a line of five',
      [mail('a1'), mail('a2', ['a1']), mail('a3', ['a1', 'a2']), answer('a4', 'a3'), answer('a5', 'a4')],
    ],
    ['a root that never came', [mail('b2', ['b1']), mail('b3', ['b1']), answer('b4', 'b1')]],
    ['a root that comes last', [mail('c3', ['c1', 'c2']), mail('c2', ['c1']), mail('c1')]],
    ['two of a loop', [mail('d1', ['d2']), mail('d2', ['d1'])]],
    ['three of a loop', [mail('e1', ['e3']), mail('e2', ['e1']), mail('e3', ['e2'])]],
    [
      'a loop through References',
      [mail('f1', ['f2', 'f3']), mail('f2', ['f3', 'f1']), mail('f3', ['f1', 'f2']), mail('f4', ['f2'])],
    ],
    ['a mail that answers itself', [mail('g1', ['g1']), mail('g2', ['g1'])]],
    ['two roots with one child', [mail('h1'), mail('h2'), mail('h3', ['h1', 'h2'])]],
    [
      'two lines that a late mail ties together',
      [mail('i1'), mail('i2', ['i1']), mail('j1'), mail('j2', ['j1']), mail('i3', ['i1', 'i2', 'j1'])],
    ],
    [
      'parents that nobody has',
      [
        mail('k3', ['k0', 'k1', 'k2']),
        mail('k5', ['k0', 'k4']),
        mail('k6', ['k4', 'k7']),
        mail('l1', ['l0']),
      ],
    ],
    [
      'the same mail twice',
      (() => {
        const twice = mail('m2', ['m1']);
        return [mail('m1'), twice, mail('m3', ['m2']), twice, mail('n1')];
      })(),
    ],
    [
      'two mails of one Message-ID under one parent',
      [mail('o1'), mail('o2', ['o1']), mail('o2', ['o1']), mail('o3', ['o2'])],
    ],
    [
      'mails without a Message-ID',
      [
        mail('p1'),
        mail('', ['p1'], { messageId: null }),
        mail('', [], { messageId: null }),
        mail('', [], { messageId: null }),
      ],
    ],
    [
      'References that are no ids',
      [
        mail('q1'),
        mail('q2', [], { references: ['your mail of Monday'] }),
        mail('q3', [], { references: ['<>', '<@>', '<q1@mail.test>'] }),
      ],
    ],
    [
      'In-Reply-To with a date and words',
      [mail('r1'), mail('r2', [], { inReplyTo: 'Your message of "Mon, 5 Jan 2026" <r1@mail.test>' })],
    ],
    [
      'References folded with tabs and comments',
      [mail('s1'), mail('s2', [], { references: ['(first) <s0@mail.test>\r\n\t<s1@mail.test> (nearest)'] })],
    ],
    ['ids that differ in case only', [mail('T1'), mail('t1'), mail('t2', ['t1'])]],
  ])('%s, forwards, backwards and shuffled', async (_, raws) => {
    const judge = await dovecotThreads(server, `${uniqueName('case')}@shop.test`, raws);
    const forward = indices(raws);
    const random = seededRandom(raws.length);
    const orders = [forward, forward.toReversed(), shuffled(forward, random)];
    for (const order of orders) expect(ourThreads(raws, inBatches(order, 1))).toEqual(judge);
  });
});

describe('references spelled in a hundred ways', () => {
  const pieces = [
    ...(['<', '>', '"', ',', ' ', '\r\n ', '\r\n\t', '\\', 'Your message of Monday', 'near@place'] as const),
    ...(['<other@place>', '@', ':', ';', '"q"', '<>', '.'] as const),
  ] as const;

  it('join wherever Dovecot finds the id', async () => {
    const random = seededRandom(5_322);
    const noise = (index: number): string =>
      Array.from({ length: random.below(4) }, () => random.pick(pieces))
        .join(random.pick(['', ' ']))
        .replaceAll('@place', `@place${String(index)}.test`);
    const raws = Array.from({ length: 150 }, (_, index) => {
      const local = `root${String(index)}`;
      const spellings = [`<${local}@mail.test>`, `< ${local}@mail.test >`, `<"${local}"@mail.test>`] as const;
      const value = `${noise(index)} ${random.pick(spellings)} ${noise(index)}`;
      const named = random.chance(0.5) ? { references: [value] } : { inReplyTo: value };
      return [mail(local), mail(`child${String(index)}`, [], named)];
    }).flat();
    const judge = await dovecotThreads(server, 'spelling@shop.test', raws);
    const ours = new Set(ourThreads(raws, [indices(raws)]).map((group) => group.join()));
    const joined = judge.filter((group) => group.length > 1).map((group) => group.join());
    expect(joined.length).toBeGreaterThan(60);
    expect(joined.filter((group) => !ours.has(group))).toEqual([]);
  });
});

type Difference = {
  readonly name: string;
  readonly raws: readonly Buffer[];
  readonly judge: Groups;
  readonly ours: Groups;
};

describe('by reference we group otherwise than Dovecot in these cases alone', () => {
  const twoRoots = [mail('u1'), mail('v1')];
  it.each<Difference>([
    {
      name: 'In-Reply-To counts beside References: both are what the writer answered',
      raws: [...twoRoots, mail('u2', ['u1'], { inReplyTo: '<v1@mail.test>' })],
      judge: [[0, 2], [1]],
      ours: [[0, 1, 2]],
    },
    {
      name: 'all ids of In-Reply-To count, not the first alone',
      raws: [...twoRoots, mail('u2', [], { inReplyTo: '<u1@mail.test> <v1@mail.test>' })],
      judge: [[0, 2], [1]],
      ours: [[0, 1, 2]],
    },
    {
      name: 'two mails of one Message-ID stay together, as a list that changes the words makes them',
      raws: [mail('w1'), mail('w1')],
      judge: [[0], [1]],
      ours: [[0, 1]],
    },
    {
      name: 'two mails that name different parents for the same ancestor: which came first must not matter',
      raws: [mail('x1'), mail('y1'), mail('x3', ['x1', 'x2']), mail('x4', ['y1', 'x2'])],
      judge: [[0, 2, 3], [1]],
      ours: [[0, 1, 2, 3]],
    },
    {
      name: 'ids without brackets count',
      raws: [mail('z1'), mail('z2', [], { references: ['z1@mail.test'] })],
      judge: [[0], [1]],
      ours: [[0, 1]],
    },
    {
      name: 'ids in comments do not count (RFC 5322, 3.2.2)',
      raws: [mail('z3'), mail('z4', [], { references: ['(as in <z3@mail.test>)'] })],
      judge: [[0, 1]],
      ours: [[0], [1]],
    },
    {
      name: 'ids that broken programs give to everything do not count',
      raws: [
        mail('', [], { messageId: '<null@localhost>' }),
        mail('z5', [], { references: ['<null@localhost>'] }),
      ],
      judge: [[0, 1]],
      ours: [[0], [1]],
    },
  ])('$name', async ({ raws, judge, ours }) => {
    expect(await dovecotThreads(server, `${uniqueName('other')}@shop.test`, raws)).toEqual(judge);
    for (const order of [indices(raws), indices(raws).toReversed()])
      expect(ourThreads(raws, inBatches(order, 1))).toEqual(ours);
  });
});

describe('by subject we join less than RFC 5256, section 3, does', () => {
  const day = 86_400_000;
  const from = (sender: string, subject: string, days = 0): Buffer =>
    mail(`s${String(written)}`, [], {
      from: sender,
      subject,
      date: new Date(start + days * day + written * 60_000),
    });
  const ana = 'ana@customer.test';
  const ben = 'ben@elsewhere.test';

  it.each<Difference>([
    {
      name: 'both join an answer without headers to the same person within days',
      raws: [from(ana, 'Broken lamp'), from(ana, 'Re: Broken lamp', 3)],
      judge: [[0, 1]],
      ours: [[0, 1]],
    },
    {
      name: 'an answer of somebody else is another matter',
      raws: [from(ana, 'Broken lamp'), from(ben, 'Re: Broken lamp', 3)],
      judge: [[0, 1]],
      ours: [[0], [1]],
    },
    {
      name: 'the same words from two people are two matters',
      raws: [from(ana, 'Invoice'), from(ben, 'Invoice')],
      judge: [[0, 1]],
      ours: [[0], [1]],
    },
    {
      name: 'the same words twice from one person are two matters where neither is an answer',
      raws: [from(ana, 'Invoice'), from(ana, 'Invoice', 1)],
      judge: [[0, 1]],
      ours: [[0], [1]],
    },
    {
      name: 'an answer after a month is another matter',
      raws: [from(ana, 'Broken lamp'), from(ana, 'Re: Broken lamp', -40)],
      judge: [[0, 1]],
      ours: [[0], [1]],
    },
    {
      name: 'a subject that says nothing joins nothing',
      raws: [from(ana, '(no subject)'), from(ana, 'Re: (no subject)', 1)],
      judge: [[0, 1]],
      ours: [[0], [1]],
    },
    {
      name: 'we know "AW:" and its like, which the RFC does not',
      raws: [from(ana, 'Lampe kaputt'), from(ana, 'AW: Lampe kaputt', 1)],
      judge: [[0], [1]],
      ours: [[0, 1]],
    },
  ])('$name', async ({ raws, judge, ours }) => {
    const user = `${uniqueName('subject')}@shop.test`;
    expect(await dovecotThreads(server, user, raws, 'REFERENCES')).toEqual(judge);
    for (const order of [indices(raws), indices(raws).toReversed()])
      expect(ourThreads(raws, inBatches(order, 1))).toEqual(ours);
  });
});
