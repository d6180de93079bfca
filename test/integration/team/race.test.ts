import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemChance } from '#main/engine/host/system-ports.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { refusalsOf } from '#main/engine/store/team/refusals.ts';
import type { ConversationId, DraftId } from '#shared/kit/brand.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { editOf } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

const pairRaces = 200;
const crowdRaces = 20;
const crowd = 10;
/** What a line adds to each answer at most, in ms. */
const mostLatency = 60;

const waits = ({ workspace }: Colleague): number => pendingOf(workspace().db).transactions;

describe('who claims one conversation at the same time as others', () => {
  let office: Office;
  /** Her device has the mailbox; she does not race. */
  let ana: Colleague;
  const people: Colleague[] = [];
  const lines: CuttingProxy[] = [];

  const hire = async (name: string): Promise<void> => {
    const line = await startCuttingProxy({ port: office.postgres.port });
    lines.push(line);
    people.push(await office.hire(name, { port: line.port }));
  };
  /** Answers of the database come late, each line by another time. */
  const slow = (): void => {
    for (const line of lines) {
      line.clearRules();
      const ms = Math.floor(systemChance() * mostLatency);
      line.cutWhen({
        direction: 'to client',
        place: { kind: 'after pattern', pattern: 'T' },
        action: { kind: 'delay', ms },
      });
    }
  };
  const race = async (who: readonly Colleague[], id: ConversationId): Promise<void> => {
    slow();
    await Promise.all(
      who.map(async (one) => {
        await delay(Math.floor(systemChance() * 20));
        await one.ask('conversation.claim', { ids: [id] });
      }),
    );
    const owner = await eventually(
      async () => {
        if (who.some((one) => waits(one) > 0)) return null;
        const owners = await Promise.all(who.map((one) => one.ask('conversation.get', { id })));
        const names = new Set(owners.map((detail) => detail.owner?.id ?? null));
        const [first] = names;
        return names.size === 1 ? first : null;
      },
      { message: 'everybody says the same owner', withinMs: 60_000, everyMs: 10 },
    );
    const claims = await office.sql(
      `SELECT author FROM team.event WHERE stream = '${id}' AND kind = 'conversation.claimed'`,
    );
    expect(claims).toHaveLength(1);
    expect(claims[0]?.['author']).toBe(owner);
    for (const one of who) {
      const { db } = one.workspace();
      const me = db.get<{ id: string }>('SELECT id FROM member WHERE is_me = 1')?.id;
      const refused = refusalsOf(db, id);
      if (me === owner) expect(refused).toEqual([]);
      else {
        // Who claimed after hearing of the winner was told at once; all others are told afterwards, with a name.
        for (const { by, at } of refused) {
          expect(by?.id).toBe(owner);
          expect(at).not.toBeNull();
        }
      }
    }
  };

  beforeAll(async () => {
    office = await openOffice();
    ana = await office.found('Ana');
    for (const name of ['Bea', 'Cem']) await hire(name);
  });
  afterAll(async () => {
    await office.close();
    await Promise.all(lines.map((line) => line.stop()));
  });

  it(`has one winner each of ${String(pairRaces)} times, and whoever lost reads who was first`, async () => {
    const [one, other] = people;
    if (one === undefined || other === undefined) throw new Error('two are needed');
    let refusals = 0;
    for (let round = 0; round < pairRaces; round += 1) {
      const letter = `pair-${String(round)}`;
      await ana.takeIn([{ id: letter }]);
      const id = await eventually(() => one.conversationWith(letter) && other.conversationWith(letter), {
        message: 'both have it',
        withinMs: 60_000,
        everyMs: 5,
      });
      await race([one, other], id);
      for (const who of [one, other]) refusals += refusalsOf(who.workspace().db, id).length;
    }
    expect(refusals).toBeGreaterThan(pairRaces / 4);
    for (const who of [one, other]) expect(await differencesAt(office, who)).toEqual([]);
  }, 600_000);

  it('does not lose what somebody typed who lost', async () => {
    const [one, other] = people;
    if (one === undefined || other === undefined) throw new Error('two are needed');
    await ana.takeIn([{ id: 'typed' }]);
    const id = await eventually(() => one.conversationWith('typed') && other.conversationWith('typed'), {
      message: 'both have it',
    });
    const drafts = new Map<Colleague, DraftId>();
    for (const who of [one, other]) {
      const draft = await who.ask('draft.start', {
        conversation: id,
        message: null,
        mode: 'reply',
        account: null,
      });
      drafts.set(who, draft.id);
      await who.ask('draft.save', {
        id: draft.id,
        edit: editOf(draft, { html: `<p>Typed by ${who.name}</p>` }),
      });
    }
    await race([one, other], id);
    for (const [who, draft] of drafts) {
      expect(JSON.stringify(await who.ask('draft.get', { id: draft }))).toContain(`Typed by ${who.name}`);
    }
  });

  it(`has one winner among ${String(crowd)}`, async () => {
    for (let seat = people.length; seat < crowd; seat += 1) await hire(`Member ${String(seat)}`);
    for (let round = 0; round < crowdRaces; round += 1) {
      const letter = `crowd-${String(round)}`;
      await ana.takeIn([{ id: letter }]);
      const ids = await eventually(
        () => {
          const found = people.map((one) => one.conversationWith(letter));
          return found.every((one) => one !== undefined) ? found : null;
        },
        { message: 'everybody has it', withinMs: 60_000 },
      );
      const [id] = ids;
      if (id === undefined) throw new Error('everybody had it');
      await race(people, id);
    }
    for (const who of people) expect(await differencesAt(office, who)).toEqual([]);
  }, 600_000);
});
