import { afterEach, describe, expect, it } from 'vitest';
import type { Attempt, Reconciled, SendHooks, SendResult } from '#main/channels/kit/outgoing.ts';
import { apartMs } from '#main/channels/twilio/send.ts';
import type { TwilioKind } from '#main/channels/twilio/kinds.ts';
import { systemClock } from '#test/support/email-account.ts';
import {
  attemptOf,
  begin,
  customer,
  letterOf,
  never,
  own,
  pulledFrom,
  stageTwilio,
  together,
} from '#test/support/twilio/staged.ts';
import type { StagedTwilio } from '#test/support/twilio/staged.ts';

const stages: StagedTwilio[] = [];
const stage = async (kind: TwilioKind = 'sms'): Promise<StagedTwilio> => {
  const staged = await stageTwilio(kind);
  stages.push(staged);
  return staged;
};

afterEach(async () => {
  await Promise.all(stages.splice(0).map(({ stop }) => stop()));
});

const agreeing: SendHooks = { handingOver: () => Promise.resolve() };
const send = (staged: StagedTwilio, attempt: Attempt): Promise<SendResult> =>
  staged.open().send(attempt, agreeing, never());
const reconcile = (staged: StagedTwilio, attempt: Attempt): Promise<Reconciled> =>
  staged.open().reconcile(attempt, never());
const isPost = ({ method }: { readonly method: string }): boolean => method === 'POST';
const hour = 60 * 60_000;

describe('what is sent', () => {
  it('is one form of the number, ours and the words', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged, letterOf({ text: 'It left & arrives + soon. 🙂' }));
    const result = await send(staged, attempt);
    const [message] = staged.account.messages;
    expect(result).toEqual({ kind: 'accepted', accepted: [customer], refused: [], externalId: message?.sid });
    expect(message).toMatchObject({ from: own, to: customer, body: 'It left & arrives + soon. 🙂' });
    const [request] = staged.server.http.requests;
    expect(request?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect([...new URLSearchParams(request?.body.toString('utf8')).keys()]).toEqual(['To', 'From', 'Body']);
  });

  it('is a template by its name and values, and never words beside it', async () => {
    const staged = await stage('whatsapp');
    const sid = staged.account.addContent({
      friendlyName: 'order_update',
      language: 'en',
      variables: { 1: 'customer', 2: 'order' },
      types: { 'twilio/text': { body: 'Hello {{1}}, order {{2}} is ready.' } },
      approval: 'approved',
    });
    const template = { id: sid, values: { 1: 'Ana', 2: '{"quoted"}' } };
    const text = 'Hello Ana, order {"quoted"} is ready.';
    expect(await send(staged, attemptOf(staged, letterOf({ text, template })))).toMatchObject({
      kind: 'accepted',
    });
    expect(staged.account.messages).toMatchObject([
      { body: text, contentSid: sid, to: `whatsapp:${customer}` },
    ]);
    const form = new URLSearchParams(staged.server.http.requests[0]?.body.toString('utf8'));
    expect(form.has('Body')).toBe(false);
    expect(JSON.parse(form.get('ContentVariables') ?? '')).toEqual(template.values);
  });

  it('is refused in Twilio’s words and under its number', async () => {
    const staged = await stage();
    staged.write('STOP');
    expect(await send(staged, attemptOf(staged))).toEqual({
      kind: 'rejected',
      said: 'Attempt to send to unsubscribed recipient (21610)',
      code: '21610',
    });
    staged.write('START');
    expect(await send(staged, attemptOf(staged, letterOf({ text: 'x'.repeat(1_601) })))).toMatchObject({
      kind: 'rejected',
      code: '21617',
    });
    staged.account.numbers.clear();
    expect(await send(staged, attemptOf(staged))).toMatchObject({ kind: 'rejected', code: '21606' });
    expect(staged.account.messages.filter(({ direction }) => direction === 'outbound-api')).toEqual([]);
  });

  it('is not even asked for when the recipient is no number', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged, letterOf({ to: [{ name: '', address: 'ACME' }] }));
    expect(await send(staged, attempt)).toMatchObject({ kind: 'rejected', said: 'ACME' });
    expect(staged.server.http.requests).toEqual([]);
  });

  it('is tried later when it comes too fast, and when the account is refused', async () => {
    const staged = await stage();
    staged.server.http.throttle();
    expect(await send(staged, attemptOf(staged))).toEqual({
      kind: 'retry',
      said: 'Too Many Requests (20429)',
      afterMs: 2_000,
    });
    staged.server.http.relent();
    staged.account.token = 'another';
    expect(await send(staged, attemptOf(staged))).toEqual({
      kind: 'retry',
      said: 'Authenticate (20003)',
      afterMs: null,
    });
  });

  it('may or may not have been taken by a server that breaks over it', async () => {
    const staged = await stage();
    for (const status of [500, 502, 503]) {
      staged.server.http.fail({ status, body: '<html>' });
      expect(await send(staged, attemptOf(staged))).toEqual({
        kind: 'unknown',
        said: `HTTP ${String(status)}`,
      });
    }
    staged.server.http.fail({ status: 201, body: 'made, but what?' });
    expect(await send(staged, attemptOf(staged))).toMatchObject({ kind: 'unknown' });
  });

  it('goes to each recipient for itself, and says who was refused', async () => {
    const staged = await stage();
    staged.write('STOP');
    const other = '+15550100003';
    const to = [customer, other].map((address) => ({ name: '', address }));
    expect(await send(staged, attemptOf(staged, letterOf({ to })))).toMatchObject({
      kind: 'accepted',
      accepted: [other],
      refused: [{ recipient: customer, permanent: true }],
    });
  });
});

describe('the window of WhatsApp', () => {
  it('is open for a day after the customer wrote', async () => {
    const staged = await stage('whatsapp');
    staged.write('hello');
    staged.pass(23 * hour);
    expect(await send(staged, attemptOf(staged))).toMatchObject({ kind: 'accepted' });
    expect(staged.channel.profile.capabilities).toMatchObject({ replyWindow: 24 * hour, templates: true });
  });

  it('is said to be closed in words, whether Twilio says so at once or later', async () => {
    const staged = await stage('whatsapp');
    staged.write('hello');
    staged.pass(25 * hour);
    staged.server.windowRefusal = 'at-once';
    expect(await send(staged, attemptOf(staged))).toMatchObject({
      kind: 'rejected',
      code: '63016',
      said: 'Failed to send freeform message because you are outside the allowed window. If you are using WhatsApp, please use a Message Template. (63016)',
    });
    staged.server.windowRefusal = 'later';
    expect(await send(staged, attemptOf(staged))).toMatchObject({ kind: 'accepted' });
    staged.pass(5_000);
    const { found } = together(await pulledFrom(staged, staged.open(), 'outgoing', null));
    expect(found).toContainEqual(
      expect.objectContaining({
        kind: 'undelivered',
        said: 'Outside the allowed window; only a message template can be sent (63016)',
      }),
    );
  });
});

describe('what became of a message whose answer was lost', () => {
  it('is found by its words and its date, also after a restart, and with its name', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged);
    staged.server.http.lose('taken', isPost);
    expect(await send(staged, attempt)).toMatchObject({ kind: 'unknown' });
    const acceptedAs = staged.account.messages[0]?.sid;
    expect(await reconcile(staged, attempt)).toEqual({ acceptedAs });
    expect(await reconcile(staged.restarted(), attempt)).toEqual({ acceptedAs });
  });

  it('is absent when nothing like it left the number since', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged);
    staged.account.post({ from: own, to: customer, body: 'Something else.' });
    staged.account.post({ from: own, to: '+15550100003', body: 'It left yesterday.' });
    staged.account.receive({ from: customer, to: own, body: 'It left yesterday.' });
    staged.server.http.lose('not-taken', isPost);
    expect(await send(staged, attempt)).toMatchObject({ kind: 'unknown' });
    expect(await reconcile(staged, attempt)).toBe('absent');
    expect(await reconcile(staged.restarted(), attempt)).toBe('absent');
  });

  it('is never read from an older message with the same words', async () => {
    const staged = await stage();
    const first = attemptOf(staged);
    expect(await send(staged, first)).toMatchObject({ kind: 'accepted' });
    staged.pass(300);
    const second = attemptOf(staged, letterOf(), staged.clock.now());
    staged.pass(apartMs);
    staged.server.http.lose('not-taken', isPost);
    expect(await send(staged, second)).toMatchObject({ kind: 'unknown' });
    // Whoever saw the first one leave knows that it is not the second; after a restart nobody can tell for sure.
    expect(await reconcile(staged, second)).toBe('absent');
    expect(await reconcile(staged.restarted(), second)).toBe('unknown');
  });

  it('is found beside an older message with the same words, also after a restart', async () => {
    const staged = await stage();
    expect(await send(staged, attemptOf(staged))).toMatchObject({ kind: 'accepted' });
    for (const gap of [100, 700, 1_300]) {
      staged.pass(gap);
      const next = attemptOf(staged, letterOf(), staged.clock.now());
      staged.pass(apartMs);
      staged.server.http.lose('taken', isPost);
      expect(await send(staged, next)).toMatchObject({ kind: 'unknown' });
      const acceptedAs = staged.account.messages.at(-1)?.sid;
      expect(await reconcile(staged.restarted(), next)).toEqual({ acceptedAs });
      expect(await reconcile(staged, next)).toEqual({ acceptedAs });
    }
  });

  it('is unknown when two with the same words left since, one of which is a colleague’s', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged);
    staged.server.http.lose('taken', isPost);
    await send(staged, attempt);
    staged.account.post({ from: own, to: customer, body: 'It left yesterday.' });
    expect(await reconcile(staged, attempt)).toBe('unknown');
  });

  it('is told apart though the clocks differ by an hour either way', async () => {
    for (const ahead of [hour, -hour]) {
      const staged = await stage();
      staged.server.freeze(begin + ahead);
      expect(await send(staged, attemptOf(staged))).toMatchObject({ kind: 'accepted' });
      staged.pass(400);
      const next = attemptOf(staged, letterOf(), staged.clock.now());
      staged.pass(apartMs);
      staged.server.http.lose('taken', isPost);
      await send(staged, next);
      expect(await reconcile(staged.restarted(), next)).toEqual({
        acceptedAs: staged.account.messages.at(-1)?.sid,
      });
      const lost = attemptOf(staged, letterOf({ text: 'Another one.' }), staged.clock.now());
      staged.pass(apartMs);
      staged.server.http.lose('not-taken', isPost);
      await send(staged, lost);
      expect(await reconcile(staged.restarted(), lost)).toBe('absent');
    }
  });

  it('is unknown, and never absent, when our clock was set back since', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged);
    staged.server.http.lose('taken', isPost);
    await send(staged, attempt);
    staged.clock.set(begin - 5 * 60_000);
    expect(await reconcile(staged.restarted(), attempt)).not.toBe('absent');
  });

  it('is looked for on every page, in whatever order', async () => {
    const staged = await stage();
    staged.server.disorder = 'reordered';
    const attempt = attemptOf(staged);
    staged.server.http.lose('taken', isPost);
    await send(staged, attempt);
    const acceptedAs = staged.account.messages[0]?.sid;
    for (let n = 1; n <= 350; n += 1)
      staged.account.post({ from: own, to: customer, body: `later ${String(n)}` });
    expect(await reconcile(staged.restarted(), attempt)).toEqual({ acceptedAs });
    const lost = attemptOf(staged, letterOf({ text: 'Lost.' }));
    for (let n = 1; n <= 1_000; n += 1)
      staged.account.post({ from: own, to: customer, body: `more ${String(n)}` });
    // So many that they were not all looked at: that proves nothing.
    expect(await reconcile(staged.restarted(), lost)).toBe('unknown');
  });

  it('is unknown for a template of which only another wording is there', async () => {
    const staged = await stage('whatsapp');
    const template = { id: `HX${'1'.repeat(32)}`, values: {} };
    const attempt = attemptOf(staged, letterOf({ text: 'Hello Ana', template }));
    staged.account.post({ from: staged.wire(own), to: staged.wire(customer), body: 'Hello Ana!' });
    expect(await reconcile(staged, attempt)).toBe('unknown');
  });

  it('leaves no older than it says it does', async () => {
    const staged = await stage();
    const server = staged.server;
    const context = { ...staged.context, clock: systemClock };
    server.freeze(0);
    server.pass(Date.now());
    const attempt = attemptOf(staged, letterOf(), Date.now());
    let handedOverAt = 0;
    const hooks = {
      handingOver: () => {
        handedOverAt = Date.now();
        return Promise.resolve();
      },
    };
    expect(await staged.channel.open(context).send(attempt, hooks, never())).toMatchObject({
      kind: 'accepted',
    });
    // Timers may fire a moment early by the wall clock.
    expect(handedOverAt - attempt.since).toBeGreaterThanOrEqual(apartMs - 20);
  });
});

describe('our own message in the list', () => {
  const ours = async (staged: StagedTwilio): Promise<readonly (string | null)[]> =>
    together(await pulledFrom(staged, staged.open(), 'outgoing', null)).found.flatMap((one) =>
      one.kind === 'message' ? [one.clientId] : [],
    );

  it('is known by whichever session of the account looks', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged);
    await send(staged, attempt);
    expect(await ours(staged)).toEqual([attempt.clientId]);
  });

  it('is left where it is while nobody knows whose it is, and taken in when that is known', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged);
    staged.server.http.lose('taken', isPost);
    await send(staged, attempt);
    expect(await ours(staged)).toEqual([]);
    await reconcile(staged, attempt);
    expect(await ours(staged)).toEqual([attempt.clientId]);
  });

  it('is taken in as anybody’s when its fate stays unknown', async () => {
    const staged = await stage();
    const attempt = attemptOf(staged);
    staged.server.http.lose('taken', isPost);
    await send(staged, attempt);
    staged.pass(10 * 60_000);
    expect(await ours(staged)).toEqual([null]);
  });
});
