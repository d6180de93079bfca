import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { freePort, LOOPBACK } from '#test/support/ports.ts';

type Client = {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly closed: () => string | undefined;
};

/** Says "hello" and then everything back that it hears. */
async function startEcho(): Promise<{ server: Server; port: number; sockets: Set<Socket> }> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write('hello');
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));
  return { server, port, sockets };
}

function open(port: number): Client {
  const socket = connect({ port, host: LOOPBACK });
  let heard = '';
  let closed: string | undefined;
  socket.on('data', (chunk) => (heard += chunk.toString()));
  socket.on('end', () => (closed ??= 'end'));
  socket.on('error', (error: NodeJS.ErrnoException) => (closed ??= error.code ?? 'error'));
  return { socket, heard: () => heard, closed: () => closed };
}

describe('the line that breaks where a test wants it to', () => {
  let echo: Awaited<ReturnType<typeof startEcho>>;
  let proxy: CuttingProxy;
  beforeEach(async () => {
    echo = await startEcho();
    proxy = await startCuttingProxy({ port: echo.port });
  });
  afterEach(async () => {
    await proxy.stop();
    for (const socket of echo.sockets) socket.destroy();
    await new Promise((resolve) => echo.server.close(resolve));
  });
  const until = (message: string, check: () => boolean): Promise<unknown> => eventually(check, { message });

  it('passes everything and counts it', async () => {
    const client = open(proxy.port);
    client.socket.write('abc');
    await until('the echo comes', () => client.heard() === 'helloabc');
    client.socket.end();
    await until('it is over', () => proxy.openConnections() === 0);
    expect(proxy.connections()).toMatchObject([
      { bytesToServer: 3, bytesToClient: 8, saidToServer: 'abc', ended: 'by a side' },
    ]);
  });

  it('cuts at every byte of the answer: exactly the bytes before arrive', async () => {
    for (let count = 0; count <= 8; count += 1) {
      proxy.cutWhen({ direction: 'to client', place: { kind: 'at byte', count }, action: { kind: 'cut' } });
      const client = open(proxy.port);
      client.socket.write('abc');
      await until(`closed at ${String(count)}`, () => client.closed() !== undefined);
      expect(client.heard()).toBe('helloabc'.slice(0, count));
    }
    expect(proxy.strikes()).toBe(9);
    const client = open(proxy.port);
    await until('the next connection is whole again', () => client.heard() === 'hello');
  });

  it('strikes after the k-th occurrence of a pattern, also across chunks, and some bytes further on', async () => {
    proxy.cutWhen({
      direction: 'to server',
      place: { kind: 'after pattern', pattern: 'ok\r\n', occurrence: 2, plus: 1 },
      action: { kind: 'reset' },
    });
    const client = open(proxy.port);
    let said = 0;
    for (const part of ['1ok\r\n2o', 'k\r']) {
      client.socket.write(part);
      said += part.length;
      await until('the server has heard it', () => proxy.connections()[0]?.bytesToServer === said);
    }
    client.socket.write('\n345');
    await until('reset', () => client.closed() === 'ECONNRESET');
    expect(proxy.connections()).toMatchObject([{ saidToServer: '1ok\r\n2ok\r\n3', ended: 'reset' }]);
  });

  it('stalls one way and loses nothing when released', async () => {
    proxy.cutWhen({
      direction: 'to client',
      place: { kind: 'at byte', count: 2 },
      action: { kind: 'stall' },
    });
    const client = open(proxy.port);
    client.socket.write('abc');
    await until('the server hears the client', () => proxy.connections()[0]?.bytesToServer === 3);
    await stays(() => client.heard().length <= 2 && client.closed() === undefined, {
      message: 'silence',
      forMs: 150,
    });
    proxy.release();
    await until('the rest comes', () => client.heard() === 'helloabc');
  });

  it('pauses for a while', async () => {
    proxy.cutWhen({
      direction: 'to client',
      place: { kind: 'at byte', count: 2 },
      action: { kind: 'delay', ms: 200 },
    });
    const started = performance.now();
    const client = open(proxy.port);
    await until('all of it', () => client.heard() === 'hello');
    expect(performance.now() - started).toBeGreaterThan(195);
  });

  it('leaves a client alone with a dead line: not even the end of the server is heard', async () => {
    const client = open(proxy.port);
    await until('the greeting', () => client.heard() === 'hello');
    proxy.now({ kind: 'half-open' });
    for (const socket of echo.sockets) socket.destroy();
    client.socket.write('anyone?');
    await stays(() => client.closed() === undefined && client.heard() === 'hello', {
      message: 'silence',
      forMs: 200,
    });
    client.socket.destroy();
  });

  it('cuts on command, refuses and admits again', async () => {
    const client = open(proxy.port);
    await until('the greeting', () => client.heard() === 'hello');
    await proxy.refuse();
    proxy.now({ kind: 'cut' });
    await until('cut', () => client.closed() !== undefined);
    const refused = open(proxy.port);
    await until('refused', () => refused.closed() === 'ECONNREFUSED');
    await proxy.admit();
    const admitted = open(proxy.port);
    await until('the greeting again', () => admitted.heard() === 'hello');
    expect(proxy.connections().map(({ openedAt }) => openedAt)).toHaveLength(2);
  });
});
