import { describe, expect, it } from 'vitest';
import { en } from '#shared/messages/en.ts';
import { eventValues } from '#shared/messages/event-values.ts';
import { createWords } from '#shared/messages/format.ts';

const words = createWords('en-GB', en);
const dana = { id: 'd', name: 'Dana' };
const hearer = { me: dana, you: 'you', time: (at: number) => `T${at}` };

const say = (
  event: string,
  by: { readonly id: string; readonly name: string } | null,
  values: Readonly<Record<string, string | number>> = {},
): string => words.of(`event.${event}`, eventValues({ event, by, values }, hearer), 'event.unknown');

describe('what happened in a conversation', () => {
  it('can be said of every event, also of one that carries no values', () => {
    for (const key of Object.keys(en).filter((one) =>
      /^event\.(conversation|follow-up|check|tag|note|reply)\.\w/.test(one),
    )) {
      const event = key.slice('event.'.length);
      for (const by of [null, dana, { id: 'o', name: 'Omar' }])
        expect(() => say(event, by), key).not.toThrow();
    }
  });

  it('names who handed over to whom, why, and by when the check is due', () => {
    const omar = { id: 'o', name: 'Omar' };
    const values = { to: 'Omar', from: 'Dana', reason: 'He knows it', checkAt: 7 };
    expect(say('conversation.transferred', dana, values)).toBe(
      'You transferred this to Omar: “He knows it” and will check by T7',
    );
    expect(say('conversation.transferred', omar, { ...values, from: 'Omar', to: 'Dana' })).toBe(
      'Omar transferred this to you: “He knows it” and will check by T7',
    );
    expect(say('conversation.transferred', omar, { ...values, from: 'Ana', to: 'Dana' })).toBe(
      'Omar transferred this from Ana to you: “He knows it”; Ana will check by T7',
    );
  });

  it('tells a check that ended by the customer’s words from one that was asked for', () => {
    expect(say('check.confirmed', dana, { how: 'customer-words', message: 'm' })).toContain('own words');
    expect(say('check.confirmed', dana, { how: 'customer-confirmed' })).toContain('You confirmed with');
    expect(say('follow-up.cancelled', null, { because: 'taken-up' })).toContain('Taken up in time');
  });
});
