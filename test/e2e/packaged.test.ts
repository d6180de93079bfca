import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { getRawHeader, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/ports.ts';
import { makeTempDirectory, type TempDirectory } from '../support/temp.ts';
import {
  answersTo,
  askedForDevices,
  codeFromText,
  devices,
  drawnBy,
  goesElsewhere,
  lockedPreferences,
  nodeInPage,
  pagePolicyOf,
  permissions,
  permissionStates,
  preferencesOf,
  reachedFromPage,
  strangePaths,
  textToCode,
} from './support/lockdown.ts';
import {
  differentBytes,
  driveTwin,
  packNow,
  packedFolder,
  programName,
  startArgs,
  startProgram,
  startWithinMs,
  twinOf,
  windowTitles,
  type DrivenTwin,
} from './support/packed.ts';

const run = promisify(execFile);
const shipped = resolve(packedFolder, programName);
const archive = join(packedFolder, 'resources', 'app.asar');
const megabyte = 1024 * 1024;
/** A fuse that is on is the sign `1` in the program (Electron's docs/tutorial/fuses.md). */
const enabledFuse = 0x31;

/** What Steward may add to Electron, in MiB; docs/packaging.md says what each of them is. */
const budget = { archive: 20, unpacked: 4, rest: 1 };

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/** A key in a file, as an administrator's script would lay it down. */
const keyIn = (folder: string): string => {
  const file = join(folder, 'key');
  writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return file;
};

const listens = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      settle(true);
    });
    socket.once('error', () => {
      settle(false);
    });
  });

let scratch: TempDirectory;
/** On the disk of the package, whose files the copies of it share. */
let beside: TempDirectory;

beforeAll(async () => {
  scratch = makeTempDirectory('packed');
  await packNow();
  beside = makeTempDirectory('twins', resolve(packedFolder, '..'));
}, 400_000);
afterAll(() => {
  scratch.remove();
  beside.remove();
});

describe('what is in the package', () => {
  it('is the bundles, the page, the chat for websites, the licence and nothing else', () => {
    const assets = '/dist/renderer/assets/';
    const files = listPackage(archive, { isPack: false })
      .filter(
        (name) =>
          !/^\/(dist|dist\/[a-z]+|dist\/main\/later|dist\/renderer\/assets|dist\/native\/[a-z0-9-]+)$/.test(
            name,
          ),
      )
      .sort();
    const later = '/dist/main/later/';
    expect(files.filter((name) => !name.startsWith(assets) && !name.startsWith(later))).toEqual([
      '/LICENSE',
      '/dist/main/cli.cjs',
      '/dist/main/engine.cjs',
      '/dist/main/keeper.cjs',
      '/dist/main/parser.cjs',
      '/dist/main/preload.cjs',
      '/dist/main/shell.cjs',
      '/dist/main/vault.cjs',
      '/dist/main/working-engine.cjs',
      '/dist/main/writer.cjs',
      '/dist/native/linux-x64/sqlcipher.node',
      '/dist/renderer/frame.html',
      '/dist/renderer/index.html',
      '/dist/widget/steward-chat.js',
      '/package.json',
    ]);
    expect(files.filter((name) => name.startsWith(later)).map((name) => name.slice(later.length))).toEqual(
      readdirSync('dist/main/later')
        .filter((name) => name.endsWith('.cjs'))
        .sort(),
    );
    // The bundler names the parts of the page; each is a script or a style that this build has made.
    const parts = files.filter((name) => name.startsWith(assets)).map((name) => name.slice(assets.length));
    const made = readdirSync('dist/renderer/assets').filter((name) => /-[\w-]{8}\.(js|css)$/.test(name));
    expect(parts).toEqual(made.sort());
    expect(parts.map((name) => name.replace(/-[\w-]{8}\./, '.'))).toEqual(
      expect.arrayContaining(['first.js', 'first.css', 'conversation.js', 'settings.js', 'de.js']),
    );
  });

  it('leaves beside the archive only what the system itself has to open', () => {
    expect([...filesBelow(join(packedFolder, 'resources'))].sort()).toEqual([
      'app.asar',
      'app.asar.unpacked/dist/native/linux-x64/sqlcipher.node',
      'bin/steward',
    ]);
    expect(filesBelow(join(packedFolder, 'locales'))).toEqual(
      expect.arrayContaining(['en-US.pak', 'de.pak']),
    );
    expect(existsSync(join(packedFolder, 'resources', 'default_app.asar'))).toBe(false);
  });

  it('stays within its budget', () => {
    const unpacked = `${archive}.unpacked`;
    const sizeOf = (folder: string) =>
      filesBelow(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    expect(statSync(archive).size / megabyte).toBeLessThan(budget.archive);
    expect(sizeOf(unpacked) / megabyte).toBeLessThan(budget.unpacked);
    const all = sizeOf(join(packedFolder, 'resources'));
    expect((all - statSync(archive).size - sizeOf(unpacked)) / megabyte).toBeLessThan(budget.rest);
  });

  it('names the hash of every file in the archive, which Windows and macOS hold it to', () => {
    const hashes = [...getRawHeader(archive).headerString.matchAll(/"integrity":\{"algorithm":"SHA256"/g)];
    const packed = listPackage(archive, { isPack: false }).filter((name) => /\.\w+$|LICENSE$/.test(name));
    expect(hashes.length).toBe(packed.length);
  });
});

describe('the fuses of the shipped program', () => {
  it('let it be nothing but Steward', async () => {
    const wire = await getCurrentFuseWire(shipped);
    const state = (fuse: FuseV1Options) => Number(wire[fuse]) === enabledFuse;
    expect({
      runAsNode: state(FuseV1Options.RunAsNode),
      nodeOptions: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: state(FuseV1Options.EnableNodeCliInspectArguments),
      onlyFromAsar: state(FuseV1Options.OnlyLoadAppFromAsar),
      integrity: state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      cookieEncryption: state(FuseV1Options.EnableCookieEncryption),
      ownSnapshot: state(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
      fileRights: state(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      nodeOptions: false,
      inspect: false,
      onlyFromAsar: true,
      integrity: true,
      cookieEncryption: true,
      ownSnapshot: false,
      fileRights: false,
    });
  });
});

describe('the shipped program, started with everything that opens other Electrons', () => {
  const told = { traced: '', titles: '', listening: [true, true], code: null as number | null };
  let place: string;
  let key: string;
  let marker: string;

  beforeAll(async () => {
    place = join(scratch.path, 'shipped');
    mkdirSync(place);
    key = keyIn(place);
    marker = join(place, 'ran');
    const script = join(place, 'evil.cjs');
    writeFileSync(script, `require('node:fs').appendFileSync(${JSON.stringify(marker)}, 'ran')`);
    const [inspect = 0, remote = 0] = await freePorts(2);
    const trace = join(place, 'connects');
    const started = startProgram(
      'strace',
      [
        ...['-D', '-f', '-q', '--seccomp-bpf', '-e', 'trace=connect', '-o', trace, shipped],
        ...startArgs(place),
        `--inspect=127.0.0.1:${String(inspect)}`,
        `--remote-debugging-port=${String(remote)}`,
        script,
      ],
      {
        ELECTRON_RUN_AS_NODE: '1',
        NODE_OPTIONS: `--require=${script}`,
        STEWARD_KEY_FILE: key,
        http_proxy: 'http://203.0.113.7:3128',
        https_proxy: 'http://203.0.113.7:3128',
      },
    );
    await eventually(async () => (await windowTitles()).includes('Steward'), {
      message: 'the window is on the display',
      withinMs: startWithinMs,
    });
    await eventually(() => existsSync(join(place, 'workspace', 'workspace.db')), {
      message: 'the engine has made the workspace',
      withinMs: startWithinMs,
    });
    told.listening = [await listens(inspect), await listens(remote)];
    started.child.kill('SIGTERM');
    told.code = await started.ended;
    told.traced = readFileSync(trace, 'utf8');
  }, 200_000);

  it('runs none of it, as Node or before itself', () => {
    expect(existsSync(marker)).toBe(false);
  });

  it('opens no port for a debugger', () => {
    expect(told.listening).toEqual([false, false]);
    expect(existsSync(join(place, 'DevToolsActivePort'))).toBe(false);
  });

  it('connects to no address on any network from start to end', () => {
    expect(told.traced).toContain('connect(');
    expect(told.traced.split('\n').filter((line) => /AF_INET6?\b/.test(line))).toEqual([]);
  });

  it('ends in order when the system asks it to', () => {
    expect(told.code).toBe(0);
  });

  it('has made a workspace that its own command line opens, without a display', async () => {
    const { DISPLAY: _none, ...env } = process.env;
    const command = join(packedFolder, 'resources', 'bin', 'steward');
    const { stdout } = await run(
      command,
      ['verify', '--json', '--workspace', join(place, 'workspace'), '--key-file', key],
      { env: { ...env, HOME: place, ELECTRON_RUN_AS_NODE: '1' }, timeout: 2 * startWithinMs },
    );
    expect(JSON.parse(stdout)).toMatchObject({});
    await expect(
      run(command, ['nonsense'], { env: { ...env, HOME: place }, timeout: startWithinMs }),
    ).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('nonsense') as string });
  });
});

describe('the same program with its fuses turned', () => {
  it('would have run all of that, so that it would have been noticed', async () => {
    const program = await twinOf(join(beside.path, 'open'), {
      [FuseV1Options.RunAsNode]: true,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
    });
    const marker = join(beside.path, 'open', 'ran');
    const script = join(beside.path, 'open', 'evil.cjs');
    writeFileSync(script, `require('node:fs').appendFileSync(${JSON.stringify(marker)}, 'ran ')`);
    await run(program, [script], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require=${script}` },
      timeout: startWithinMs,
    });
    expect(readFileSync(marker, 'utf8')).toContain('ran');
  });
});

describe('a folder in the place of the archive', () => {
  it('is not run', async () => {
    const folder = join(beside.path, 'folder');
    const program = await twinOf(folder, {});
    const resources = join(folder, 'resources');
    rmSync(join(resources, 'app.asar'));
    mkdirSync(join(resources, 'app'));
    const marker = join(folder, 'ran');
    writeFileSync(join(resources, 'app', 'package.json'), '{"name":"steward","main":"main.cjs"}');
    writeFileSync(
      join(resources, 'app', 'main.cjs'),
      `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'ran'); process.exit(0);`,
    );
    const started = startProgram(program, startArgs(join(folder, 'state')));
    expect(await started.ended).not.toBe(0);
    expect(existsSync(marker)).toBe(false);
  });
});

describe('a twin of the shipped program that only lets itself be debugged', () => {
  let twin: DrivenTwin;
  let program: string;

  beforeAll(async () => {
    const folder = join(beside.path, 'twin');
    program = await twinOf(folder, { [FuseV1Options.EnableNodeCliInspectArguments]: true });
    const state = join(folder, 'state');
    mkdirSync(state);
    twin = await driveTwin(program, state, { STEWARD_KEY_FILE: keyIn(state) });
  }, 200_000);
  afterAll(async () => {
    await twin.stop();
  });

  it('differs from it in one byte', () => {
    expect(differentBytes(shipped, program)).toBe(1);
  });

  it('is installed software: no tools for developers in its menu', async () => {
    const [packaged, menu] = await twin.inShell(({ app, Menu }) => {
      const roles = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []);
      return [String(app.isPackaged), JSON.stringify(roles?.map(({ role }) => role ?? ''))];
    }, []);
    expect(packaged).toBe('true');
    expect(menu).toContain('resetzoom');
    expect(menu).not.toContain('toggledevtools');
  });

  it('runs the page in a sandbox without Node', async () => {
    expect(await preferencesOf(twin)).toEqual(lockedPreferences);
    expect(await nodeInPage(twin)).toEqual(['undefined', 'undefined']);
    expect(await drawnBy(twin)).toEqual([expect.stringMatching(/^window steward-app:\/\/page\/index\.html/)]);
  });

  it('serves the page with a policy that allows neither inline code nor any network', async () => {
    const policy = await pagePolicyOf(twin);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https?:/);
  });

  it('serves no file but its own out of the archive, whatever the spelling of the path', async () => {
    expect(await answersTo(twin, strangePaths)).toEqual(strangePaths.map(() => 404));
  });

  it('denies every permission but writing text to the clipboard', async () => {
    expect(await permissionStates(twin)).toEqual(permissions.map(() => 'denied'));
    expect(await askedForDevices(twin)).toEqual(devices.map(() => 'refused'));
  });

  it('makes neither markup nor code out of text', async () => {
    expect(await codeFromText(twin)).toEqual(textToCode.map(([, error]) => error));
  });

  it('reaches no host from the page', async () => {
    expect(await reachedFromPage(twin)).toEqual(['refused', 'refused', 'refused']);
  });

  it('goes nowhere: not by script, not by a new window, not by a link', async () => {
    expect(await goesElsewhere(twin)).toMatchObject({
      opened: false,
      windows: 1,
      at: expect.stringMatching(/^steward-app:\/\/page\/index\.html/) as string,
    });
  });
});
