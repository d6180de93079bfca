import { describe, expect, it } from 'vitest';
import { decideThread, survivorOf } from '#shared/domain/threading/decide-thread.ts';
import { threadNames } from '#shared/domain/threading/names.ts';
import { bareSubject, saysSomething } from '#shared/domain/threading/subject.ts';
import { spentOn } from '#test/support/cpu-time.ts';

const names = (self: string | null, parents: readonly string[] = [], room: string | null = null) =>
  threadNames('email', 'account', { self, parents, room });

describe('where a message belongs', () => {
  it('is a new conversation when nothing is known of it', () => {
    expect(decideThread({ byName: [], bySubject: [] })).toEqual({ kind: 'new' });
  });

  it('is the one conversation that its names or its subject lead to', () => {
    expect(decideThread({ byName: [4, 4], bySubject: [] })).toEqual({ kind: 'join', conversation: 4 });
    expect(decideThread({ byName: [], bySubject: [4] })).toEqual({ kind: 'join', conversation: 4 });
  });

  it('shows that several are one', () => {
    expect(decideThread({ byName: [9, 4], bySubject: [4] })).toEqual({
      kind: 'merge',
      conversations: [4, 9],
    });
  });

  it('goes on under the conversation with the oldest message', () => {
    const at = (conversation: number, firstAt: number, firstMessage: string) => ({
      conversation,
      firstAt,
      firstMessage,
    });
    expect(survivorOf([at(1, 50, 'a'), at(2, 40, 'b')])?.conversation).toBe(2);
    expect(survivorOf([at(1, 40, 'b'), at(2, 40, 'a')])?.conversation).toBe(2);
    expect(survivorOf([])).toBeNull();
  });
});

describe('names of messages', () => {
  it('are the same with and without brackets and white space', () => {
    expect(names(' <a@b> ').self).toBe(names('a@b').self);
  });

  it('leave out what cannot tell two mails apart', () => {
    expect(names('', ['no-at-sign', '@b', 'a@', 'a b@c', 'null@host', `${'x'.repeat(1_000)}@h`])).toEqual({
      self: null,
      parents: [],
    });
  });

  it('keep the root and the nearest twenty of ten thousand references', () => {
    const parents = Array.from({ length: 10_000 }, (_, place) => `r${String(place)}@h`);
    const kept = names('a@b', parents).parents;
    expect(kept).toHaveLength(21);
    expect(kept[0]).toBe('email:r0@h');
    expect(kept.at(-1)).toBe('email:r9999@h');
  });

  it('do not lead from a message to itself', () => {
    expect(names('a@b', ['a@b', 'c@d', 'c@d']).parents).toEqual(['email:c@d']);
  });

  it('of different channels are different', () => {
    expect(threadNames('sms', 'account', { self: 'a@b', parents: [], room: null }).self).not.toBe(
      names('a@b').self,
    );
  });

  it('are the room alone where there is one', () => {
    expect(names('a@b', ['c@d'], 'lobby')).toEqual({ self: null, parents: ['email:account:room:lobby'] });
  });
});

describe('subjects', () => {
  it.each([
    ['Re: Your order', 'your order', true],
    ['RE: AW: Fwd: Your order', 'your order', true],
    ['Fwd: Re: Your order', 'your order', false],
    ['Re[2]: Your order', 'your order', true],
    ['Re (3): Your order', 'your order', true],
    ['回复：订单', '订单', true],
    ['Ответ: заказ', 'заказ', true],
    ['SV:  Your\torder ', 'your order', true],
    ['Your order', 'your order', false],
    ['Regarding: Your order', 'regarding: your order', false],
    ['Re:', '', true],
  ])('%s is about "%s"', (subject, bare, answers) => {
    expect(bareSubject(subject)).toEqual({ bare, answers });
  });

  it('that say nothing hold nothing together', () => {
    expect(['', '(no subject)', 'hi', '...'].map(saysSomething)).toEqual([false, false, false, false]);
    expect(saysSomething('invoice 12')).toBe(true);
    expect(saysSomething('订单号')).toBe(true);
  });

  it('made of 250,000 prefixes do not wear it down', () => {
    expect(spentOn(() => bareSubject('Re: '.repeat(250_000))).cpuMs).toBeLessThan(1_000);
  });
});
