import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Cursor } from '#main/channels/kit/channel.ts';
import type { Inbound, Understood } from '#main/channels/kit/inbound.ts';
import { begin, customer, own, pulledFrom, stageTwilio, together } from '#test/support/twilio/staged.ts';
import type { Pulled, StagedTwilio } from '#test/support/twilio/staged.ts';

let staged: StagedTwilio;

beforeEach(async () => {
  staged = await stageTwilio();
});
afterEach(() => staged.stop());

const isMessage = (one: Understood): one is Inbound => one.kind === 'message';
const textsOf = (found: readonly Understood[]): readonly string[] =>
  found.filter(isMessage).map(({ text }) => text);
const pullIn = (
  cursor: Cursor | null,
  options?: Parameters<typeof pulledFrom>[4],
): Promise<readonly Pulled[]> => pulledFrom(staged, staged.open(), 'incoming', cursor, options);

const minute = 60_000;
const day = 24 * 60 * minute;

/** Messages of the past, one every minute; the newest was written now. */
const seed = (count: number): void => {
  for (let n = 1; n <= count; n += 1)
    staged.account.receive({
      from: customer,
      to: own,
      body: `message ${String(n)}`,
      at: begin - (count - n) * minute,
    });
};

const asked = (): number => staged.server.http.requests.length;

describe('what customers wrote', () => {
  it('comes newest first, page by page, each once', async () => {
    seed(25);
    const pulls = await pullIn(null, { maxItems: 10 });
    const texts = textsOf(together(pulls).found);
    expect(texts).toHaveLength(25);
    expect(new Set(texts).size).toBe(25);
    expect(textsOf(pulls[0]?.found ?? [])[0]).toBe('message 25');
    expect(pulls.every(({ batch }) => batch.items.length <= 10)).toBe(true);
  });

  it('costs one question when nothing happened, and one when something did', async () => {
    seed(120);
    const { cursor } = together(await pullIn(null));
    const before = asked();
    expect(textsOf(together(await pullIn(cursor)).found)).toEqual([]);
    expect(asked() - before).toBe(1);
    staged.pass(minute);
    staged.write('one more');
    expect(textsOf(together(await pullIn(cursor)).found)).toEqual(['one more']);
    expect(asked() - before).toBe(2);
  });

  it('is complete after a night away, however much came', async () => {
    seed(3);
    const { cursor } = together(await pullIn(null));
    for (let n = 1; n <= 180; n += 1) {
      staged.pass(3 * minute);
      staged.write(`night ${String(n)}`);
    }
    const texts = textsOf(together(await pullIn(cursor, { maxItems: 20 })).found);
    expect(new Set(texts.filter((text) => text.startsWith('night'))).size).toBe(180);
  });

  it('is complete though lists are in disorder or show a message on two pages', async () => {
    for (const disorder of ['reordered', 'doubled'] as const) {
      staged.server.disorder = disorder;
      const before = staged.account.messages.length;
      seed(30);
      const { found, cursor } = together(await pullIn(null, { maxItems: 7 }));
      expect(new Set(found.filter(isMessage).map(({ name }) => name)).size).toBe(before + 30);
      staged.pass(minute);
      for (let n = 1; n <= 12; n += 1) staged.write(`later ${String(n)}`);
      const later = textsOf(together(await pullIn(cursor, { maxItems: 7 })).found);
      expect(new Set(later.filter((text) => text.startsWith('later'))).size).toBe(12);
    }
  });

  it('is found though it was told late with a date of before, as long as that is a day', async () => {
    seed(5);
    const { cursor } = together(await pullIn(null));
    staged.account.receive({ from: customer, to: own, body: 'late', at: begin - 10 * 60 * minute });
    expect(textsOf(together(await pullIn(cursor)).found)).toEqual(['late']);
  });

  it('is found by a check though it is older than what the cursor covers', async () => {
    seed(200);
    const { cursor } = together(await pullIn(null));
    staged.account.receive({ from: customer, to: own, body: 'very late', at: begin - 20 * 60 * minute });
    expect(textsOf(together(await pullIn(cursor)).found)).not.toContain('very late');
    const { found } = together(await pullIn(cursor, { check: true }));
    expect(textsOf(found)).toContain('very late');
    const swept = staged.server.http.requests.filter(({ url }) => url.searchParams.has('DateSent>'));
    expect(swept.length).toBeGreaterThan(0);
    expect(swept[0]?.url.searchParams.get('DateSent>')).toMatch(/^2026-11-2[01]$/);
  });

  it('loses nothing when hundreds come within one second', async () => {
    for (let n = 1; n <= 300; n += 1)
      staged.account.receive({
        from: `+1555020${String(n).padStart(4, '0')}`,
        to: own,
        body: `burst ${String(n)}`,
      });
    const { found, cursor } = together(await pullIn(null, { maxItems: 50 }));
    expect(new Set(textsOf(found)).size).toBe(300);
    for (let n = 301; n <= 320; n += 1)
      staged.account.receive({
        from: `+1555020${String(n).padStart(4, '0')}`,
        to: own,
        body: `burst ${String(n)}`,
      });
    const later = new Set(textsOf(together(await pullIn(cursor, { maxItems: 50 })).found));
    expect(Array.from({ length: 20 }, (_, n) => later.has(`burst ${String(301 + n)}`))).not.toContain(false);
  });

  it('is complete though our own clock is days behind or ahead', async () => {
    const days = [-3, 3, 0];
    let cursor: Cursor | null = null;
    const texts: string[] = [];
    for (const ahead of days) {
      staged.clock.set(staged.server.now() + ahead * day);
      staged.write(`seen ${String(ahead)}`);
      const pulled = together(await pullIn(cursor));
      cursor = pulled.cursor;
      texts.push(...textsOf(pulled.found));
      staged.pass(minute);
    }
    expect(texts).toEqual(['seen -3', 'seen 3', 'seen 0']);
  });

  it('is complete though one message has a date of the next century', async () => {
    staged.account.receive({
      from: customer,
      to: own,
      body: 'from afar',
      at: Date.parse('2126-01-01T00:00:00Z'),
    });
    const first = together(await pullIn(null));
    expect(textsOf(first.found)).toEqual(['from afar']);
    staged.pass(minute);
    staged.write('of today');
    expect(textsOf(together(await pullIn(first.cursor)).found)).toEqual(['of today']);
  });

  it('keeps its cursor small, whatever the traffic', async () => {
    for (let n = 1; n <= 900; n += 1)
      staged.account.post(
        { from: own, to: customer, body: `sent ${String(n)}`, at: begin - n * 1_000 },
        { stages: [{ afterMs: 0, status: 'sent' }] },
      );
    const pulls = await pulledFrom(staged, staged.open(), 'outgoing', null);
    for (const { cursor } of pulls) expect(JSON.stringify(cursor).length).toBeLessThan(4_000);
  });

  it('is no news at the first import when it was answered or is a week old', async () => {
    staged.account.receive({ from: customer, to: own, body: 'answered', at: begin - 2 * 60 * minute });
    staged.account.post({ from: own, to: customer, body: 'yes', at: begin - 60 * minute });
    staged.account.receive({ from: customer, to: own, body: 'waiting', at: begin - 30 * minute });
    staged.account.receive({ from: '+15550109999', to: own, body: 'old', at: begin - 8 * day });
    const { found } = together(await pullIn(null));
    expect(found.filter(isMessage).map(({ text, seen }) => [text, seen])).toEqual([
      ['waiting', false],
      ['answered', true],
      ['old', true],
    ]);
  });

  it('is only what came to this number, on this channel', async () => {
    staged.account.receive({ from: customer, to: '+15550107777', body: 'to another number' });
    staged.account.receive({ from: `whatsapp:${customer}`, to: `whatsapp:${own}`, body: 'by WhatsApp' });
    staged.write('to us');
    expect(textsOf(together(await pullIn(null)).found)).toEqual(['to us']);
  });

  it('does not follow where the server says the next page is, beyond its place in the list', async () => {
    seed(6);
    const { account, server } = staged;
    const strange = { page: '1', token: 'PASM1' };
    server.http.fail({
      json: {
        messages: [{ sid: 'SM1' }],
        next_page_uri: `https://elsewhere.example/2010-04-01/Accounts/AC0/Messages.json?Page=${strange.page}&PageToken=${strange.token}`,
      },
    });
    await pullIn(null);
    const second = server.http.requests[1];
    expect(second?.url.pathname).toBe(`/2010-04-01/Accounts/${account.sid}/Messages.json`);
    expect(second?.url.searchParams.get('To')).toBe(own);
    expect(second?.url.searchParams.get('PageToken')).toBe(strange.token);
  });

  it('passes over an entry that is none, and keeps the others', async () => {
    staged.server.http.fail({
      json: {
        messages: [
          null,
          { sid: 'SM1' },
          7,
          {
            sid: `SM${'a'.repeat(32)}`,
            direction: 'inbound',
            from: customer,
            to: own,
            body: 'whole',
            num_media: '0',
            date_sent: 'Sun, 22 Nov 2026 09:00:00 +0000',
          },
        ],
        next_page_uri: null,
      },
    });
    expect(textsOf(together(await pullIn(null)).found)).toEqual(['whole']);
  });
});

describe('pictures and other files', () => {
  const jpeg = { contentType: 'image/jpeg', bytes: Buffer.from('a picture') };

  it('are named with the message and fetched only when they are wanted', async () => {
    staged.account.receive({
      from: customer,
      to: own,
      body: 'look',
      media: [jpeg, { contentType: 'text/vcard; charset=utf-8', bytes: Buffer.from('x') }],
    });
    const [message] = together(await pullIn(null)).found.filter(isMessage);
    expect(message?.parts).toMatchObject([
      { name: 'image-1.jpg', mimeType: 'image/jpeg', remote: true, kind: 'file' },
      { name: 'text-2.vcf', mimeType: 'text/vcard', remote: true, kind: 'file' },
    ]);
    expect(message?.parts[0]?.part).toBe(staged.account.messages[0]?.media[0]?.sid);
    expect(staged.server.store.requests).toEqual([]);
  });

  it('keep no message from us when their list cannot be had', async () => {
    const { server, account } = staged;
    const { cursor } = together(await pullIn(null));
    account.receive({ from: customer, to: own, body: 'look', media: [jpeg] });
    const listed = await fetchedList(server.http.base, account.sid, account.token);
    server.http.fail({ json: listed }, { status: 500, json: {} });
    const { found } = together(await pullIn(cursor));
    const [message] = found.filter(isMessage);
    expect(message?.parts).toMatchObject([
      { part: '1', name: 'file-1', mimeType: 'application/octet-stream', remote: true },
    ]);
  });
});

/** The list as the server gives it, so that it can be given again before a fault. */
async function fetchedList(base: string, sid: string, token: string): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  const answer = await fetch(
    `${base}/2010-04-01/Accounts/${sid}/Messages.json?To=${encodeURIComponent(own)}`,
    {
      headers: { authorization },
    },
  );
  return answer.json();
}
