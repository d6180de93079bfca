import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from '#main/channels/kit/http/public-address.ts';
import { fetchRemoteImage } from '#main/engine/web/remote-images.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let server: Server;
let port = 0;
const requests: IncomingMessage[] = [];
const pages = new Map<string, (response: ServerResponse) => void>();

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    const page = pages.get(request.url ?? '');
    if (page === undefined) response.writeHead(404).end();
    else page(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  pages.set('/a.png', (response) =>
    response.writeHead(200, { 'content-type': 'image/png', 'set-cookie': 'id=1' }).end(png),
  );
  pages.set('/svg', (response) =>
    response.writeHead(200, { 'content-type': 'image/png' }).end('<svg onload="x()"/>'),
  );
  pages.set('/big', (response) => response.writeHead(200).end(Buffer.concat([png, Buffer.alloc(300_000)])));
  pages.set('/announced', (response) => response.writeHead(200, { 'content-length': '99999999' }).end(png));
  pages.set('/slow', (response) => {
    response.writeHead(200).write(png.subarray(0, 20));
  });
  pages.set('/again', (response) => response.writeHead(302, { location: '/a.png' }).end());
  pages.set('/loop', (response) => response.writeHead(302, { location: '/loop' }).end());
  pages.set('/inside', (response) =>
    response.writeHead(302, { location: 'http://internal.test/a.png' }).end(),
  );
  pages.set('/metadata', (response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  );
  pages.set('/file', (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
  pages.set('/gzip', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(png));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The test server stands for the internet; every other name leads where an attacker would want it. */
const resolve = async (host: string): Promise<readonly string[]> =>
  host === 'public.test' ? ['127.0.0.1'] : ['10.0.0.5'];
const isAllowed = (address: string): boolean => address === '127.0.0.1';
const fetchHere = (path: string, more: { readonly maxBytes?: number; readonly timeoutMs?: number } = {}) =>
  fetchRemoteImage(`http://public.test:${String(port)}${path}`, { resolve, isAllowed, ...more });

describe('remote pictures', () => {
  it('are fetched without cookies, referrer or the name of the application', async () => {
    requests.length = 0;
    await fetchHere('/a.png');
    const result = await fetchHere('/a.png');
    expect(result).toMatchObject({ kind: 'image', mimeType: 'image/png' });
    for (const { headers } of requests) {
      expect(Object.keys(headers).sort()).toEqual(['accept', 'connection', 'host', 'user-agent']);
      expect(headers['user-agent']).not.toMatch(/steward|electron|node/i);
    }
  });

  it('follow a redirect to a public host', async () => {
    expect((await fetchHere('/again')).kind).toBe('image');
  });

  it.each([
    ['/svg', 'type'],
    ['/gzip', 'type'],
    ['/announced', 'size'],
    ['/big', 'size'],
    ['/slow', 'time'],
    ['/loop', 'address'],
    ['/inside', 'address'],
    ['/metadata', 'address'],
    ['/file', 'address'],
    ['/none', 'network'],
  ] as const)('%s is refused because of its %s', async (path, reason) => {
    expect(await fetchHere(path, { maxBytes: 200_000, timeoutMs: 700 })).toMatchObject({
      kind: 'refused',
      reason,
    });
  });

  it('are refused when one of a name’s addresses is private, as in rebinding', async () => {
    const rebinding = async (): Promise<readonly string[]> => ['93.184.215.14', '127.0.0.1'];
    const result = await fetchRemoteImage('http://evil.test/a.png', { resolve: rebinding });
    expect(result).toMatchObject({ kind: 'refused', reason: 'address' });
  });

  it('connect to the address that was checked, whatever the name says the next time', async () => {
    let asked = 0;
    const changing = async (): Promise<readonly string[]> => {
      asked += 1;
      return asked === 1 ? ['127.0.0.1'] : ['10.0.0.5'];
    };
    const url = `http://changes.test:${String(port)}/a.png`;
    expect((await fetchRemoteImage(url, { resolve: changing, isAllowed })).kind).toBe('image');
    expect(asked).toBe(1);
  });
});

describe('hosts that are never reached', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://0/',
    'http://0.0.0.0/',
    'http://１２７.０.０.１/',
    'http://127。0。0。1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[ff02::1]/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://localhost./',
    'http://user:pass@93.184.215.14/',
    'ftp://93.184.215.14/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    '//93.184.215.14/a.png',
    'not a url',
  ])('%s', async (url) => {
    const result = await fetchRemoteImage(url, { resolve: async () => ['127.0.0.1'], timeoutMs: 1_000 });
    expect(result).toMatchObject({ kind: 'refused', reason: 'address' });
  });

  it('lets the public internet through', () => {
    for (const address of ['93.184.215.14', '1.1.1.1', '2606:4700::1111', '172.32.0.1']) {
      expect(isPublicAddress(address)).toBe(true);
    }
  });
});
