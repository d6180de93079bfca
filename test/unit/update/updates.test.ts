import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { CancellationToken } from 'builder-util-runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeedHttp, isFeedAddress } from '#main/shell/updates/feed-http.ts';
import { Updates, type Fetcher } from '#main/shell/updates/updates.ts';
import type { UpdateWish } from '#shared/domain/update/decide-update.ts';
import { startEngine, type TestEngine } from '#test/support/engine.ts';
import { makeTempDirectory, type TempDirectory } from '#test/support/temp.ts';

/** A place for updates on this machine: a file, a way elsewhere, an answer that breaks off, and nothing. */
type Feed = { readonly url: string; readonly server: Server };

const payload = Buffer.from('the new version');
const sha512 = createHash('sha512').update(payload).digest('base64');

const startFeed = (): Promise<Feed> =>
  new Promise((settle) => {
    const server = createServer((request, response) => {
      if (request.url === '/file') response.end(payload);
      else if (request.url === '/away')
        response.writeHead(302, { location: 'http://127.0.0.2:9/file' }).end();
      else if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': payload.length });
        response.write(payload.subarray(0, 4), () => response.destroy());
      } else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      settle({ url: `http://127.0.0.1:${String(port)}/`, server });
    });
  });

describe('fetching from the feed', () => {
  let feed: Feed;
  let temp: TempDirectory;
  beforeEach(async () => {
    feed = await startFeed();
    temp = makeTempDirectory('feed');
  });
  afterEach(() => {
    feed.server.close();
    temp.remove();
  });
  const fetchFile = (name: string, hash: string): Promise<string> =>
    new FeedHttp(feed.url).download(new URL(name, feed.url), join(temp.path, 'file'), {
      cancellationToken: new CancellationToken(),
      sha512: hash,
    });

  it('takes a file that has the hash the feed names', async () => {
    expect(readFileSync(await fetchFile('file', sha512))).toEqual(payload);
  });

  it('refuses another file, half a file, and none', async () => {
    const other = createHash('sha512').update('another').digest('base64');
    await expect(fetchFile('file', other)).rejects.toThrow('checksum mismatch');
    await expect(fetchFile('cut', sha512)).rejects.toThrow();
    await expect(fetchFile('nothing', sha512)).rejects.toThrow('404');
  });

  it('goes to no other host, wherever the feed points', async () => {
    await expect(fetchFile('away', sha512)).rejects.toThrow('the host of its feed alone');
  });

  it('goes over TLS alone, but on this computer', () => {
    expect(isFeedAddress('https://updates.example/steward/')).toBe(true);
    expect(isFeedAddress('http://updates.example/steward/')).toBe(false);
    expect(isFeedAddress('file:///tmp/feed')).toBe(false);
    expect(isFeedAddress('nonsense')).toBe(false);
  });
});

const auto: UpdateWish = { mode: 'auto', channel: 'latest', pin: null, deferDays: 0 };

const updatesWith = (fetcher: Fetcher | null, wish: Partial<UpdateWish> = {}) => {
  const quits: string[] = [];
  const updates = new Updates({
    version: '1.0.0',
    wish: { ...auto, ...wish },
    fetcher,
    without: 'packages',
    clock: { now: () => 5 },
    changed: () => undefined,
    quit: () => quits.push('quit'),
  });
  return { updates, quits };
};

const offering = (version: string, arrives = true) => {
  const done: string[] = [];
  const fetcher: Fetcher = {
    ask: () => Promise.resolve({ version, publishedAt: 0 }),
    fetch: () => (arrives ? Promise.resolve() : Promise.reject(new Error('sha512 checksum mismatch'))),
    installAndStart: () => done.push('installed'),
  };
  return { fetcher, done };
};

describe('a Steward that updates itself', () => {
  it('fetches at once, and installs on a word when the engine has ended, never before', async () => {
    const { fetcher, done } = offering('1.1.0');
    const { updates, quits } = updatesWith(fetcher);
    expect((await updates.check()).stand).toEqual({ kind: 'ready', version: '1.1.0' });
    updates.ended();
    expect(done).toEqual([]);
    updates.install();
    expect([quits, done]).toEqual([['quit'], []]);
    updates.ended();
    expect(done).toEqual(['installed']);
  });

  it('waits for a click where the admin wants one asked', async () => {
    const { updates, quits } = updatesWith(offering('1.1.0').fetcher, { mode: 'notify' });
    expect((await updates.check()).stand).toEqual({ kind: 'offered', version: '1.1.0' });
    updates.install();
    expect(quits).toEqual([]);
    expect((await updates.fetch()).stand).toEqual({ kind: 'ready', version: '1.1.0' });
  });

  it('says that an older one is not installed', async () => {
    const { updates } = updatesWith(offering('0.9.0').fetcher);
    expect((await updates.check()).stand).toEqual({ kind: 'older', version: '0.9.0' });
  });

  it('installs nothing that is not what the feed says, and says when the feed is away', async () => {
    const broken = updatesWith(offering('1.1.0', false).fetcher);
    expect((await broken.updates.check()).stand).toEqual({ kind: 'failed', reason: 'damaged' });
    expect(broken.updates.install().stand.kind).toBe('failed');
    expect(broken.quits).toEqual([]);
    const away = { ...offering('1.1.0').fetcher, ask: () => Promise.reject(new Error('ENOTFOUND')) };
    expect((await updatesWith(away).updates.check()).stand).toEqual({
      kind: 'failed',
      reason: 'unreachable',
    });
  });

  it('asks nobody where updates are off or come with packages', async () => {
    const { fetcher } = offering('1.1.0');
    const off = updatesWith(fetcher, { mode: 'off' }).updates;
    expect(await off.check()).toMatchObject({ by: 'policy', stand: { kind: 'current', checkedAt: null } });
    expect(await updatesWith(null).updates.check()).toMatchObject({ by: 'packages' });
  });
});

describe('the engine, asked to make way for a newer version', () => {
  let running: TestEngine;
  beforeEach(async () => {
    running = await startEngine({});
  });
  afterEach(async () => {
    await running.close();
  });

  it('passes the word on where nothing is being sent', async () => {
    expect(await running.ask('update.act', { act: 'install' })).toMatchObject({ stand: { kind: 'ready' } });
    expect(running.record.updates).toEqual(['install']);
  });
});
