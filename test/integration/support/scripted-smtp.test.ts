import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { startScriptedSmtp } from '#test/support/scripted-smtp/scripted-smtp.ts';
import type { ScriptedSmtp } from '#test/support/scripted-smtp/scripted-smtp.ts';

const RAW = 'Message-ID: <one@shop.test>\r\nSubject: Hello\r\n\r\n.dot\r\nend\r\n';

describe('the SMTP server that misbehaves as scripted', () => {
  let server: ScriptedSmtp;
  let delivered: { to: string; raw: string }[];
  let filed: { user: string; at: number }[];
  beforeEach(async () => {
    delivered = [];
    filed = [];
    server = await startScriptedSmtp({
      deliver: async (to, raw) => {
        delivered.push({ to, raw: raw.toString() });
      },
      fileSent: async (user) => {
        filed.push({ user, at: performance.now() });
      },
    });
  });
  afterEach(() => server.stop());

  async function send(
    options: { to?: string[]; pass?: string; tls?: boolean } = {},
  ): Promise<{ rejected: (string | { address: string })[] }> {
    const transport = createTransport({
      host: 'localhost',
      port: options.tls === true ? server.endpoint.tlsPort : server.endpoint.port,
      secure: options.tls === true,
      requireTLS: options.tls !== true,
      auth: { user: 'alice@shop.test', pass: options.pass ?? 'secret' },
      tls: { ca: server.certificate.pem },
      socketTimeout: 1_000,
    });
    const to = options.to ?? ['carol@customer.test'];
    return transport.sendMail({ envelope: { from: 'alice@shop.test', to }, raw: RAW });
  }

  it('records what it takes, byte for byte, over either kind of TLS', async () => {
    await send();
    await send({ tls: true });
    await server.settled();
    const sha256 = createHash('sha256').update(RAW).digest('hex');
    const message = {
      sender: 'alice@shop.test',
      recipients: ['carol@customer.test'],
      user: 'alice@shop.test',
      messageId: '<one@shop.test>',
      ...{ sha256, accepted: true, secure: true },
    };
    expect(server.accepted()).toMatchObject([message, message]);
    expect(server.accepted()[0]?.raw.toString()).toBe(RAW);
    expect(delivered).toEqual([
      { to: 'carol@customer.test', raw: RAW },
      { to: 'carol@customer.test', raw: RAW },
    ]);
    expect(server.transcript()).toMatch(/C: MAIL FROM:<alice@shop\.test>[^]*S: 250/);
    expect(server.transcript()).not.toContain(Buffer.from('\0alice@shop.test\0secret').toString('base64'));
    expect(server.connections()).toHaveLength(2);
    expect(server.logins()).toHaveLength(2);
  });

  it('refuses at each step, once, and then takes the mail', async () => {
    const answer = { code: 451, text: '4.7.1 later' };
    for (const fault of [
      { kind: 'refuse connection', answer: { code: 421, text: '4.3.2 busy' } },
      { kind: 'drop connection' },
      { kind: 'refuse login', answer: { code: 454, text: '4.7.0 later' } },
      { kind: 'refuse sender', answer },
      { kind: 'refuse recipient', answer },
      { kind: 'refuse message', answer },
      { kind: 'refuse message', answer: { code: 421, text: '4.3.2 closing' } },
      { kind: 'drop before the dot', afterBytes: 10 },
      { kind: 'drop after the dot', accepted: false },
    ] as const) {
      server.script(fault);
      await expect(send(), fault.kind).rejects.toThrow();
      expect(server.faultsLeft()).toBe(0);
    }
    expect(server.accepted()).toEqual([]);
    await send();
    expect(server.accepted()).toHaveLength(1);
  });

  it('refuses one recipient of three', async () => {
    const gone = { code: 550, text: '5.1.1 gone' };
    server.script({ kind: 'refuse recipient', recipient: 'b@customer.test', answer: gone });
    const { rejected } = await send({ to: ['a@customer.test', 'b@customer.test', 'c@customer.test'] });
    expect(rejected).toEqual(['b@customer.test']);
    expect(server.accepted()[0]?.recipients).toEqual(['a@customer.test', 'c@customer.test']);
    expect(server.recipientsOffered()).toHaveLength(3);
  });

  it('takes a mail and loses, delays or withholds its answer', async () => {
    server.script(
      { kind: 'drop after the dot', accepted: true },
      { kind: 'never answer' },
      { kind: 'answer late', ms: 300 },
    );
    await expect(send()).rejects.toThrow();
    await expect(send()).rejects.toThrow();
    const started = performance.now();
    await send();
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(server.accepted()).toHaveLength(3);
    expect(delivered).toHaveLength(3);
  });

  it('strikes as often and as late as it is told', async () => {
    server.script({ kind: 'refuse sender', answer: { code: 450, text: '4.2.0 later' }, after: 1, times: 2 });
    await send();
    await expect(send()).rejects.toThrow();
    await expect(send()).rejects.toThrow();
    await send();
    expect(server.accepted()).toHaveLength(2);
  });

  it('lets nobody in with a wrong password', async () => {
    await expect(send({ pass: 'wrong' })).rejects.toMatchObject({ responseCode: 535 });
    expect(server.logins()).toEqual([]);
  });

  it('files Sent itself and rewrites the Message-ID, as some providers do', async () => {
    server.filesSent({ afterMs: 200 });
    server.rewritesMessageId((id) => id.replace('@shop.test', '@relay.test'));
    const started = performance.now();
    await send();
    await eventually(() => filed.length === 1, { message: 'the copy is filed' });
    expect((filed[0]?.at ?? 0) - started).toBeGreaterThan(190);
    expect(delivered[0]?.raw).toBe(RAW.replace('@shop.test', '@relay.test'));
    expect(server.accepted()[0]?.messageId).toBe('<one@shop.test>');
  });
});
