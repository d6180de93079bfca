import { describe, expect, it } from 'vitest';
import { createEngineClient } from '#renderer/engine-client/client.ts';
import { isTouched } from '#renderer/engine-client/topics.ts';
import type { Transport } from '#shared/kit/transport.ts';

/** The engine's end of a pipe, by hand. */
const pipe = () => {
  const posted: { id: number; name: string }[] = [];
  let listener: (message: unknown) => void = () => undefined;
  let gone: () => void = () => undefined;
  const transport: Transport = {
    post: (message) => {
      if (typeof message === 'object' && message !== null && 'name' in message && 'id' in message) {
        posted.push({ id: Number(message.id), name: String(message.name) });
      }
    },
    onMessage: (next) => {
      listener = next;
    },
    onClose: (next) => {
      gone = next;
    },
    close: () => undefined,
  };
  return {
    transport,
    posted,
    say: (message: unknown) => {
      listener(message);
    },
    die: () => {
      gone();
    },
  };
};

const answer = (id: number | undefined, value: unknown) => ({
  type: 'answer',
  id,
  result: { ok: true, value },
});

describe('the way to the engine', () => {
  it('holds a call until there is an engine', async () => {
    const client = createEngineClient();
    const asked = client.call('account.list', {});
    const engine = pipe();
    client.attach(engine.transport);
    engine.say(answer(engine.posted[0]?.id, { accounts: [] }));
    expect(await asked).toEqual({ ok: true, value: { accounts: [] } });
  });

  it('ends what was under way when the engine goes, and does not ask it again by itself', async () => {
    const client = createEngineClient();
    const first = pipe();
    client.attach(first.transport);
    const asked = client.call('conversation.undo', { undo: 'key' });
    first.die();
    expect(await asked).toEqual({ ok: false, failure: { kind: 'engine-gone' } });
    expect(client.connection()).toBe('lost');
    const second = pipe();
    client.attach(second.transport);
    expect(second.posted).toEqual([]);
    expect(client.connection()).toBe('connected');
  });

  it('hears nothing from an engine that was replaced', async () => {
    const client = createEngineClient();
    const first = pipe();
    const second = pipe();
    client.attach(first.transport);
    client.attach(second.transport);
    const asked = client.call('account.list', {});
    first.say(answer(second.posted[0]?.id, 'old'));
    first.die();
    second.say(answer(second.posted[0]?.id, 'new'));
    expect(await asked).toEqual({ ok: true, value: 'new' });
    expect(client.connection()).toBe('connected');
  });
});

describe('what is fetched again after a change', () => {
  const about = { topic: 'conversation', id: 'one' } as Parameters<typeof isTouched>[1][number];

  it('is the conversation that changed and no other', () => {
    expect(isTouched(['conversation.get', { id: 'one' }], [about])).toBe(true);
    expect(isTouched(['conversation.get', { id: 'two' }], [about])).toBe(false);
  });

  it('is every list, and nothing that never changes', () => {
    expect(isTouched(['conversation.counts', {}], [{ topic: 'lists' }])).toBe(true);
    expect(isTouched(['message.body', { id: 'm' }], [{ topic: 'lists' }, about])).toBe(false);
  });
});
