import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';

/** What a page that was taken over may hold on to: the port that it asked for, and what came back on it. */
type Held = { port: MessagePort; answers: Map<number, unknown>; lastId: number };

const megabyte = 1_000_000;
/** So much is sent at once, and so often. */
const largeBytes = 100 * megabyte;
const timesLarge = 20;
/** What a process may be larger afterwards; all that was sent is 2 GB. */
const mostGrownKb = 300_000;

const notUnderstood = { ok: false, failure: { kind: 'not-understood' } };

describe('a page that was taken over', () => {
  let app: StewardApp;

  /** The processes that hear the page, by kind, with their memory in KB. */
  const heard = (): Promise<
    Readonly<Record<'shell' | 'engine', { readonly pid: number; readonly kb: number }>>
  > =>
    app.electron.evaluate(({ app: electron }) => {
      const all = electron.getAppMetrics();
      const of = (one: (typeof all)[number] | undefined) => ({
        pid: one?.pid ?? 0,
        kb: one?.memory.workingSetSize ?? 0,
      });
      return {
        shell: of(all.find(({ type }) => type === 'Browser')),
        engine: of(all.find(({ serviceName }) => serviceName === 'node.mojom.NodeService')),
      };
    });

  /** Sends what `make` makes of a name, from inside the page, and answers what came of it. */
  const send = (name: string, what: string, size = 0): Promise<unknown> =>
    app.page.evaluate(
      async ({ name: call, what: kind, size: many }) => {
        const nested = (depth: number): unknown => {
          let inside: unknown = 'x';
          for (let level = 0; level < depth; level += 1) inside = { inside };
          return inside;
        };
        const inputs: Readonly<Record<string, () => unknown>> = {
          nothing: () => ({}),
          text: () => ({ id: 'x'.repeat(many) }),
          bytes: () => ({
            ...{ id: 'x', name: 'film.mp4', mimeType: 'video/mp4', inline: false },
            bytes: new Uint8Array(many),
          }),
          list: () => ({ ids: Array.from({ length: many }, () => 7) }),
          fields: () => Object.fromEntries(Array.from({ length: many }, (_, at) => [`f${String(at)}`, at])),
          deep: () => nested(many),
          map: () => new Map([['id', 'x']]),
          number: () => 7,
          loop: () => {
            const round: Record<string, unknown> = {};
            round['round'] = round;
            return round;
          },
          ['__proto__']: () => JSON.parse('{"__proto__": {"polluted": true}}') as unknown,
          constructor: () => JSON.parse('{"constructor": {"prototype": {"polluted": true}}}') as unknown,
          prototype: () => ({ prototype: { polluted: true } }),
        };
        const held = Reflect.get(globalThis, 'held') as Held;
        held.lastId += 1;
        const id = held.lastId;
        const make = Object.hasOwn(inputs, kind) ? inputs[kind] : undefined;
        try {
          held.port.postMessage({ type: 'call', id, name: call, input: make?.() });
        } catch (error) {
          // The browser itself does not let it out of the page.
          return error instanceof Error ? error.name : 'threw';
        }
        while (!held.answers.has(id))
          await new Promise((resolve) => held.port.addEventListener('message', resolve, { once: true }));
        const answer = held.answers.get(id);
        held.answers.delete(id);
        return answer;
      },
      { name, what, size },
    );

  /** Asks for a port as the page does at its start, so often, and keeps the last one. */
  const takePort = (times: number): Promise<number> =>
    app.page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          let seen = 0;
          const hear = (event: MessageEvent): void => {
            const port = event.ports[0];
            if (port === undefined) return;
            seen += 1;
            port.addEventListener('close', () => {
              Reflect.set(globalThis, 'ended', Number(Reflect.get(globalThis, 'ended') ?? 0) + 1);
            });
            if (seen < wanted) return;
            window.removeEventListener('message', hear);
            const held: Held = { port, answers: new Map(), lastId: 1_000_000 };
            port.addEventListener('message', ({ data }: MessageEvent<{ id: number; result: unknown }>) => {
              if (data.id > 1_000_000) held.answers.set(data.id, data.result);
            });
            Reflect.set(globalThis, 'held', held);
            resolve(seen);
          };
          window.addEventListener('message', hear);
          for (let asked = 0; asked < wanted; asked += 1)
            window.postMessage({ type: 'steward:hello' }, window.location.origin);
        }),
      times,
    );

  beforeAll(async () => {
    app = await startSteward({ demo: true });
    await app.page.getByRole('option').first().waitFor();
    await takePort(1);
    expect(await send('app.state', 'nothing')).toMatchObject({ ok: true });
  });
  afterAll(async () => {
    await app.quit();
    removeFolder(app);
  });

  it('is refused a hundred megabytes, as often as it sends them, and neither process grows with them', async () => {
    const before = await heard();
    for (let time = 0; time < timesLarge; time += 1)
      expect(await send('conversation.get', 'text', largeBytes)).toMatchObject(notUnderstood);
    expect(await send('draft.attach', 'bytes', largeBytes)).toMatchObject({
      failure: { kind: 'draft-gone' },
    });
    expect(await send('conversation.resolve', 'list', 5 * megabyte)).toMatchObject(notUnderstood);
    expect(await send('app.state', 'fields', 200_000)).toMatchObject(notUnderstood);
    const after = await heard();
    for (const one of ['shell', 'engine'] as const) {
      expect(after[one].pid).toBe(before[one].pid);
      expect(after[one].kb - before[one].kb).toBeLessThan(mostGrownKb);
    }
  });

  it('is refused names that every object has, values of a wrong kind, and what is nested without an end', async () => {
    const before = await heard();
    for (const call of ['app.state', 'conversation.get', 'account.add', 'team.look', 'customer.erase'])
      for (const what of ['__proto__', 'constructor', 'prototype', 'map', 'number', 'loop', 'undefined'])
        expect([call, what, await send(call, what)]).toMatchObject([call, what, notUnderstood]);
    for (const depth of [100, 1_000, 10_000, 100_000, 1_000_000]) {
      const came = await send('conversation.get', 'deep', depth);
      // What is nested deeper than a process can read does not leave the page.
      if (typeof came === 'string') expect([depth, came]).toEqual([depth, expect.stringMatching(/Error$/u)]);
      else expect([depth, came]).toMatchObject([depth, notUnderstood]);
    }
    const after = await heard();
    expect([after.shell.pid, after.engine.pid]).toEqual([before.shell.pid, before.engine.pid]);
  });

  it('is refused calls that do not exist', async () => {
    for (const call of [
      '__proto__',
      'constructor',
      'toString',
      'switchWorkspace',
      'openFile',
      'page:hello',
      '',
    ])
      expect([call, await send(call, 'nothing')]).toMatchObject([call, notUnderstood]);
  });

  it('has one port, however often it asks for another, and the window goes on', async () => {
    const before = await heard();
    // Our own page closes a port when another comes; one that was taken over does not.
    await app.page.evaluate(() => {
      MessagePort.prototype.close = () => undefined;
    });
    const asked = 3_000;
    expect(await takePort(asked)).toBe(asked);
    await expect
      .poll(() => app.page.evaluate(() => Number(Reflect.get(globalThis, 'ended') ?? 0)))
      .toBeGreaterThanOrEqual(asked - 1);
    expect(await send('app.state', 'nothing')).toMatchObject({ ok: true });
    const after = await heard();
    expect([after.shell.pid, after.engine.pid]).toEqual([before.shell.pid, before.engine.pid]);
    for (const one of ['shell', 'engine'] as const)
      expect(after[one].kb - before[one].kb).toBeLessThan(mostGrownKb);
    const { page } = app;
    await page.getByRole('searchbox').fill('city bikes');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Privacy' }).waitFor();
    expect(app.complaints).toEqual([]);
  });
});
