import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#main/engine/host/system-ports.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { allRefusals } from '#main/engine/store/team/refusals.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually } from '#test/support/eventually.ts';
import { openReviews, shownAnswer } from '#test/support/store/reviews.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

const hour = 60 * 60_000;
/** Five people, each with a clock that is wrong in its own way, in ms. */
const people = [
  { name: 'Ana', skew: 0 },
  { name: 'Bea', skew: 5 * hour },
  { name: 'Cem', skew: -7 * hour },
  { name: 'Dia', skew: 26 * hour },
  { name: 'Eli', skew: -90_000 },
] as const;

const who = fc.nat(people.length - 1);
const which = fc.nat(4);

/** What somebody does, or what happens to their line. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('mail'), who, which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('claim'), who, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('note'), who, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tag'), who, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('review'), who, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('assign'), who, which, to: who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resolve'), who, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('promise'), who, which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose answer'), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('go offline'), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('come online'), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart'), who }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

type Seat = { readonly colleague: Colleague; readonly line: CuttingProxy; isOnline: boolean };

describe('any history of five people over one database', () => {
  let office: Office;
  const seats: Seat[] = [];
  let run = 0;
  let notes = 0;

  const letter = (matter: number): string => `run-${String(run)}-matter-${String(matter)}`;

  const online = async (seat: Seat): Promise<void> => {
    if (seat.isOnline) return;
    await seat.line.admit();
    seat.isOnline = true;
    seat.colleague.engine().engine.network(true);
  };
  const offline = async (seat: Seat): Promise<void> => {
    if (!seat.isOnline) return;
    await seat.line.refuse();
    seat.line.now({ kind: 'cut' });
    seat.isOnline = false;
  };

  const change = async ({ colleague }: Seat, one: Step, id: ConversationId): Promise<void> => {
    const { ask } = colleague;
    switch (one.kind) {
      case 'claim':
        await ask('conversation.claim', { ids: [id] });
        return;
      case 'note':
        notes += 1;
        await ask('note.add', { conversation: id, text: `note ${String(notes)}.`, mentions: [] });
        return;
      case 'tag':
        await ask('conversation.tag', { ids: [id], add: [`tag ${colleague.name}`], remove: [] });
        return;
      case 'assign': {
        const name = 'to' in one ? people[one.to]?.name : undefined;
        const row = colleague
          .workspace()
          .db.get<{ id: MemberId }>('SELECT id FROM member WHERE name = ?', [name ?? '']);
        if (row !== undefined) await ask('conversation.assign', { ids: [id], to: row.id, note: '' });
        return;
      }
      case 'review': {
        // Shows an answer to everybody else, or looks at the one that is shown.
        const { db, writer } = colleague.workspace();
        const members = db.all<{ id: MemberId; is_me: number }>('SELECT id, is_me FROM member');
        const of = members.filter(({ is_me: isMe }) => isMe === 0).map((row) => row.id);
        const [open] = openReviews(db, id);
        if (open === undefined) {
          await writer.run('review.ask', { conversation: id, of, note: '', answer: shownAnswer });
        } else {
          const verdict = { verdict: 'good', note: 'fine', html: null } as const;
          await writer.run('review.give', { conversation: id, review: open, ...verdict });
        }
        return;
      }
      case 'resolve':
        await ask('conversation.resolve', { ids: [id] });
        return;
      case 'promise': {
        const dueAt = systemClock.now() + 100 * hour;
        await colleague.engine().engine.call('follow-up.promise', {
          conversation: id,
          followUp: { dueAt, why: '', ifNoReply: false, every: null },
        });
        return;
      }
      default:
        return;
    }
  };

  const take = async (one: Step): Promise<void> => {
    const seat = seats[one.who];
    if (seat === undefined) return;
    switch (one.kind) {
      case 'mail':
        // Several devices may take in the same one; answers of the same customer are the same matter.
        if ('which' in one) await seat.colleague.takeIn([{ id: letter(one.which) }]);
        return;
      case 'cut':
        if (seat.isOnline) seat.line.now({ kind: 'cut' });
        return;
      case 'lose answer':
        seat.line.cutWhen({
          direction: 'to client',
          place: { kind: 'after pattern', pattern: '"accep' },
          action: { kind: 'reset' },
        });
        return;
      case 'go offline':
        await offline(seat);
        return;
      case 'come online':
        await online(seat);
        return;
      case 'restart':
        await seat.colleague.restart();
        return;
      default: {
        const id = 'which' in one ? seat.colleague.conversationWith(letter(one.which)) : undefined;
        if (id !== undefined) await change(seat, one, id);
      }
    }
  };

  const settle = async (): Promise<void> => {
    for (const seat of seats) {
      seat.line.clearRules();
      await online(seat);
    }
    await eventually(
      () => seats.every(({ colleague }) => pendingOf(colleague.workspace().db).transactions === 0),
      {
        message: 'everything is handed in',
        withinMs: 60_000,
      },
    );
    for (const { colleague } of seats) {
      await eventually(async () => (await differencesAt(office, colleague)).length === 0, {
        message: `${colleague.name} has what the team has`,
        withinMs: 60_000,
        everyMs: 200,
      });
    }
  };

  beforeAll(async () => {
    office = await openOffice();
    for (const { name, skew } of people) {
      const line = await startCuttingProxy({ port: office.postgres.port });
      const clock = {
        // Wrong from the first moment on: joining is part of it.
        now: () => systemClock.now() + skew,
        monotonic: () => systemClock.monotonic(),
      };
      const colleague =
        seats.length === 0
          ? await office.found(name, { clock })
          : await office.hire(name, { clock, role: 'admin', port: line.port });
      seats.push({ colleague, line, isOnline: true });
    }
    await eventually(
      () =>
        seats.every(
          ({ colleague }) =>
            (colleague.workspace().db.get<{ n: number }>('SELECT count(*) AS n FROM member')?.n ?? 0) ===
            people.length,
        ),
      { message: 'all know each other', withinMs: 60_000 },
    );
  }, 600_000);
  afterAll(async () => {
    await office.close();
    await Promise.all(seats.map(({ line }) => line.stop()));
  });

  it('ends with the same everywhere, nothing lost and nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
        run += 1;
        notes = run * 1_000;
        for (const one of steps) await take(one);
        await settle();
        const mails = new Set(
          steps.flatMap((one) => (one.kind === 'mail' && 'which' in one ? [letter(one.which)] : [])),
        );
        for (const name of mails) {
          const rows = await office.sql(
            `SELECT 1 FROM team.document WHERE kind = 'message' AND body ->> 'externalId' = '${name}@mail.example'`,
          );
          expect(rows, name).toHaveLength(1);
        }
        const refused = seats.flatMap(({ colleague }) =>
          allRefusals(colleague.workspace().db).map(({ words }) => words),
        );
        // However wrong their clocks are: nothing is told as of tomorrow, or of yesterday.
        expect(
          await office.sql(
            `SELECT stream, kind FROM team.event WHERE author IS NOT NULL
             AND abs(at - extract(epoch FROM now()) * 1000) > ${String(hour)}`,
          ),
        ).toEqual([]);
        for (let note = run * 1_000 + 1; note <= notes; note += 1) {
          const words = `note ${String(note)}.`;
          const rows = await office.sql(
            `SELECT 1 FROM team.event WHERE kind = 'note.added' AND payload ->> 'text' = '${words}'`,
          );
          expect(rows.length + refused.filter((one) => one === words).length, words).toBe(1);
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 600_000);
});
