import { describe, expect, it } from 'vitest';
import { emailChannel } from '#main/channels/email/channel.ts';
import type { Inbound, MapContext, RawItem } from '#main/channels/kit/inbound.ts';
import { letter } from '#test/support/email-account.ts';

const received = Date.UTC(2026, 10, 3, 12);
const context: MapContext = {
  own: ['agent@shop.test'],
  streamRole: 'inbox',
  trustedAuthserv: 'mx.shop.test',
  now: received + 1_000,
};

const mail = (lines: readonly string[], body = 'Hello'): string => [...lines, '', body].join('\r\n');
const usual = [
  'From: Customer <customer@example.org>',
  'To: agent@shop.test',
  'Subject: Hi',
  'Message-ID: <1@example.org>',
  'Date: Tue, 03 Nov 2026 10:00:00 +0000',
];

function map(text: string, changes: Partial<MapContext> = {}, item: Partial<RawItem> = {}): Inbound {
  const raw: RawItem = {
    key: '1:1',
    bytes: Buffer.from(text),
    partial: false,
    size: text.length,
    receivedAt: received,
    seen: false,
    answered: false,
    ...item,
  };
  const result = emailChannel.mapper.map(raw, { ...context, ...changes });
  if (result.kind !== 'message') throw new Error(`not a message: ${JSON.stringify(result)}`);
  return result;
}

describe('whose message it is', () => {
  const own = usual.map((line) => line.replace('Customer <customer@example.org>', 'agent@shop.test'));

  it('everything in Sent is ours', () => {
    expect(map(mail(usual), { streamRole: 'sent' }).direction).toBe('out');
  });

  it('a mail from outside is not ours whatever it says', () => {
    const forged = [
      'Return-Path: <x@evil.test>',
      'Received: from evil.test by mx.shop.test',
      'X-Steward-Id: 019a',
      ...own,
    ];
    for (const streamRole of ['inbox', 'archive', 'all', 'other'] as const) {
      expect(map(mail(forged), { streamRole })).toMatchObject({ direction: 'in', clientId: null });
    }
    expect(map(mail(['Received: from evil.test by mx.shop.test', ...own]))).toMatchObject({
      direction: 'in',
    });
  });

  it('a mail of ours that was never delivered is ours, also in the archive and in All Mail', () => {
    expect(map(mail(own), { streamRole: 'archive' }).direction).toBe('out');
    const submitted = [
      'Received: from [10.0.0.1] by smtp.gmail.com with ESMTPSA',
      'X-Steward-Id: 019a',
      ...own,
    ];
    expect(map(mail(submitted), { streamRole: 'all' })).toMatchObject({ direction: 'out', clientId: '019a' });
    expect(map(mail(usual), { streamRole: 'all' }).direction).toBe('in');
  });

  it('our own copy carries our id', () => {
    const composed = emailChannel.compose(letter('agent@shop.test'), {});
    expect(map(Buffer.from(composed.bytes).toString('latin1'), { streamRole: 'sent' })).toMatchObject({
      clientId: '019a8f00-0000-7000-8000-000000000001',
      thread: { self: composed.externalId },
    });
  });
});

describe('which message it is', () => {
  it('two copies are one, whatever the servers added', () => {
    const copy = mail(['Return-Path: <customer@example.org>', 'Received: by b.test', ...usual], 'Hello  ');
    expect(map(copy).dedupe).toBe(map(mail(usual)).dedupe);
  });

  it('the same Message-ID with other content is another message', () => {
    const ids = [
      map(mail(usual)),
      map(mail(usual, 'Something else')),
      map(mail(usual.map((line) => line.replace('customer@', 'attacker@')))),
      map(mail(usual.map((line) => line.replace('Subject: Hi', 'Subject: Urgent')))),
    ].map((one) => one.dedupe);
    expect(new Set(ids).size).toBe(4);
  });

  it('a mail without a Message-ID keeps its identity', () => {
    const nameless = usual.filter((line) => !line.startsWith('Message-ID'));
    expect(map(mail(nameless)).dedupe).toBe(map(mail(nameless), {}, { key: '2:9' }).dedupe);
    expect(map(mail(nameless)).dedupe).not.toBe(map(mail(nameless, 'Other')).dedupe);
  });
});

describe('when it was said', () => {
  const dated = (date: string, changes: Partial<RawItem> = {}): Inbound =>
    map(mail([...usual.slice(0, 4), `Date: ${date}`]), {}, changes);

  it('is the time of the sender where that is plausible', () => {
    expect(dated('Tue, 03 Nov 2026 10:00:00 +0000')).toMatchObject({
      at: Date.UTC(2026, 10, 3, 10),
      atSource: 'sender',
    });
  });

  it.each(['Tue, 03 Nov 2036 10:00:00 +0000', 'Thu, 01 Jan 1970 00:00:00 +0000', 'yesterday'])(
    'is the time of the server for %s',
    (date) => {
      expect(dated(date)).toMatchObject({ at: received, atSource: 'server' });
    },
  );

  it('is never in the future', () => {
    expect(dated('Wed, 04 Nov 2026 09:00:00 +0000').at).toBeLessThanOrEqual(context.now);
    expect(dated('yesterday', { receivedAt: received + 1e9 }).at).toBeLessThanOrEqual(context.now);
  });
});

describe('who vouches for the sender', () => {
  const judged = (results: string): Inbound => map(mail([`Authentication-Results: ${results}`, ...usual]));

  it.each([
    'mx.shop.test; dmarc=pass header.from=example.org',
    'mx.shop.test; dkim=pass header.d=example.org',
    'MX.SHOP.TEST 1; spf=pass smtp.mailfrom=bounce@example.org',
    'mx.shop.test; dkim=pass (good (really)) header.i=@example.org',
  ])('our own server does: %s', (results) => {
    expect(judged(results).authenticatedFrom).toBe('customer@example.org');
  });

  it.each([
    'mx.evil.test; dmarc=pass header.from=example.org',
    'mx.shop.test; dmarc=none (dmarc=pass) header.from=example.org',
    'mx.shop.test; dkim=pass header.d=evil.test',
    'mx.shop.test; dkim=pass header.d=org',
    'mx.shop.test; dmarc=pass header.from=evil.test',
    'mx.shop.test; spf=pass smtp.mailfrom=x@evil.test',
    'mx.shop.test; dkim=fail header.d=example.org',
    'mx.shop.test; none',
  ])('nobody does: %s', (results) => {
    expect(judged(results).authenticatedFrom).toBeNull();
  });

  it('a failed check is odd, and no server is believed that was not named', () => {
    expect(
      judged('mx.shop.test; dmarc=fail header.from=example.org; dkim=pass header.d=example.org').oddities,
    ).toContain('authentication-failed');
    const text = mail(['Authentication-Results: mx.shop.test; dmarc=pass header.from=example.org', ...usual]);
    expect(map(text, { trustedAuthserv: null }).authenticatedFrom).toBeNull();
  });
});

describe('the first words', () => {
  it('leave out quotes and signatures', () => {
    expect(
      map(mail(usual, 'Thanks!\n\nOn Tuesday Jane wrote:\n> old\n> older\nBye\n-- \nJane')).snippet,
    ).toBe('Thanks! Bye');
  });
});

describe('the made-up mail that is read before the first real one', () => {
  it('has what most mails have: two texts, a file, names beyond ASCII and what it answers', () => {
    const { sample } = emailChannel.mapper;
    const read = map(Buffer.from(sample ?? []).toString());
    expect(read).toMatchObject({
      from: { name: 'Anna Müller', address: 'anna@customer.example' },
      subject: 'Re: Wo ist mein Paket?',
      hasHtml: true,
      parts: [{ name: 'box.png', kind: 'file' }],
      thread: { parents: ['sample.0@customer.example', 'sample.1@shop.example'] },
    });
    expect(read.text).toContain('wo ist mein Paket? Grüße');
  });
});
