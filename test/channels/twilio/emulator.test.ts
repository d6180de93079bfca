import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { begin, customer, own, stageTwilio } from '#test/support/twilio/staged.ts';
import type { StagedTwilio } from '#test/support/twilio/staged.ts';

let staged: StagedTwilio;

beforeEach(async () => {
  staged = await stageTwilio();
});
afterEach(() => staged.stop());

type Said = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

type Request = {
  readonly method?: string;
  readonly body?: string | URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
};

const ask = async (path: string, init: Request = {}): Promise<Said> => {
  const { server, account } = staged;
  const authorization = `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}`;
  const url = path.startsWith('/')
    ? `${server.http.base}${path}`
    : `${server.http.base}/2010-04-01/Accounts/${account.sid}/${path}`;
  const answer = await fetch(url, {
    redirect: 'manual',
    ...init,
    headers: { authorization, ...init.headers },
  });
  const body: unknown =
    answer.headers.get('content-type')?.includes('json') === true ? await answer.json() : {};
  return { status: answer.status, body: isRecord(body) ? body : {} };
};

const post = (form: Readonly<Record<string, string>>): Promise<Said> =>
  ask('Messages.json', { method: 'POST', body: new URLSearchParams(form) });

const sidsOf = ({ body }: Said): readonly unknown[] =>
  Array.isArray(body['messages'])
    ? body['messages'].map((one: unknown) => (isRecord(one) ? one['sid'] : null))
    : [];

describe('the emulated Twilio', () => {
  it('wants Basic authentication, of the account that is asked for', async () => {
    const refused = { status: 401, body: { code: 20_003, message: 'Authenticate', status: 401 } };
    expect(await ask('Messages.json', { headers: { authorization: 'Bearer x' } })).toMatchObject(refused);
    expect(await ask(`/2010-04-01/Accounts/${staged.server.newAccount().sid}/Messages.json`)).toMatchObject(
      refused,
    );
    expect(await ask('Messages.json')).toMatchObject({ status: 200 });
  });

  it('refuses what Twilio refuses, each under its number', async () => {
    const whole = { To: customer, From: own, Body: 'hello' };
    const cases = [
      [{ From: own, Body: 'hello' }, 21_604],
      [{ To: customer, Body: 'hello' }, 21_603],
      [{ To: customer, From: own }, 21_602],
      [{ ...whole, To: '4915550100002' }, 21_211],
      [{ ...whole, To: '+49' }, 21_211],
      [{ ...whole, To: own }, 21_266],
      [{ ...whole, From: '+15550109999' }, 21_606],
      [{ ...whole, To: `whatsapp:${customer}` }, 21_910],
      [{ ...whole, To: `whatsapp:${customer}`, From: `whatsapp:${own}` }, 63_007],
      [{ ...whole, Body: 'x'.repeat(1_601) }, 21_617],
      [{ To: customer, From: own, ContentSid: `HX${'0'.repeat(32)}` }, 21_655],
      [{ ...whole, Subject: 'no such parameter' }, 20_001],
    ] as const;
    for (const [form, code] of cases)
      expect(await post(form)).toMatchObject({ status: 400, body: { code, status: 400 } });
    const asJson = {
      method: 'POST',
      body: JSON.stringify(whole),
      headers: { 'content-type': 'application/json' },
    };
    expect(await ask('Messages.json', asJson)).toMatchObject({ status: 400, body: { code: 21_604 } });
    expect(staged.account.messages).toEqual([]);
  });

  it('lets a message go its way as time goes by', async () => {
    const made = await post({ To: customer, From: own, Body: 'hello' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        status: 'queued',
        direction: 'outbound-api',
        date_sent: null,
        num_media: '0',
        date_created: 'Sun, 22 Nov 2026 10:00:00 +0000',
      },
    });
    const [sid] = [String(made.body['sid'])];
    const seen: unknown[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      seen.push((await ask(`Messages/${sid}.json`)).body['status']);
      staged.pass(1_000);
    }
    expect(seen).toEqual(['queued', 'sent', 'sent', 'delivered']);
    expect((await ask(`Messages/${sid}.json`)).body['date_sent']).toBe('Sun, 22 Nov 2026 10:00:01 +0000');
  });

  it('pages by tokens, newest first, and knows no page without one', async () => {
    const sids = [1, 2, 3, 4, 5].map((n) =>
      staged.account.receive({ from: customer, to: own, body: String(n), at: begin + n * 1_000 }),
    );
    const first = await ask('Messages.json?PageSize=2');
    expect(sidsOf(first)).toEqual([sids[4], sids[3]]);
    expect(first.body['next_page_uri']).toBe(
      `/2010-04-01/Accounts/${staged.account.sid}/Messages.json?PageSize=2&Page=1&PageToken=PA${String(sids[3])}`,
    );
    staged.write('meanwhile');
    const second = await ask(String(first.body['next_page_uri']));
    expect(sidsOf(second)).toEqual([sids[2], sids[1]]);
    expect(sidsOf(await ask(String(second.body['next_page_uri'])))).toHaveLength(2);
    expect(await ask('Messages.json?Page=1')).toMatchObject({ status: 400, body: { code: 20_006 } });
    expect(await ask('Messages.json?Page=1&PageToken=PASM0')).toMatchObject({ status: 400 });
    for (const size of ['0', '1001', 'many'])
      expect(await ask(`Messages.json?PageSize=${size}`)).toMatchObject({ status: 400 });
    expect(await ask('Messages.json?Sort=oldest')).toMatchObject({ status: 400 });
  });

  it('filters by whole days, ours and theirs', async () => {
    const day = 24 * 60 * 60_000;
    const [before, yesterday, today] = [2, 1, 0].map((days) =>
      staged.account.receive({ from: customer, to: own, body: String(days), at: begin - days * day }),
    );
    const left = staged.account.post(
      { from: own, to: customer, body: 'x' },
      { stages: [{ afterMs: 0, status: 'queued' }] },
    );
    expect(sidsOf(await ask('Messages.json?DateSent%3E=2026-11-21'))).toEqual([today, yesterday]);
    expect(sidsOf(await ask('Messages.json?DateSent%3C=2026-11-21'))).toEqual([yesterday, before]);
    expect(sidsOf(await ask('Messages.json?DateSent=2026-11-21'))).toEqual([yesterday]);
    expect(sidsOf(await ask(`Messages.json?From=${encodeURIComponent(own)}`))).toEqual([left]);
    expect(sidsOf(await ask(`Messages.json?To=${encodeURIComponent(own)}&PageSize=1`))).toEqual([today]);
  });

  it('leads to files elsewhere, and the store refuses who shows more proof than the address', async () => {
    const sid = staged.account.receive({
      from: customer,
      to: own,
      body: '',
      media: [{ contentType: 'image/png', bytes: Buffer.from('x') }],
    });
    expect(sid).toMatch(/^MM/);
    const [file] = staged.account.messages[0]?.media ?? [];
    expect(await ask(`Messages/${sid}/Media.json`)).toMatchObject({
      body: { media_list: [{ sid: file?.sid, parent_sid: sid, content_type: 'image/png' }] },
    });
    expect(await ask(`Messages/${sid}/Media/${String(file?.sid)}`)).toMatchObject({ status: 307 });
    const url = `${staged.server.store.base}/${staged.account.sid}/${String(file?.sid)}?Signature=${String(file?.sid.slice(2, 10))}`;
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url, { headers: { authorization: 'Basic eA==' } })).status).toBe(400);
    expect((await fetch(url.replace('Signature=', 'Signature=0'))).status).toBe(403);
  });

  it('says 20429 with a time to wait when it is asked too fast', async () => {
    staged.server.http.throttle();
    expect(await ask('Messages.json')).toMatchObject({ status: 429, body: { code: 20_429 } });
  });
});
