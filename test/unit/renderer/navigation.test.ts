import { describe, expect, it } from 'vitest';
import { historyOf, home, stepFrom, type Place } from '#renderer/workbench/navigation.ts';
import type { AccountId, ConversationId } from '#shared/kit/brand.ts';

const one = 'one' as ConversationId;
const two = 'two' as ConversationId;
const account = 'account' as AccountId;
const after = (...steps: Parameters<typeof stepFrom>[1][]): Place => steps.reduce(stepFrom, home);

describe('where the person is', () => {
  it('leaves the conversation and the search when another queue is chosen', () => {
    const place = after(
      { kind: 'search', text: 'invoice' },
      { kind: 'open', id: one },
      { kind: 'view', view: 'done', account },
    );
    expect(place.search).toBeNull();
    expect(place.opened).toEqual({ kind: 'nothing' });
    expect(place.query).toEqual({ view: 'done', account });
  });

  it('keeps the search while a hit is read', () => {
    expect(after({ kind: 'search', text: 'invoice' }, { kind: 'open', id: one }).search).toBe('invoice');
  });

  it('comes back from the settings to the conversation that was open', () => {
    const place = after(
      { kind: 'open', id: one },
      { kind: 'settings', section: 'general' },
      { kind: 'desk' },
    );
    expect(place.opened).toEqual({ kind: 'conversation', id: one });
  });
});

describe('the way back', () => {
  const opened = after({ kind: 'open', id: one });

  it('leads from an opened conversation to the list', () => {
    expect(historyOf(home, opened)).toBe('push');
  });

  it('does not go through every conversation that was passed with j', () => {
    expect(historyOf(opened, stepFrom(opened, { kind: 'open', id: two }))).toBe('replace');
  });

  it('does not go through every letter of a search', () => {
    const first = after({ kind: 'search', text: 'i' });
    expect(historyOf(home, first)).toBe('push');
    expect(historyOf(first, stepFrom(first, { kind: 'search', text: 'in' }))).toBe('replace');
  });

  it('leads from the settings to where one was, whatever sections were looked at', () => {
    const accounts = after({ kind: 'settings', section: 'accounts' });
    expect(historyOf(home, accounts)).toBe('push');
    expect(historyOf(accounts, stepFrom(accounts, { kind: 'settings', section: 'about' }))).toBe('replace');
  });
});
