import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RawItem } from '#main/channels/kit/inbound.ts';
import { LOOPBACK } from '#test/support/ports.ts';
import { customer, failureOf, never, own, pulledFrom, stageTwilio } from '#test/support/twilio/staged.ts';
import type { StagedTwilio } from '#test/support/twilio/staged.ts';

let staged: StagedTwilio;
let item: RawItem;

const picture = Buffer.from('the bytes of a picture');
const most = 1_000_000;

beforeEach(async () => {
  staged = await stageTwilio();
  staged.account.receive({
    from: customer,
    to: own,
    body: '',
    media: [{ contentType: 'image/png', bytes: picture }],
  });
  const [pulled] = await pulledFrom(staged, staged.open(), 'incoming', null);
  const [first] = pulled?.batch.items ?? [];
  if (first === undefined) throw new Error('nothing came');
  item = first;
});
afterEach(() => staged.stop());

const fetched = (
  part = staged.account.messages[0]?.media[0]?.sid ?? '',
  maxBytes = most,
): Promise<Uint8Array | null> => {
  const file = { stream: 'incoming', key: item.key, part, source: item.bytes };
  return staged.open().file?.(file, maxBytes, never()) ?? Promise.reject(new Error('no files'));
};

describe('a file of a message', () => {
  it('is fetched through the redirect, and the store hears nothing of who we are', async () => {
    expect(Buffer.from((await fetched()) ?? [])).toEqual(picture);
    const [asked] = staged.server.store.requests;
    expect(asked?.headers['authorization']).toBeUndefined();
    expect(asked?.headers['cookie']).toBeUndefined();
    expect(staged.server.http.requests.at(-1)?.headers['authorization']).toMatch(/^Basic /);
  });

  it('is found by its place where its name was not had', async () => {
    expect(Buffer.from((await fetched('1')) ?? [])).toEqual(picture);
    expect(await fetched('2')).toBeNull();
    expect(await fetched('../../Accounts')).toBeNull();
  });

  it('is gone when Twilio no longer has it', async () => {
    staged.account.messages[0]?.media.splice(0);
    expect(await fetched(`ME${'0'.repeat(32)}`)).toBeNull();
  });

  it('is refused when it is larger than what may come', async () => {
    expect(await failureOf(fetched(undefined, 10))).toMatchObject({ kind: 'quota' });
  });

  it('is not fetched from where no store is: other schemes, credentials in the address, nowhere', async () => {
    for (const location of [
      'ftp://files.example/1',
      'file:///etc/passwd',
      `http://user:pass@${LOOPBACK}/1`,
      'http://',
    ]) {
      staged.server.storeAt = location;
      expect(await failureOf(fetched())).toMatchObject({ kind: 'protocol' });
    }
  });

  it('is not fetched from the network at home, nor in plain text from elsewhere', async () => {
    for (const location of [
      'https://192.168.1.1/1',
      'https://[fd00::1]/1',
      'https://169.254.169.254/latest',
      'http://10.0.0.1/',
    ]) {
      staged.server.storeAt = location;
      expect(await failureOf(fetched())).toMatchObject({ kind: 'protocol' });
    }
  });

  it('is not chased for ever', async () => {
    let asked = 0;
    const loop = createServer((_, response) => {
      asked += 1;
      response.writeHead(302, { location: '/again' }).end();
    });
    await new Promise<void>((resolve) => loop.listen(0, LOOPBACK, resolve));
    const address = loop.address();
    staged.server.storeAt = `http://${LOOPBACK}:${String(typeof address === 'object' ? address?.port : 0)}/`;
    expect(await failureOf(fetched())).toMatchObject({ kind: 'protocol' });
    expect(asked).toBeLessThan(5);
    await new Promise((resolve) => loop.close(resolve));
  });

  it('says that the store is out of order', async () => {
    staged.server.store.fail({ status: 503 });
    expect(await failureOf(fetched())).toMatchObject({ kind: 'no-answer', said: 'HTTP 503' });
  });
});
