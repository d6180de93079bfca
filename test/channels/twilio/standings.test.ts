import { afterEach, describe, expect, it } from 'vitest';
import type { Cursor } from '#main/channels/kit/channel.ts';
import type { Understood } from '#main/channels/kit/inbound.ts';
import type { TwilioKind } from '#main/channels/twilio/kinds.ts';
import type { Stage } from '#test/support/twilio/messages.ts';
import { begin, customer, own, pulledFrom, stageTwilio, together } from '#test/support/twilio/staged.ts';
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

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const queued: readonly Stage[] = [{ afterMs: 0, status: 'queued' }];

/** Follows what left our number with one session, and tells what is new each time. */
const follower = (staged: StagedTwilio): (() => Promise<readonly Understood[]>) => {
  const session = staged.open();
  let cursor: Cursor | null = null;
  return async () => {
    const pulled = together(await pulledFrom(staged, session, 'outgoing', cursor));
    cursor = pulled.cursor;
    return pulled.found;
  };
};

const said = (found: readonly Understood[]): readonly string[] =>
  found.map((one) => (one.kind === 'receipt' ? one.level : one.kind === 'undelivered' ? one.said : one.kind));

const post = ({ account, wire }: StagedTwilio, body: string, plan = queued): string =>
  account.post({ from: wire(own), to: wire(customer), body }, { stages: plan });

describe('how a message of ours stands', () => {
  it('is at the server first, then delivered, and told once each', async () => {
    const staged = await stage();
    const sid = post(staged, 'hello', [
      ...queued,
      { afterMs: second, status: 'sent' },
      { afterMs: 5 * second, status: 'delivered' },
    ]);
    const look = follower(staged);
    expect(said(await look())).toEqual(['message', 'server']);
    staged.pass(2 * second);
    expect(await look()).toEqual([]);
    staged.pass(4 * second);
    expect(await look()).toEqual([
      {
        kind: 'receipt',
        key: `${sid}:d`,
        about: { name: sid },
        level: 'delivered',
        upTo: false,
        at: begin + 5 * second,
      },
    ]);
    staged.pass(hour);
    expect(await look()).toEqual([]);
  });

  it('is read in the end, on WhatsApp', async () => {
    const staged = await stage('whatsapp');
    const sid = post(staged, 'hello', [{ afterMs: 0, status: 'delivered' }]);
    const look = follower(staged);
    expect(said(await look())).toEqual(['message', 'delivered']);
    staged.pass(20 * hour);
    staged.account.settle(sid, 'read');
    expect(said(await look())).toEqual(['read']);
  });

  it('says in words that it did not arrive, and why', async () => {
    const staged = await stage();
    const look = follower(staged);
    const unreachable = post(staged, 'one');
    const filtered = post(staged, 'two');
    const unknown = post(staged, 'three');
    const canceled = post(staged, 'four');
    await look();
    staged.pass(second);
    staged.account.settle(unreachable, 'undelivered', 30_003);
    staged.account.settle(filtered, 'failed', 30_007);
    staged.account.settle(unknown, 'failed', 39_999);
    staged.account.settle(canceled, 'canceled');
    const found = await look();
    expect(found).toContainEqual({
      kind: 'undelivered',
      key: `${unreachable}:f`,
      about: { name: unreachable },
      recipient: customer,
      said: 'Unreachable destination handset (30003)',
      at: begin + second,
    });
    expect([...said(found)].sort()).toEqual([
      'Message filtered (30007)',
      'Unreachable destination handset (30003)',
      'canceled',
      'failed (39999)',
    ]);
    staged.pass(hour);
    expect(await look()).toEqual([]);
  });

  it('is never taken back: what was delivered stays so when a carrier says less', async () => {
    const staged = await stage();
    const sid = post(staged, 'hello');
    const look = follower(staged);
    await look();
    staged.pass(second);
    staged.account.settle(sid, 'delivered');
    expect(said(await look())).toEqual(['delivered']);
    staged.pass(second);
    staged.account.settle(sid, 'sent');
    expect(await look()).toEqual([]);
    staged.account.settle(sid, 'failed', 30_008);
    expect(await look()).toEqual([]);
  });

  it('is known from the first look at what was sent long ago', async () => {
    const staged = await stage();
    staged.account.post({ from: own, to: customer, body: 'old', at: begin - 30 * 24 * hour });
    expect(said(await follower(staged)())).toEqual(['message', 'delivered']);
  });

  it('is followed after it has left the newest page, ever more rarely, and never for longer than days', async () => {
    const staged = await stage();
    const sid = post(staged, 'slow');
    const look = follower(staged);
    await look();
    staged.pass(second);
    for (let n = 1; n <= 80; n += 1)
      post(staged, `later ${String(n)}`, [{ afterMs: 0, status: 'delivered' }]);
    await look();
    const before = staged.server.http.requests.length;
    for (let turn = 0; turn < 360; turn += 1) {
      staged.pass(10 * second);
      expect(await look()).toEqual([]);
    }
    const deeper = staged.server.http.requests.length - before - 360;
    expect(deeper).toBeGreaterThan(2);
    expect(deeper).toBeLessThan(12);
    staged.account.settle(sid, 'delivered');
    staged.pass(30 * minute);
    expect(said(await look())).toEqual(['delivered']);
  });

  it('is not followed over more questions than a few, however many fates are open', async () => {
    const staged = await stage();
    for (let n = 1; n <= 600; n += 1) post(staged, `open ${String(n)}`);
    const look = follower(staged);
    await look();
    staged.pass(minute);
    const before = staged.server.http.requests.length;
    await look();
    expect(staged.server.http.requests.length - before).toBeLessThanOrEqual(5);
  });

  it('says nothing of what customers wrote', async () => {
    const staged = await stage();
    staged.write('hello');
    const { found } = together(await pulledFrom(staged, staged.open(), 'incoming', null));
    expect(said(found)).toEqual(['message']);
  });
});
