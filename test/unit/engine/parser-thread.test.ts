import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MapContext, RawItem } from '#main/channels/kit/inbound.ts';
import type { Parser } from '#main/engine/parser/parser.ts';
import { threadParser } from '#main/engine/parser/thread-parser.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

/** A thread whose reader does what a mail tells it: the worst that one with a fault in it could do. */
const obedient = `
  const { parentPort } = require('node:worker_threads');
  const hoard = [];
  const prepared = [];
  parentPort.on('message', ({ id, job }) => {
    const value = [];
    if (job.kind === 'prepare') {
      prepared.push(job.channel);
      parentPort.postMessage({ id, ok: true, value: null });
      return;
    }
    for (const { key, bytes } of job.items) {
      const said = Buffer.from(bytes).toString();
      if (said === 'loop') for (;;);
      if (said === 'hoard') for (;;) hoard.push(new Array(100_000).fill(said + hoard.length));
      if (said === 'end') process.exit(1);
      if (said === 'throw') {
        setImmediate(() => { throw new Error('thrown where nobody catches'); });
        return;
      }
      value.push({ kind: 'ignored', key, why: said === 'prepared' ? prepared.join(' ') : said });
    }
    parentPort.postMessage({ id, ok: true, value });
  });
  parentPort.postMessage('ready');
`;

const context: MapContext = { own: [], streamRole: 'inbox', trustedAuthserv: null, now: 0 };
const item = (key: string): RawItem => ({
  ...{ key, bytes: Buffer.from(key), partial: false, size: key.length },
  ...{ receivedAt: null, seen: false, answered: false },
});

const folder = makeTempDirectory('parser');
let parser: Parser;

beforeAll(() => {
  const path = join(folder.path, 'reader.cjs');
  writeFileSync(path, obedient);
  const log = { line: () => undefined, trouble: () => undefined, fault: () => '', hash: () => '' };
  parser = threadParser(path, log);
});
afterAll(async () => {
  await parser.close();
  folder.remove();
});

describe('a reader that is asked to be ready', () => {
  it('makes ready once for each channel, before it reads what comes after', async () => {
    for (const channel of ['email', 'xmpp', 'email']) parser.prepare(channel);
    const found = await parser.map('email', [item('prepared')], context);
    expect(found).toEqual([{ kind: 'ignored', key: 'prepared', why: 'email xmpp' }]);
  });
});

describe('a mail that takes its reader with it', () => {
  it.each([
    ['loop', /^overdue$/],
    ['end', /^crashed$/],
    ['throw', /^crashed$/],
    // Whichever limit it comes to first: the memory's or the time's.
    ['hoard', /^(crashed|overdue)$/],
  ])('is set aside, and the next one is read: %s', async (wish, reason) => {
    const found = await parser.map('email', [item('before'), item(wish), item('after')], context);
    expect(found).toMatchObject([
      { key: 'before', why: 'before' },
      { kind: 'unreadable', key: wish, reason: expect.stringMatching(reason) as string },
      { key: 'after', why: 'after' },
    ]);
  });
});
