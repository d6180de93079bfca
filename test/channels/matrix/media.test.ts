import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChannelError } from '#main/channels/kit/failure.ts';
import { Reader, accountOf, forever } from '#test/support/matrix/account.ts';
import type { MatrixAccount } from '#test/support/matrix/account.ts';
import { EmulatedHomeserver } from '#test/support/matrix/homeserver.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: EmulatedHomeserver;
const accounts: MatrixAccount[] = [];

beforeAll(async () => {
  server = await EmulatedHomeserver.start();
});
afterEach(async () => {
  server.habits.versions = ['v1.10', 'v1.11'];
  server.http.speak();
  await Promise.all(accounts.splice(0).map((account) => account.closeAll()));
});
afterAll(() => server.stop());

/** A file that a customer sent, fetched as the engine does. */
async function fetched(uri: string, maxBytes = 1_000): Promise<Uint8Array | null> {
  const own = server.person(uniqueName('agent'));
  const ana = server.person(uniqueName('ana'));
  const room = server.direct(ana, [own]);
  server.say(room, ana, 'photo.png', {
    msgtype: 'm.image',
    url: uri,
    info: { mimetype: 'image/png', size: 7 },
  });
  const account = accountOf(server, own);
  accounts.push(account);
  const reader = new Reader(account);
  await reader.catchUp(account.open());
  const [item] = reader.items;
  const session = account.open();
  if (item === undefined || session.file === undefined) throw new Error('no file');
  return session.file({ stream: 'rooms', key: item.key, part: '1', source: item.bytes }, maxBytes, forever());
}

const asked = (): readonly string[] =>
  server.http.requests.map(({ url }) => url.pathname).filter((path) => path.includes('/download/'));

describe('a file in a Matrix room', () => {
  it('is fetched as who is signed in where the server wants that', async () => {
    const uri = server.keep('fresh', Buffer.from('a photo'), 'image/png');
    expect(Buffer.from((await fetched(uri)) ?? []).toString()).toBe('a photo');
    expect(asked().at(-1)).toBe('/_matrix/client/v1/media/download/home.test/fresh');
  });

  it('is fetched as before where the server does not know that', async () => {
    server.habits.versions = ['v1.1', 'v1.10'];
    const uri = server.keep('old', Buffer.from('a photo'), 'image/png');
    expect(Buffer.from((await fetched(uri)) ?? []).toString()).toBe('a photo');
    expect(asked().at(-1)).toBe('/_matrix/media/v3/download/home.test/old');
  });

  it('is null when it is gone, and too much when it is over the limit', async () => {
    expect(await fetched('mxc://home.test/nothing')).toBeNull();
    const uri = server.keep('large', Buffer.alloc(2_000), 'image/png');
    await expect(fetched(uri)).rejects.toSatisfy(
      (error) => error instanceof ChannelError && error.failure.kind === 'quota',
    );
  });

  it('is fetched from where the server leads, without our token, and from nowhere unprotected', async () => {
    const other = await EmulatedHomeserver.start('elsewhere.test');
    const own = server.person(uniqueName('agent'));
    const account = accountOf(server, own);
    accounts.push(account);
    const raw = {
      steward: 'matrix-event',
      room: { id: '!room:home.test', name: '', others: [] },
      sender: '',
      event: {
        type: 'm.room.message',
        event_id: '$event',
        sender: own,
        origin_server_ts: 1,
        content: { msgtype: 'm.file', body: 'a', url: 'mxc://home.test/moved' },
      },
    };
    const file = { stream: 'rooms', key: 'k', part: '1', source: Buffer.from(JSON.stringify(raw)) };
    const session = account.open();
    server.http.fail(
      { json: { versions: ['v1.11'] } },
      { status: 307, headers: { location: `${other.http.base}/cdn/file` } },
    );
    await expect(session.file?.(file, 1_000, forever())).rejects.toBeInstanceOf(ChannelError);
    expect(other.http.requests).toEqual([]);
    server.keep('moved', Buffer.from('moved'), 'text/plain');
    server.http.fail({
      status: 308,
      headers: { location: `${server.http.base}/_matrix/client/v1/media/download/home.test/moved` },
    });
    expect(Buffer.from((await session.file?.(file, 1_000, forever())) ?? []).toString()).toBe('moved');
    await other.stop();
  });
});
