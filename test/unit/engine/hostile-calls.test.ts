import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSound } from '#main/engine/api/sound-input.ts';
import { contract } from '#shared/contract/contract.ts';
import type { Transport } from '#shared/kit/transport.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';

type Answered = {
  readonly id: number;
  readonly result: { readonly ok: boolean; readonly failure?: unknown };
};

const over = (port: MessagePort): Transport => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => {
    port.on('message', listener);
  },
  onClose: (listener) => {
    port.on('close', listener);
  },
  close: () => port.close(),
});

let engine: TestEngine;
let page: MessagePort;
const waiting = new Map<number, (answer: Answered['result']) => void>();
let lastId = 0;

/** Sends a call as a page would that was taken over, and answers what came back. */
const send = (name: unknown, input: unknown): Promise<Answered['result']> =>
  new Promise((resolve) => {
    lastId += 1;
    waiting.set(lastId, resolve);
    page.postMessage({ type: 'call', id: lastId, name, input });
  });

const notUnderstood = {
  ok: false,
  failure: { kind: 'not-understood', detail: expect.any(String) as string },
};

/** JSON makes a field of its own of `__proto__`, as a message between processes does. */
const withProto = (name: string): unknown => JSON.parse(`{"${name}": {"polluted": true}}`);

const deep = (depth: number): unknown => {
  let inside: unknown = 'x';
  for (let level = 0; level < depth; level += 1) inside = level % 2 === 0 ? { inside } : [inside];
  return inside;
};

const names = Object.keys(contract);

beforeAll(async () => {
  engine = await startEngine({ kind: 'sample', key: { kind: 'in-memory' } });
  const { port1, port2 } = new MessageChannel();
  page = port2;
  engine.engine.connect(over(port1));
  page.on('message', (message: { readonly type: string } & Answered) => {
    if (message.type === 'answer') waiting.get(message.id)?.(message.result);
  });
});
afterAll(async () => {
  page.close();
  await engine.close();
});

/** What no call takes, whatever it is for. */
const wrong: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['a text', 'x'],
  ['a list', [{}]],
  ['a map', new Map([['id', 'x']])],
  ['a date', new Date(0)],
  ['a field that is not named', { steward: true }],
  ['something deep', deep(2_000)],
  ['a large whole number', { id: 10n ** 1_000n }],
  ...['__proto__', 'constructor', 'prototype'].map((name) => [`a field ${name}`, withProto(name)] as const),
];

/** What is too much for any call; it is dear to send, so not every call is sent it. */
const large: readonly (readonly [string, unknown])[] = [
  ['a long text', { id: 'x'.repeat(30_000_000) }],
  ['a long list', { ids: Array.from({ length: 300_000 }, () => 7) }],
  ['a hole of a list', { ids: Object.assign([], { length: 4_000_000_000 }) }],
  ['many fields', Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`f${String(at)}`, at]))],
];
const everyNth = 20;

describe('a page that was taken over', () => {
  it.each(wrong)('is refused by every call when it sends %s', async (_what, input) => {
    for (const name of names) expect([name, await send(name, input)]).toEqual([name, notUnderstood]);
  });

  it.each(large)('is refused when it sends %s', async (_what, input) => {
    for (const name of names.filter((_name, place) => place % everyNth === 0))
      expect([name, await send(name, input)]).toEqual([name, notUnderstood]);
  });

  it('is refused a call that does not exist, whatever it is called', async () => {
    const strange = [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '',
      'app.state ',
      'x'.repeat(10_000_000),
    ];
    for (const name of strange) expect(await send(name, {})).toEqual(notUnderstood);
  });

  it('gets no answer, and ends nothing, with what is no call at all', async () => {
    const before = lastId;
    for (const message of [
      null,
      7,
      'x',
      [],
      { type: 'call' },
      { type: 'call', id: 'x', name: 'app.state', input: {} },
      { type: 'call', id: {}, name: 'app.state', input: {} },
      { type: '__proto__' },
      { type: 'subscribe' },
      { type: 'subscribe', topics: Array.from({ length: 1_000_000 }, (_, at) => `t${String(at)}`) },
      { type: 'subscribe', topics: ['x'.repeat(1_000_000)] },
      { type: 'answer', id: 1, result: { ok: true } },
    ])
      page.postMessage(message);
    expect(await send('app.state', {})).toMatchObject({ ok: true });
    expect(lastId).toBe(before + 1);
  });

  it('leaves every object as it was', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype'])
      await send('account.add', {
        ...{
          kind: 'email',
          address: 'a@b.example',
          senderName: '',
          credential: { kind: 'password', password: 'x' },
        },
        settings: withProto(name),
      });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(Function.prototype, 'polluted')).toBeUndefined();
  });

  it('is refused where a name of ours is looked up by a name that every object has', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const asked = [
        ['account.discover', { kind: name, address: name }],
        ['account.signIn', { kind: name, address: name, settings: {} }],
        ['conversation.get', { id: name }],
        ['customer.get', { id: name }],
        ['draft.get', { id: name }],
        ['message.body', { id: name }],
        ['quarantine.source', { id: name }],
        ['conversation.undo', { undo: name }],
        ['customer.undo', { undo: name }],
        ['review.get', { conversation: name }],
        ['teamSend.get', { id: name }],
      ] as const;
      for (const [call, input] of asked) {
        const answer = await send(call, input);
        expect([
          call,
          name,
          answer.ok ? 'answered' : Reflect.get(Object(answer.failure), 'kind'),
        ]).not.toEqual([...[call, name, 'engine-fault']]);
      }
    }
  });

  it('may send what is as large as a call needs', () => {
    expect(isSound({ json: 'x'.repeat(20_000_000) })).toBe(true);
    expect(isSound({ ids: Array.from({ length: 5_000 }, (_, at) => `conversation-${String(at)}`) })).toBe(
      true,
    );
    expect(isSound({ bytes: new Uint8Array(50_000_000), name: 'film.mp4' })).toBe(true);
    expect(isSound(deep(14))).toBe(true);
    expect(isSound(deep(18))).toBe(false);
  });
});
