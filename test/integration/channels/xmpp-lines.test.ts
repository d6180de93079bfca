import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionContext } from '#main/channels/kit/channel.ts';
import type { Attempt } from '#main/channels/kit/outgoing.ts';
import { createXmppChannel } from '#main/channels/xmpp/channel.ts';
import { isNews } from '#main/channels/xmpp/listen.ts';
import { readElement } from '#main/channels/xmpp/stream/xml-reader.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import { having } from '#test/support/matching.ts';
import { systemClock } from '#test/support/email-account.ts';
import { startProsody } from '#test/support/prosody/prosody.ts';
import type { Prosody } from '#test/support/prosody/prosody.ts';

const channel = createXmppChannel();
const never = (): AbortSignal => new AbortController().signal;
let server: Prosody;
let old: Prosody;

beforeAll(async () => {
  [server, old] = await Promise.all([startProsody(), startProsody({ without: ['smacks', 'carbons'] })]);
  for (const one of [server, old]) for (const user of ['agent', 'ana']) await one.register(user, 'secret');
});

afterAll(async () => {
  await Promise.all([server.stop(), old.stop()]);
});

const at = (settings: Settings): SessionContext => ({
  address: 'agent@chat.test',
  settings,
  clock: systemClock,
  secrets: () => ({ kind: 'password', user: 'agent', password: 'secret' }),
  saveSecrets: () => Promise.resolve(),
  log: () => undefined,
});

const lines = [
  ['STARTTLS', 'starttls', (): number => server.port],
  ['TLS from the first byte', 'tls', (): number => server.tlsPort],
] as const;

describe('the line to an XMPP server', () => {
  it.each(lines)('is protected by %s with a certificate trusted by hand', async (_name, security, port) => {
    const settings = {
      xmppHost: server.host,
      xmppPort: port(),
      xmppSecurity: security,
      trustedXmpp: server.certificate.fingerprint256,
    };
    expect(await channel.probe(at(settings), never())).toMatchObject({ address: 'agent@chat.test' });
  });

  it.each(lines)(
    'shows a certificate it does not believe before anything is said (%s)',
    async (_name, security, port) => {
      const settings = { xmppHost: server.host, xmppPort: port(), xmppSecurity: security };
      await expect(channel.probe(at(settings), never())).rejects.toMatchObject({
        failure: {
          kind: 'certificate',
          certificate: having({
            fingerprint: server.certificate.fingerprint256.replaceAll(':', ''),
            problem: 'self-signed',
          }),
        },
      });
    },
  );

  it('is never plain text to another machine', () => {
    const settings = { xmppHost: 'chat.example.org', xmppPort: 5222, xmppSecurity: 'plain' };
    const secret = { kind: 'password', password: 'secret' } as const;
    expect(() => channel.secretsFrom('agent@chat.test', settings, secret)).toThrow('settings');
  });

  it('is good for sending, too, where the server acknowledges nothing and makes no copies', async () => {
    const settings = { xmppHost: old.host, xmppPort: old.port, xmppSecurity: 'plain' };
    const session = channel.open(at(settings));
    const clientId = '019a8f00-0000-7000-8000-000000000042';
    const composed = channel.compose(
      {
        clientId,
        at: Date.now(),
        from: { name: '', address: 'agent@chat.test' },
        to: [{ name: '', address: 'ana@chat.test' }],
        cc: [],
        bcc: [],
        subject: '',
        text: 'Answer <b>&amp;</b> \u0000 ]]> 🙂',
        html: null,
        files: [],
        references: [],
        automatic: false,
        answers: null,
        visibility: null,
        warning: '',
        template: null,
      },
      settings,
    );
    const attempt: Attempt = {
      ...composed,
      clientId,
      envelopeFrom: 'agent@chat.test',
      pending: composed.recipients,
      since: Date.now(),
    };
    const hooks = { handingOver: () => Promise.resolve() };
    expect(await session.reconcile(attempt, never())).toBe('absent');
    expect(await session.send(attempt, hooks, never())).toMatchObject({ kind: 'accepted' });
    expect(old.archived('ana', clientId)).toBe(1);
    expect(await session.reconcile(attempt, never())).toBe('accepted');
    const limits = { maxItems: 10, maxBytes: 1_000_000, check: false };
    const batch = await session.pull('archive', null, limits, never());
    const [item] = batch.items;
    if (item === undefined) throw new Error('nothing came back');
    const context = {
      own: ['agent@chat.test'],
      streamRole: 'all',
      trustedAuthserv: null,
      now: Date.now(),
    } as const;
    expect(channel.mapper.map(item, context)).toMatchObject({
      text: 'Answer <b>&amp;</b>  ]]> 🙂',
      clientId,
      direction: 'out',
      thread: { room: 'ana@chat.test' },
    });
    const wrong = await session.send({ ...attempt, pending: ["x@y' to='z"] }, hooks, never());
    expect(wrong).toMatchObject({ kind: 'rejected' });
    await session.close();
  });
});

const carbon = (from: string): string =>
  `<message xmlns="jabber:client" from="${from}"><received xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client" from="x@y"><body>pay me</body></message></forwarded></received></message>`;

describe('copies of what other devices got', () => {
  it.each([
    ['agent@chat.test', true],
    ['agent@chat.test/phone', false],
    ['mallory@chat.test', false],
    ['mallory@evil.test/agent@chat.test', false],
  ])('from %s count: %s', (from, counts) => {
    const message = readElement(carbon(from));
    if (message === null) throw new Error('not XML');
    expect(isNews(message, 'agent@chat.test')).toBe(counts);
  });
});
