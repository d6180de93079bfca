import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId } from '#shared/kit/brand.ts';
import { eventually } from '#test/support/eventually.ts';
import { openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

let office: Office;
let ana: Colleague;
let bea: Colleague;
let conversation: ConversationId;

beforeAll(async () => {
  office = await openOffice();
  ana = await office.found('Ana');
  bea = await office.hire('Bea');
  await ana.takeIn([{ id: 'question', text: 'Where is my order?' }]);
  conversation = await eventually(() => bea.conversationWith('question'), {
    message: 'Bea has it',
    withinMs: 60_000,
  });
});
afterAll(() => office.close());

const seenBy = async (
  who: Colleague,
): Promise<readonly { readonly name: string; readonly typing: boolean }[]> =>
  (await who.ask('team.presence', { conversation })).present.map(({ name, typing }) => ({ name, typing }));

const sees = (who: Colleague, expected: readonly unknown[], withinMs = 10_000): Promise<unknown> =>
  eventually(async () => JSON.stringify(await seenBy(who)) === JSON.stringify(expected), {
    message: `${who.name} sees ${JSON.stringify(expected)}`,
    withinMs,
  });

describe('who looks at a conversation', () => {
  it('is seen by colleagues, with who types, and is over when they look elsewhere', async () => {
    await bea.ask('team.present', { conversation, typing: false });
    await sees(ana, [{ name: 'Bea', typing: false }]);
    await bea.ask('team.present', { conversation, typing: true });
    await sees(ana, [{ name: 'Bea', typing: true }]);
    expect(await seenBy(bea)).toEqual([]);
    await bea.ask('team.present', { conversation: null, typing: false });
    await sees(ana, []);
  });

  it('types no longer when no key comes any more', async () => {
    await bea.ask('team.present', { conversation, typing: true });
    await sees(ana, [{ name: 'Bea', typing: true }]);
    await sees(ana, [{ name: 'Bea', typing: false }], 20_000);
  });

  it('is told to the pages, and forgotten half a minute after it was last said', async () => {
    const told: string[] = [];
    ana.engine().engine.onEvent((event) => {
      if (event.event === 'changed') told.push(...event.topics.map(({ topic }) => topic));
    });
    await bea.ask('team.present', { conversation, typing: true });
    await sees(ana, [{ name: 'Bea', typing: true }]);
    expect(told).toContain('presence');
    // Gone without a word, as when a machine is switched off.
    await bea.close();
    await sees(ana, [], 45_000);
  });
});
