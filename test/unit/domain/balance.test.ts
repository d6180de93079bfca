import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relieve, spread } from '#shared/domain/balance/spread.ts';
import type { Burden } from '#shared/domain/balance/spread.ts';
import { isOverloaded, isThere, workOf } from '#shared/domain/balance/standing.ts';
import type { Standing } from '#shared/domain/balance/standing.ts';
import { suggest } from '#shared/domain/balance/suggest.ts';
import type { Case } from '#shared/domain/balance/suggest.ts';
import { defaultSchedule } from '#shared/domain/business-hours/schedule.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';

const ana = 'ana' as MemberId;
const ben = 'ben' as MemberId;
const cleo = 'cleo' as MemberId;

const standing = (member: MemberId, facts: Partial<Standing> = {}): Standing => ({
  member,
  open: 0,
  waiting: 0,
  overdue: 0,
  dueToday: 0,
  there: true,
  ...facts,
});

const matter = (
  name: string,
  {
    waits = true,
    begun = false,
    knows = {},
  }: { waits?: boolean; begun?: boolean; knows?: Readonly<Record<string, number>> } = {},
): Burden => ({
  conversation: name as ConversationId,
  waits,
  begun,
  knows: new Map(Object.entries(knows).map(([member, count]) => [member as MemberId, count])),
});

const nobody: ReadonlySet<MemberId> = new Set();
const among = (cases: readonly Case[], standings: readonly Standing[], except = nobody) =>
  suggest(cases, standings, except).map(({ member, reasons }) => [member, reasons.map(({ kind }) => kind)]);

describe('who could have a conversation', () => {
  it('is first whoever knows the customer, and says by how many conversations', () => {
    const team = [standing(ana, { open: 6, waiting: 3 }), standing(ben, { open: 5, waiting: 2 })];
    expect(suggest([matter('lamp', { knows: { ana: 3 } })], team, nobody)).toEqual([
      { member: ana, reasons: [{ kind: 'knows', conversations: 3 }] },
      { member: ben, reasons: [{ kind: 'least-waiting', waiting: 2 }] },
    ]);
  });

  it('is not whoever knows the customer once they have far more to do than the others', () => {
    const team = [standing(ana, { open: 60, waiting: 30 }), standing(ben, { open: 5, waiting: 2 })];
    expect(among([matter('lamp', { knows: { ana: 3 } })], team)[0]).toEqual([ben, ['least-waiting']]);
  });

  it('is nobody who is away, and not whoever has it already', () => {
    const team = [standing(ana, { there: false }), standing(ben), standing(cleo, { open: 4 })];
    expect(among([matter('lamp')], team, new Set([ben]))).toEqual([[cleo, ['only-one']]]);
  });

  it('counts, of several conversations, how many of the customers somebody knows', () => {
    const team = [standing(ana), standing(ben)];
    const cases = [
      matter('one', { knows: { ben: 1 } }),
      matter('two', { knows: { ben: 4 } }),
      matter('three'),
    ];
    expect(suggest(cases, team, nobody)).toEqual([
      { member: ben, reasons: [{ kind: 'knows-some', customers: 2 }] },
    ]);
  });

  it('is nobody in particular where all stand the same and nobody knows the customer', () => {
    expect(among([matter('lamp')], [standing(ana, { open: 2 }), standing(ben, { open: 2 })])).toEqual([]);
  });
});

describe('who is there', () => {
  /** Friday 27 March 2026, 18:00 in Berlin. */
  const present = { now: Date.UTC(2026, 2, 27, 17), schedule: defaultSchedule('Europe/Berlin') };
  const away = (until: number) => ({ kind: 'away', until, substitute: null }) as const;

  it('is everybody who is back before the next working hour begins, over a weekend too', () => {
    expect(isThere({ kind: 'here' }, present)).toBe(true);
    expect(isThere(away(Date.UTC(2026, 2, 29, 12)), present)).toBe(true);
    expect(isThere(away(Date.UTC(2026, 2, 30, 9)), present)).toBe(false);
    expect(isThere({ kind: 'gone' }, present)).toBe(false);
  });

  it('decides who can be too full: whoever is alone has nobody to give to', () => {
    const full = standing(ana, { open: 9, waiting: 9 });
    expect(isOverloaded(full, [full, standing(ben)])).toBe(true);
    expect(isOverloaded(full, [full, standing(ben, { there: false })])).toBe(false);
    expect(isOverloaded(full, [full, standing(ben, { open: 9, waiting: 8 })])).toBe(false);
  });
});

describe('a balance', () => {
  it('gives away first what has not been begun, and keeps a customer with whoever knows them', () => {
    const burdens = [
      matter('begun', { begun: true }),
      matter('known', { knows: { ana: 2 } }),
      matter('fresh'),
      matter('also'),
    ];
    const team = [standing(ana, { open: 4, waiting: 4 }), standing(ben)];
    const { moves, after } = relieve(ana, burdens, team);
    expect(moves.map(({ conversation }) => conversation)).toEqual(['fresh', 'also']);
    expect([after.get(ana), after.get(ben)]).toMatchObject([
      { open: 2, waiting: 2 },
      { open: 2, waiting: 2 },
    ]);
  });

  it('leaves alone who has about as much as the others', () => {
    const team = [standing(ana, { open: 3, waiting: 1 }), standing(ben, { open: 2, waiting: 1 })];
    expect(relieve(ana, [matter('one')], team).moves).toEqual([]);
  });

  const load = fc.record({
    open: fc.nat(40),
    waiting: fc.nat(40),
    overdue: fc.nat(5),
    dueToday: fc.nat(5),
    there: fc.boolean(),
  });
  const teams = fc
    .tuple(load, fc.array(load, { minLength: 1, maxLength: 6 }))
    .map(([first, others]) => [
      standing(ana, { ...first, open: first.open + first.waiting }),
      ...others.map((one, index) =>
        standing(`m${String(index)}` as MemberId, { ...one, open: one.open + one.waiting }),
      ),
    ]);
  const burdens = fc
    .array(fc.record({ waits: fc.boolean(), begun: fc.boolean(), known: fc.nat(4) }), { maxLength: 40 })
    .map((all) =>
      all.map(({ known, ...facts }, index) =>
        matter(`c${String(index)}`, { ...facts, knows: { m0: known } }),
      ),
    );

  it('never gives to who is away, never more than once, and never makes the fullest fuller', () => {
    fc.assert(
      fc.property(teams, burdens, (team, all) => {
        const { moves, after } = relieve(ana, all, team);
        const there = new Set(
          team.filter((one) => one.there && one.member !== ana).map(({ member }) => member),
        );
        expect(moves.every(({ to }) => there.has(to))).toBe(true);
        expect(new Set(moves.map(({ conversation }) => conversation)).size).toBe(moves.length);
        const most = (standings: readonly Standing[]): number =>
          Math.max(...standings.filter((one) => one.there || one.member === ana).map(workOf));
        expect(most([...after.values()])).toBeLessThanOrEqual(most(team));
      }),
    );
  });

  it('spreads everything of somebody over those who are there, and what a lead chose goes where it was sent', () => {
    fc.assert(
      fc.property(teams, burdens, (team, all) => {
        const there = team.filter((one) => one.there && one.member !== ana).map(({ member }) => member);
        const [chosen] = there;
        const first = all[0]?.conversation;
        const fixed = new Map(chosen === undefined || first === undefined ? [] : [[first, chosen] as const]);
        const { moves } = spread(ana, all, team, fixed);
        expect(moves).toHaveLength(there.length === 0 ? 0 : all.length);
        if (chosen !== undefined && first !== undefined) expect(moves[0]?.to).toBe(chosen);
        expect(spread(ana, all, team, fixed).moves).toEqual(moves);
      }),
    );
  });

  it('goes round: nobody gets the second while another has less', () => {
    const all = Array.from({ length: 9 }, (_, index) => matter(`c${String(index)}`));
    const { after } = spread(ana, all, [
      standing(ana, { open: 9, waiting: 9, there: false }),
      standing(ben),
      standing(cleo),
      standing('dan' as MemberId),
    ]);
    expect([...after.values()].map(({ open }) => open)).toEqual([0, 3, 3, 3]);
  });
});
