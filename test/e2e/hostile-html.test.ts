import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostilePieces, type HostilePiece } from '../support/hostile-html.ts';
import { startMailServer, type MailServer } from '../support/mail-server/mail-server.ts';
import { makeTempDirectory, uniqueName } from '../support/temp.ts';
import { connectByHand } from './support/desk.ts';
import { showBatch } from './support/hostile-conversation.ts';
import { inBatches, seedBatches, type HostileBatch } from './support/hostile-mailbox.ts';
import {
  callWitness,
  canaryCalls,
  countInShell,
  readShellCount,
  remains,
  watchForHarm,
  witness,
  type Harm,
  type ShellCount,
} from './support/hostile-oracles.ts';
import { readNetLog, type NetworkUse } from './support/net-log.ts';
import { pokeFrames } from './support/poke.ts';
import { removeFolder, startSteward, type StewardApp } from './support/steward-app.ts';
import { showUnstopped, type Unstopped } from './support/unlocked-window.ts';

const owner = `${uniqueName('help')}@shop.test`;
const pieces = hostilePieces();

describe('hostile mails, shown in the real message frame', () => {
  let server: MailServer;
  let app: StewardApp;
  let harm: Harm;
  let shell: ShellCount;
  let network: NetworkUse;
  const logs = makeTempDirectory('net-log');
  const log = join(logs.path, 'steward.json');
  const shown = new Set<HostilePiece>();
  const left: string[] = [];
  let poked = 0;
  let called = -1;

  /** Shows them, does to them what can be done, and answers what has to be shown again, alone. */
  const show = async (batches: readonly HostileBatch[]): Promise<readonly HostilePiece[]> => {
    const again: HostilePiece[] = [];
    for (const batch of batches) {
      const swallowed = await showBatch(app.page, batch);
      poked += await pokeFrames(app.page);
      left.push(...(await remains(app.page)));
      for (const piece of batch.mails.flat()) if (!swallowed.includes(piece)) shown.add(piece);
      again.push(...swallowed);
    }
    return again;
  };

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'scripted' });
    const batches = inBatches(pieces, 8, 'Together');
    seedBatches(server, owner, batches);
    app = await startSteward({ switches: [`--log-net-log=${log}`] });
    const { page } = app;
    await page.getByRole('button', { name: 'Connect your mailbox' }).click();
    await connectByHand(page, server, owner);
    for (const _server of ['imap', 'smtp']) await page.getByRole('button', { name: /trust/i }).click();
    await page.getByRole('button', { name: 'Go to the inbox' }).click();
    await page.getByRole('option').first().waitFor();
    harm = await watchForHarm(app);
    await countInShell(app);
    const alone = inBatches(await show(batches), 1, 'Alone');
    seedBatches(server, owner, alone);
    await show(alone);
    called = await canaryCalls(app.page);
    shell = await readShellCount(app);
    await app.quit();
    network = readNetLog(log);
  }, 600_000);
  afterAll(async () => {
    await server.stop();
    removeFolder(app);
    logs.remove();
  });

  it('are more than a thousand, each of them drawn and none hidden by another', () => {
    expect(pieces.length).toBeGreaterThan(1_500);
    expect(shown.size).toBe(pieces.length);
    expect(poked).toBeGreaterThan(pieces.length);
  });

  it('run nothing', () => {
    expect(called).toBe(0);
    expect(harm.ran).toEqual([]);
  });

  it('leave no handler, no address and no active element in the frame', () => {
    expect(left).toEqual([]);
  });

  it('open no window, go nowhere and download nothing', () => {
    expect(harm.went).toEqual([]);
    expect(shell).toEqual({ windows: 1, created: [], downloads: [], cancelled: [], navigations: [] });
  });

  it('look up no name, open no socket and ask for nothing', () => {
    expect(network.entries).toBeGreaterThan(20);
    expect(network.requests).toEqual([]);
    expect(network.names).toEqual([]);
    expect(network.sockets).toBe(0);
  });
});

describe('the same window, when the test itself asks for a host', () => {
  const logs = makeTempDirectory('net-log');
  afterAll(logs.remove);

  it('shows in the log and in the count of what was cancelled', async () => {
    const log = join(logs.path, 'witness.json');
    const app = await startSteward({ switches: [`--log-net-log=${log}`] });
    await countInShell(app);
    await callWitness(app);
    const { cancelled } = await readShellCount(app);
    await app.quit();
    removeFolder(app);
    expect(cancelled.join()).toContain(witness);
    // The shell has every name looked up as one that does not exist.
    expect(readNetLog(log).names.join()).toMatch(/~notfound/i);
  });
});

describe('the same mails where nothing stops them', () => {
  let unstopped: Unstopped;
  beforeAll(async () => {
    unstopped = await showUnstopped(pieces);
  }, 600_000);

  it('run, so that a run would have been noticed', () => {
    expect(unstopped.ran).toBeGreaterThan(150);
  });

  it('reach the network, so that a request, a name and a socket would have been noticed', () => {
    expect(unstopped.requests.size).toBeGreaterThan(100);
    expect(unstopped.network.requests.length).toBeGreaterThan(100);
    expect(unstopped.network.names.length).toBeGreaterThan(100);
    expect(unstopped.network.sockets).toBeGreaterThan(30);
  });
});
