import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { canary } from '../../support/hostile-html.ts';
import type { HostilePiece } from '../../support/hostile-html.ts';
import { makeTempDirectory } from '../../support/temp.ts';
import { callCounter, canaryCalls } from './hostile-oracles.ts';
import { pokeFrames } from './poke.ts';
import { readNetLog } from './net-log.ts';
import type { NetworkUse } from './net-log.ts';

/** What the pieces bring about where nothing stops them. */
export type Unstopped = {
  readonly ran: number;
  readonly requests: ReadonlySet<string>;
  readonly connections: number;
  readonly network: NetworkUse;
};

const home = 'control.test';
const batch = 120;

const listenerFor = async (pieces: readonly HostilePiece[]) => {
  const requests = new Set<string>();
  let connections = 0;
  const server = createServer((request, response) => {
    const { host = '', url = '' } = { host: request.headers.host, url: request.url };
    const number = /^\/piece\/(\d+)$/.exec(url)?.[1];
    if (host === home && (url === '/' || number !== undefined)) {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(number === undefined ? '<!doctype html><body></body>' : pieces[Number(number)]?.html);
      return;
    }
    if (host !== home) requests.add(`${host}${url}`);
    response.statusCode = 404;
    response.end();
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => connections,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
};

const writeApplication = (folder: string, port: number): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'unlocked', main: 'main.js' }));
  writeFileSync(
    join(folder, 'main.js'),
    `const { app } = require('electron');
     app.commandLine.appendSwitch('host-resolver-rules', 'MAP * 127.0.0.1:${port}');
     app.on('window-all-closed', () => {});`,
  );
};

/**
 * Shows the pieces in the same Electron without any defence: no sanitiser, no policy, no lock, and frames that may run
 * scripts. Every host name leads to one listener on loopback.
 */
export const showUnstopped = async (pieces: readonly HostilePiece[]): Promise<Unstopped> => {
  const directory = makeTempDirectory('unlocked');
  const listener = await listenerFor(pieces);
  writeApplication(directory.path, listener.port);
  const log = join(directory.path, 'net-log.json');
  const electron = await _electron.launch({
    executablePath: process.env['STEWARD_ELECTRON'] ?? '',
    args: [
      '--no-sandbox',
      '--log-level=3',
      `--log-net-log=${log}`,
      directory.path,
      `--user-data-dir=${directory.path}`,
    ],
  });
  let ran: number;
  try {
    const opened = electron.waitForEvent('window');
    await electron.evaluate(({ BrowserWindow }) => {
      void new BrowserWindow({ width: 1280, height: 800 }).loadURL('about:blank');
    });
    const page = await opened;
    page.on('dialog', (dialog) => {
      void dialog.dismiss();
    });
    await page.addInitScript(
      ([name, counter]) => {
        if (window === top) Reflect.set(window, counter, 0);
        Reflect.set(window, name, () => {
          if (top !== null) Reflect.set(top, counter, Number(Reflect.get(top, counter)) + 1);
        });
      },
      [canary, callCounter] as const,
    );
    await page.goto(`http://${home}/`);
    for (let start = 0; start < pieces.length; start += batch) {
      await page.evaluate(
        async ([from, to]) => {
          const shown = Array.from({ length: to - from }, (_, index) => {
            const frame = document.createElement('iframe');
            // Only the way out of the window is closed, so that one piece does not end the others.
            frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms');
            frame.src = `/piece/${from + index}`;
            const done = new Promise<void>((resolve) => {
              frame.addEventListener('load', () => {
                resolve();
              });
              setTimeout(resolve, 2_000);
            });
            document.body.append(frame);
            return done;
          });
          await Promise.all(shown);
        },
        [start, Math.min(start + batch, pieces.length)] as const,
      );
      await pokeFrames(page);
      await page.evaluate(() => {
        document.body.replaceChildren();
      });
    }
    ran = await canaryCalls(page);
  } finally {
    await electron.close();
    await listener.stop();
  }
  const { requests, names, ...rest } = readNetLog(log);
  const strange = (address: string): boolean => !address.includes(home);
  const network = { ...rest, requests: requests.filter(strange), names: names.filter(strange) };
  directory.remove();
  return { ran, requests: listener.requests, connections: listener.connections(), network };
};
