import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { AppImageUpdater } from 'electron-updater';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { feedFetcher } from '#main/shell/updates/feed-fetcher.ts';
import { Updates } from '#main/shell/updates/updates.ts';
import type { UpdateWish } from '#shared/domain/update/decide-update.ts';
import { makeTempDirectory, type TempDirectory } from '#test/support/temp.ts';

const sha512Of = (bytes: string): string => createHash('sha512').update(bytes).digest('base64');

/** What a feed says of a version, as electron-builder writes it. */
const manifestOf = (version: string, url: string, bytes: string, hash: string | null = sha512Of(bytes)) =>
  [
    `version: ${version}`,
    'files:',
    `  - url: ${JSON.stringify(url)}`,
    ...(hash === null ? [] : [`    sha512: ${hash}`]),
    `    size: ${String(Buffer.byteLength(bytes))}`,
    `path: ${JSON.stringify(url)}`,
    ...(hash === null ? [] : [`sha512: ${hash}`]),
    "releaseDate: '2026-01-05T08:00:00.000Z'",
    '',
  ].join('\n');

describe('an AppImage of Steward 1.0.0 and a feed on the wire', () => {
  let temp: TempDirectory;
  let server: Server;
  let feed: string;
  let program: string;
  let manifest: string;
  /** What is served as the file; `cut` breaks off in the middle. */
  let file: { readonly bytes: string; readonly cut: boolean };
  const asked: string[] = [];
  const onQuit: ((code: number) => void)[] = [];
  const installed = 'this is 1.0.0';

  /** A program that says that it ran; it is started once it has been put in its place. */
  const newer = (): string => `#!/bin/sh\n# 1.1.0\necho ran >> '${join(temp.path, 'ran')}'\n`;
  const filesBelow = (): readonly string[] =>
    readdirSync(temp.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(temp.path, join(entry.parentPath, entry.name)))
      .sort();
  const fetchedFiles = () => asked.filter((path) => !path.endsWith('.yml') && !path.endsWith('.blockmap'));

  beforeEach(async () => {
    temp = makeTempDirectory('appimage');
    mkdirSync(join(temp.path, 'apps'));
    program = join(temp.path, 'apps', 'Steward.AppImage');
    writeFileSync(program, installed);
    chmodSync(program, 0o755);
    vi.stubEnv('APPIMAGE', program);
    asked.length = 0;
    onQuit.length = 0;
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://feed').pathname;
      asked.push(path);
      if (path.endsWith('.yml')) {
        response.end(manifest);
        return;
      }
      if (path.endsWith('.blockmap')) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-length': Buffer.byteLength(file.bytes) });
      if (file.cut) response.write(file.bytes.slice(0, 9), () => response.destroy());
      else response.end(file.bytes);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    feed = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    temp.remove();
  });

  const updatesHere = (wish: Partial<UpdateWish> = {}): Updates => {
    const feedFile = join(temp.path, 'app-update.yml');
    writeFileSync(feedFile, `provider: generic\nurl: ${feed}\nupdaterCacheDirName: steward-updater\n`);
    const updater = new AppImageUpdater(undefined, {
      version: '1.0.0',
      name: 'Steward',
      isPackaged: true,
      appUpdateConfigPath: feedFile,
      userDataPath: join(temp.path, 'user'),
      baseCachePath: join(temp.path, 'cache'),
      whenReady: () => Promise.resolve(),
      relaunch: () => undefined,
      quit: () => undefined,
      onQuit: (handler: (code: number) => void) => onQuit.push(handler),
    });
    return new Updates({
      version: '1.0.0',
      wish: { mode: 'auto', channel: 'latest', pin: null, deferDays: 0, ...wish },
      fetcher: feedFetcher(updater, feed, 'latest'),
      without: 'packages',
      clock: { now: () => Date.parse('2026-02-01T00:00:00Z') },
      changed: () => undefined,
      quit: () => undefined,
    });
  };
  /** The application ends, which is when what was fetched is installed. */
  const quit = (): void => {
    for (const handler of onQuit) handler(0);
  };
  const nothingInstalled = (): void => {
    quit();
    expect(readFileSync(program, 'utf8')).toBe(installed);
    expect(existsSync(join(temp.path, 'ran'))).toBe(false);
    expect(filesBelow().filter((name) => name.startsWith('apps/'))).toEqual(['apps/Steward.AppImage']);
  };
  const offer = (version: string, url: string, bytes: string, hash?: string | null): void => {
    manifest = manifestOf(version, url, bytes, hash);
    file = { bytes, cut: false };
  };

  it('puts a newer version in its place when it ends, and not before', async () => {
    offer('1.1.0', 'Steward-1.1.0.AppImage', newer());
    const updates = updatesHere();
    expect((await updates.check()).stand).toEqual({ kind: 'ready', version: '1.1.0' });
    expect(readFileSync(program, 'utf8')).toBe(installed);
    quit();
    expect(readFileSync(program, 'utf8')).toBe(newer());
    expect(readFileSync(join(temp.path, 'ran'), 'utf8')).toBe('ran\n');
  });

  it('installs nothing that has another hash than the feed names, or none', async () => {
    offer('1.1.0', 'Steward-1.1.0.AppImage', newer(), sha512Of('another file'));
    expect((await updatesHere().check()).stand).toEqual({ kind: 'failed', reason: 'damaged' });
    nothingInstalled();
    offer('1.1.0', 'Steward-1.1.0.AppImage', newer(), null);
    expect((await updatesHere().check()).stand.kind).toBe('failed');
    nothingInstalled();
  });

  it('installs no download that was cut off, and takes the whole one later', async () => {
    offer('1.1.0', 'Steward-1.1.0.AppImage', newer());
    file = { ...file, cut: true };
    const updates = updatesHere();
    expect((await updates.check()).stand).toEqual({ kind: 'failed', reason: 'damaged' });
    nothingInstalled();
    file = { ...file, cut: false };
    expect((await updates.check()).stand).toEqual({ kind: 'ready', version: '1.1.0' });
  });

  it.each(['0.9.0', '1.0.0-beta.3'])('says that %s is older, and fetches nothing of it', async (version) => {
    offer(version, `Steward-${version}.AppImage`, newer());
    expect((await updatesHere().check()).stand).toEqual({ kind: 'older', version });
    expect(fetchedFiles()).toEqual([]);
    nothingInstalled();
  });

  it('installs nothing where the feed has another file than the one a person was asked about', async () => {
    offer('1.1.0', 'Steward-1.1.0.AppImage', newer());
    const updates = updatesHere({ mode: 'notify' });
    expect((await updates.check()).stand).toEqual({ kind: 'offered', version: '1.1.0' });
    offer('1.2.0', 'Steward-1.1.0.AppImage', `${newer()}# swapped`);
    expect((await updates.fetch()).stand).toEqual({ kind: 'failed', reason: 'damaged' });
    nothingInstalled();
  });

  it.each(['version: "1.1.0', '<html>Please sign in</html>', '', 'version: 1.1.0; touch x\nfiles: []'])(
    'takes nothing from a feed that says %j',
    async (text) => {
      manifest = text;
      expect((await updatesHere().check()).stand.kind).toBe('failed');
      expect(fetchedFiles()).toEqual([]);
      nothingInstalled();
    },
  );

  it.each(['http://127.0.0.2:9/Steward-1.1.0.AppImage', 'file:///bin/true.AppImage'])(
    'fetches nothing from %s, whatever the feed says',
    async (url) => {
      offer('1.1.0', url, newer());
      expect((await updatesHere().check()).stand.kind).toBe('failed');
      nothingInstalled();
    },
  );

  it.each([
    `Steward-1.1.0$(touch pwned).AppImage`,
    'Steward-1.1.0`touch pwned`.AppImage',
    `Steward-1.1.0'; touch pwned; '.AppImage`,
    `Steward-1.1.0"; touch pwned; ".AppImage`,
    'Steward-1.1.0 & touch pwned.AppImage',
    '../../../../pwned-1.1.0.AppImage',
    '..%2f..%2f..%2fpwned-1.1.0.AppImage',
    '-rf.AppImage',
  ])('runs no command and leaves its folder for no file that is called %s', async (name) => {
    offer('1.1.0', name, newer());
    const updates = updatesHere();
    expect((await updates.check()).stand).toEqual({ kind: 'ready', version: '1.1.0' });
    quit();
    expect(readFileSync(program, 'utf8')).toBe(newer());
    const outside = filesBelow().filter((path) => !/^(apps|cache)\//.test(path));
    expect(outside).toEqual(expect.arrayContaining(['app-update.yml', 'ran']));
    expect(outside.filter((path) => path.includes('pwned'))).toEqual([]);
    expect(filesBelow().filter((path) => path.startsWith('apps/'))).toEqual(['apps/Steward.AppImage']);
    expect(readdirSync(process.cwd()).filter((entry) => entry.includes('pwned'))).toEqual([]);
  });
});
