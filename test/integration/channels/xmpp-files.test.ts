import { createCipheriv, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteFile } from '#main/channels/kit/channel.ts';
import type { Inbound, RawItem } from '#main/channels/kit/inbound.ts';
import type { OutgoingFile } from '#main/channels/kit/outgoing.ts';
import { openSealed } from '#main/channels/xmpp/files/fetch-file.ts';
import { childOf, element, textIn } from '#main/channels/xmpp/stream/element.ts';
import type { Element } from '#main/channels/xmpp/stream/element.ts';
import { LOOPBACK, freePort } from '#test/support/ports.ts';
import { chatter } from '#test/support/prosody/chatter.ts';
import type { Chatter } from '#test/support/prosody/chatter.ts';
import { uniqueName } from '#test/support/temp.ts';
import { XmppDesk } from '#test/support/xmpp/desk.ts';
import { dialects } from '#test/support/xmpp/dialects.ts';
import type { XmppServer } from '#test/support/xmpp/xmpp-server.ts';

const client = 'jabber:client';
const never = (): AbortSignal => new AbortController().signal;
const megabyte = 1024 * 1024;

const fileOf = (bytes: Uint8Array, name = 'Rechnung 7.pdf'): OutgoingFile => ({
  name,
  mimeType: 'application/pdf',
  contentId: null,
  bytes,
});

describe.each(dialects)('files on %s', (_name, start) => {
  let server: XmppServer;
  let desk: XmppDesk;
  let ana: Chatter;
  let customer: string;
  const heard: Element[] = [];

  beforeAll(async () => {
    server = await start();
  });

  afterAll(async () => {
    await server.stop();
  });

  afterEach(async () => {
    heard.length = 0;
    ana.close();
    await desk.close();
  });

  const meet = async (): Promise<void> => {
    const [agent, visitor] = [uniqueName('agent'), uniqueName('ana')];
    await server.register(agent, 'secret');
    await server.register(visitor, 'secret');
    desk = new XmppDesk(server, agent);
    customer = `${visitor}@${server.domain}`;
    ana = await chatter(server, visitor);
    ana.onMessage((message) => heard.push(message));
  };
  const newest = async (): Promise<{ readonly item: RawItem; readonly message: Inbound }> => {
    await desk.until('a message', ({ kind }) => kind === 'message');
    const item = desk.items[0];
    const message = item === undefined ? undefined : desk.understood(item);
    if (item === undefined || message?.kind !== 'message') throw new Error('no message');
    return { item, message };
  };
  const remote = (item: RawItem, part = '1'): RemoteFile => ({
    stream: 'archive',
    key: item.key,
    part,
    source: item.bytes,
  });

  it('tells by a trial login how large they may be', async () => {
    await meet();
    const probed = await desk.channel.probe(desk.context, never());
    expect(probed.settings).toEqual({ maxAttachmentBytes: server.largestFile });
  });

  it('puts a file on the web, says where it is, and fetches the same bytes back', async () => {
    await meet();
    const bytes = randomBytes(50_000);
    const attempt = desk.attempt({
      to: [{ name: '', address: customer }],
      text: 'Here is the bill.',
      files: [fileOf(bytes)],
    });
    expect(desk.channel.mapper.body(attempt.bytes)).toMatchObject({ text: 'Here is the bill.' });
    expect(desk.channel.mapper.part(attempt.bytes, '1')).toMatchObject({ name: 'Rechnung 7.pdf' });
    expect(await desk.send(attempt)).toMatchObject({ kind: 'accepted' });
    const { item, message } = await newest();
    expect(message).toMatchObject({
      clientId: attempt.clientId,
      text: 'Here is the bill.',
      parts: [{ part: '1', mimeType: 'application/pdf', remote: true }],
    });
    const fetched = await desk.session.file?.(remote(item), megabyte, never());
    expect(Buffer.from(fetched ?? []).equals(bytes)).toBe(true);
  });

  it('says nothing but the address where there are no other words, as programs show files', async () => {
    await meet();
    const attempt = desk.attempt({
      to: [{ name: '', address: customer }],
      text: '',
      files: [fileOf(Buffer.from('bill'))],
    });
    ana.say(element('presence', client));
    expect(await desk.send(attempt)).toMatchObject({ kind: 'accepted' });
    const { message } = await newest();
    expect(message).toMatchObject({
      text: '',
      parts: [{ name: expect.stringContaining('.pdf') as unknown }],
    });
    const said = heard.find((one) => one.attributes.get('id') === attempt.clientId);
    const texts = [textIn(childOf(said, 'body', client))];
    expect(texts).toEqual([expect.stringMatching(/^http:\/\/localhost:\d+\/\S+$/)]);
  });

  it('has the file on the web before it hands the message over', async () => {
    await meet();
    const attempt = desk.attempt({
      to: [{ name: '', address: customer }],
      text: '',
      files: [fileOf(Buffer.from('x'.repeat(server.largestFile + 1)))],
    });
    let handed = 0;
    const result = await desk.send(attempt, async () => {
      handed += 1;
    });
    expect(result).toMatchObject({ kind: 'rejected' });
    expect(handed).toBe(0);
  });

  it('fetches nothing that is larger than allowed', async () => {
    await meet();
    const attempt = desk.attempt({
      to: [{ name: '', address: customer }],
      text: '',
      files: [fileOf(randomBytes(40_000))],
    });
    await desk.send(attempt);
    const { item } = await newest();
    await expect(desk.session.file?.(remote(item), 10_000, never())).rejects.toMatchObject({
      failure: { kind: 'quota' },
    });
  });

  it('understands what three generations of programs write about a file', async () => {
    await meet();
    const url = 'https://files.example.org/a/Foto%201.jpg';
    const say = (id: string, ...children: readonly Element[]): Promise<void> =>
      ana.deliver(element('message', client, { type: 'chat', to: desk.address, id }, ...children));
    const sfs = 'urn:xmpp:sfs:0';
    const meta = 'urn:xmpp:file:metadata:0';
    const jingle = 'urn:xmpp:jingle:apps:file-transfer:5';
    await say(
      'f-1',
      element('body', client, {}, url),
      element('x', 'jabber:x:oob', {}, element('url', 'jabber:x:oob', {}, url)),
    );
    await say(
      'f-2',
      element('body', client, {}, `Look\n${url}`),
      element(
        'file-sharing',
        sfs,
        { disposition: 'inline' },
        element(
          'file',
          meta,
          {},
          element('name', meta, {}, 'cat.webp'),
          element('media-type', meta, {}, 'image/webp'),
          element('size', meta, {}, '1234'),
        ),
        element(
          'sources',
          sfs,
          {},
          element('url-data', 'http://jabber.org/protocol/url-data', { target: url }),
        ),
      ),
    );
    await say(
      'f-3',
      element('body', client, {}, url),
      element(
        'reference',
        'urn:xmpp:reference:0',
        { type: 'data' },
        element(
          'media-sharing',
          'urn:xmpp:sims:1',
          {},
          element('file', jingle, {}, element('name', jingle, {}, '../../cat.png')),
          element(
            'sources',
            'urn:xmpp:sims:1',
            {},
            element('reference', 'urn:xmpp:reference:0', { type: 'data', uri: url }),
          ),
        ),
      ),
    );
    const all = await desk.until(
      'all',
      (one) => one.kind === 'message' && one.name?.endsWith('f-3') === true,
    );
    expect(all).toMatchObject([
      { text: '', parts: [{ name: 'Foto 1.jpg', mimeType: 'image/jpeg', size: 0, remote: true }] },
      { text: 'Look', parts: [{ name: 'cat.webp', mimeType: 'image/webp', size: 1234, remote: true }] },
      { text: '', parts: [{ mimeType: 'image/png', remote: true }] },
    ]);
    for (const one of all)
      if (one.kind === 'message') for (const part of one.parts) expect(part.name).not.toMatch(/[/\\]/);
  });
});

/** A web server of somebody else, which may lead on. */
const webServer = async (
  answer: (path: string) => { readonly status: number; readonly to?: string; readonly bytes?: Uint8Array },
): Promise<{ readonly server: Server; readonly port: number; readonly asked: IncomingHttpHeaders[] }> => {
  const asked: IncomingHttpHeaders[] = [];
  const port = await freePort();
  const web = createServer((request, response) => {
    asked.push(request.headers);
    const { status, to, bytes } = answer(request.url ?? '');
    response.writeHead(status, to === undefined ? {} : { location: to }).end(bytes);
  });
  await new Promise<void>((resolve) => web.listen(port, LOOPBACK, resolve));
  return { server: web, port, asked };
};

describe('an address that a customer sent', () => {
  const saying = (url: string, from = 'mallory@evil.test'): Uint8Array =>
    Buffer.from(
      `<result xmlns="urn:xmpp:mam:2" id="1"><forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client" from="${from}" to="agent@chat.test" type="chat"><body>${url}</body><x xmlns="jabber:x:oob"><url>${url}</url></x></message></forwarded></result>`,
    );
  const deskAt = (xmppHost: string): XmppDesk => {
    const nowhere = { host: xmppHost, port: 5222, domain: 'chat.test' };
    return new XmppDesk(nowhere, 'agent', { settings: { xmppSecurity: 'starttls' } });
  };
  const fetching = async (xmppHost: string, url: string): Promise<Uint8Array | null | undefined> => {
    const desk = deskAt(xmppHost);
    const file = { stream: 'archive', key: '1', part: '1', source: saying(url) };
    try {
      return await desk.session.file?.(file, megabyte, never());
    } finally {
      await desk.close();
    }
  };

  it.each([
    'http://127.0.0.1:8080/secret',
    'https://127.0.0.1/secret',
    'https://localhost/secret',
    'https://[::1]/secret',
    'https://192.168.1.1/admin',
    'https://10.0.0.1/admin',
    'https://169.254.169.254/latest/meta-data',
    'https://user:password@10.0.0.1/',
    'http://files.example.org/plain.txt',
  ])('is not asked when it leads into this computer or its network: %s', async (url) => {
    await expect(fetching('chat.example.org', url)).rejects.toMatchObject({ failure: { kind: 'protocol' } });
  });

  it('leads no further than it may, though a server sends it on', async () => {
    const web = await webServer(() => ({ status: 302, to: 'http://192.168.1.1/admin' }));
    await expect(fetching(LOOPBACK, `http://${LOOPBACK}:${String(web.port)}/a`)).rejects.toMatchObject({
      failure: { kind: 'protocol' },
    });
    web.server.close();
  });

  it('says nothing about us, and is gone when the server says so', async () => {
    const web = await webServer((path) =>
      path === '/gone' ? { status: 404 } : { status: 200, bytes: Buffer.from('here') },
    );
    const at = (path: string): string => `http://${LOOPBACK}:${String(web.port)}${path}`;
    expect(Buffer.from((await fetching(LOOPBACK, at('/here'))) ?? []).toString()).toBe('here');
    expect(await fetching(LOOPBACK, at('/gone'))).toBeNull();
    expect(JSON.stringify(web.asked)).not.toMatch(/steward|cookie|authorization/i);
    web.server.close();
  });

  it('is opened with the key beside it, where there is one', () => {
    const [key, nonce] = [randomBytes(32), randomBytes(12)];
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const sealed = Buffer.concat([cipher.update('a photo'), cipher.final(), cipher.getAuthTag()]);
    expect(openSealed(sealed, `${nonce.toString('hex')}${key.toString('hex')}`)?.toString()).toBe('a photo');
    expect(openSealed(sealed, `${nonce.toString('hex')}${randomBytes(32).toString('hex')}`)).toBeNull();
  });
});
