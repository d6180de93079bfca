import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OutgoingFile } from '#main/channels/kit/outgoing.ts';
import { formattedBody } from '#main/channels/matrix/send/html.ts';
import { Reader, accountOf, agreeing, attemptOf, forever, outgoing } from '#test/support/matrix/account.ts';
import type { MatrixAccount } from '#test/support/matrix/account.ts';
import { EmulatedHomeserver, isSending } from '#test/support/matrix/homeserver.ts';
import type { StoredEvent, StoredRoom } from '#test/support/matrix/world.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: EmulatedHomeserver;
const accounts: MatrixAccount[] = [];

beforeAll(async () => {
  server = await EmulatedHomeserver.start();
});
afterEach(async () => {
  server.http.speak();
  server.habits.encryptsNewRooms = false;
  await Promise.all(accounts.splice(0).map((account) => account.closeAll()));
});
afterAll(() => server.stop());

function scene(): { readonly account: MatrixAccount; readonly ana: string } {
  const own = server.person(uniqueName('agent'), 'Agent');
  const account = accountOf(server, own);
  accounts.push(account);
  return { account, ana: server.person(uniqueName('ana'), 'Ana Pereira') };
}

const answer = (room: StoredRoom, event: StoredEvent) => ({
  name: event.event_id,
  room: room.id,
  from: { name: '', address: event.sender },
  visibility: null,
  warning: '',
});

const file = (name: string, mimeType = 'text/plain'): OutgoingFile => ({
  name,
  mimeType,
  contentId: null,
  bytes: Buffer.from(`the bytes of ${name}`),
});

const said = (room: StoredRoom, by: string): readonly StoredEvent['content'][] =>
  room.events
    .filter(({ type, sender }) => type === 'm.room.message' && sender === by)
    .map(({ content }) => content);

const roomsOf = (user: string): readonly StoredRoom[] =>
  [...server.world.rooms.values()].filter((room) => server.world.membership(room, user) === 'join');

describe('an answer in a Matrix room', () => {
  it('names what it answers and whom it is for, in the thread in which that was said', async () => {
    const { account, ana } = scene();
    const room = server.direct(ana, [account.own]);
    const question = server.say(room, ana, 'Where?');
    const threaded = server.say(room, ana, 'And when?', {
      'm.relates_to': {
        rel_type: 'm.thread',
        event_id: question.event_id,
        'm.in_reply_to': { event_id: question.event_id },
      },
    });
    for (const event of [question, threaded]) {
      const attempt = attemptOf(account, outgoing(account, ana, { answers: answer(room, event) }));
      expect(attempt.room).toBe(room.id);
      expect(await account.open().send(attempt, agreeing, forever())).toMatchObject({
        kind: 'accepted',
        accepted: [ana],
      });
    }
    expect(
      said(room, account.own).map((content) => [content['m.relates_to'], content['m.mentions']]),
    ).toEqual([
      [{ 'm.in_reply_to': { event_id: question.event_id } }, { user_ids: [ana] }],
      [
        {
          rel_type: 'm.thread',
          event_id: question.event_id,
          is_falling_back: false,
          'm.in_reply_to': { event_id: threaded.event_id },
        },
        { user_ids: [ana] },
      ],
    ]);
  });

  it('carries the formatting that Matrix knows, and none where plain words say the same', async () => {
    const { account, ana } = scene();
    const room = server.direct(ana, [account.own]);
    const question = server.say(room, ana, 'Where?');
    for (const html of ['<p>It is <strong>here</strong></p>', '<p>It is here</p>']) {
      const message = outgoing(account, ana, { text: 'It is here', html, answers: answer(room, question) });
      await account.open().send(attemptOf(account, message), agreeing, forever());
    }
    const [formatted, plain] = said(room, account.own);
    expect(formatted).toMatchObject({
      body: 'It is here',
      format: 'org.matrix.custom.html',
      formatted_body: '<p>It is <strong>here</strong></p>',
    });
    expect(plain).not.toHaveProperty('formatted_body');
  });

  it('is refused in words where it would have to be encrypted, before anything is handed over', async () => {
    const { account, ana } = scene();
    const room = server.direct(ana, [account.own]);
    const question = server.say(room, ana, 'Where?');
    server.world.add(
      room,
      ana,
      'm.room.encryption',
      { algorithm: 'm.megolm.v1.aes-sha2' },
      { state_key: '' },
    );
    const attempt = attemptOf(
      account,
      outgoing(account, ana, { answers: answer(room, question), files: [file('a')] }),
    );
    const hooks = { handingOver: () => Promise.reject(new Error('handed over')) };
    const result = await account.open().send(attempt, hooks, forever());
    expect(result).toMatchObject({ kind: 'rejected', code: 'encrypted-room' });
    expect(said(room, account.own)).toEqual([]);
  });

  it('takes one file under its words, and several each for itself, exactly once even when the line breaks between them', async () => {
    const { account, ana } = scene();
    const room = server.direct(ana, [account.own]);
    const question = server.say(room, ana, 'Where?');
    const answers = answer(room, question);
    const one = outgoing(account, ana, { text: 'Here', files: [file('map.png', 'image/png')], answers });
    await account.open().send(attemptOf(account, one), agreeing, forever());
    expect(said(room, account.own)).toMatchObject([
      { msgtype: 'm.image', body: 'Here', filename: 'map.png', info: { mimetype: 'image/png', size: 20 } },
    ]);
    const many = attemptOf(
      account,
      outgoing(account, ana, { text: 'Both', files: [file('a.txt'), file('b.txt')], answers }),
    );
    server.http.lose('taken', ({ method, url }) => method === 'PUT' && url.pathname.endsWith('.1'));
    const session = account.open();
    expect(await session.send(many, agreeing, forever())).toMatchObject({ kind: 'unknown' });
    expect(await session.reconcile(many, forever())).toBe('absent');
    const sent = await session.send(many, agreeing, forever());
    expect(sent).toMatchObject({ kind: 'accepted' });
    expect(said(room, account.own).map(({ body }) => body)).toEqual(['Here', 'Both', 'a.txt', 'b.txt']);
    const externalId = sent.kind === 'accepted' ? sent.externalId : null;
    expect(await session.reconcile(many, forever())).toEqual({ acceptedAs: externalId });
    // It comes back as one message; its further files are kept with it.
    const reader = new Reader(account);
    await reader.catchUp(session);
    const echoes = reader.understood.filter(
      (item) => item.kind === 'message' && item.clientId === many.clientId,
    );
    expect(echoes).toHaveLength(1);
    expect(reader.texts()).toEqual(expect.arrayContaining(['Where?', 'Here', 'Both']));
    expect(reader.texts()).toHaveLength(3);
  });

  it('waits when the server asks for it, and gives up with its words when it refuses', async () => {
    const { account, ana } = scene();
    const room = server.direct(ana, [account.own]);
    const question = server.say(room, ana, 'Where?');
    const attempt = attemptOf(account, outgoing(account, ana, { answers: answer(room, question) }));
    const hooks = { handingOver: async () => server.http.throttle() };
    expect(await account.open().send(attempt, hooks, forever())).toMatchObject({
      kind: 'retry',
      afterMs: 2_000,
    });
    server.http.relent();
    const long = attemptOf(
      account,
      outgoing(account, ana, { text: 'x'.repeat(70_000), answers: answer(room, question) }),
    );
    expect(await account.open().send(long, agreeing, forever())).toMatchObject({
      kind: 'rejected',
      code: 'M_TOO_LARGE',
    });
    server.world.member(room, account.own, 'leave', ana);
    expect(await account.open().send(attempt, agreeing, forever())).toMatchObject({
      kind: 'rejected',
      code: 'M_FORBIDDEN',
    });
  });
});

describe('a first word to somebody on Matrix', () => {
  it('opens one direct chat, and the next goes there, too', async () => {
    const { account, ana } = scene();
    for (let n = 0; n < 2; n += 1)
      expect(
        await account.open().send(attemptOf(account, outgoing(account, ana)), agreeing, forever()),
      ).toMatchObject({ kind: 'accepted', accepted: [ana] });
    const [room, ...others] = roomsOf(account.own);
    if (room === undefined) throw new Error('no room');
    expect(others).toEqual([]);
    expect(said(room, account.own)).toHaveLength(2);
    expect(server.world.stateOf(room, 'm.room.member', ana)?.content).toMatchObject({
      membership: 'invite',
      is_direct: true,
    });
    expect(server.world.people.get(account.own)?.accountData.get('m.direct')).toEqual({ [ana]: [room.id] });
  });

  it('opens no second chat when the first try was ended right after the room was made', async () => {
    const { account, ana } = scene();
    const attempt = attemptOf(account, outgoing(account, ana));
    server.http.lose('taken', ({ url }) => url.pathname.endsWith('/createRoom'));
    expect(await account.open().send(attempt, agreeing, forever())).toMatchObject({ kind: 'retry' });
    expect(await account.open().reconcile(attempt, forever())).toBe('absent');
    expect(await account.open().send(attempt, agreeing, forever())).toMatchObject({ kind: 'accepted' });
    expect(roomsOf(account.own)).toHaveLength(1);
  });

  it('opens a new chat when the other has left the old one', async () => {
    const { account, ana } = scene();
    const old = server.direct(ana, [account.own]);
    server.world.people.get(account.own)?.accountData.set('m.direct', { [ana]: [old.id] });
    server.world.member(old, ana, 'leave');
    await account.open().send(attemptOf(account, outgoing(account, ana)), agreeing, forever());
    expect(roomsOf(account.own)).toHaveLength(2);
    expect(said(old, account.own)).toEqual([]);
  });

  it('is refused where the server encrypts every new room', async () => {
    const { account, ana } = scene();
    server.habits.encryptsNewRooms = true;
    expect(
      await account.open().send(attemptOf(account, outgoing(account, ana)), agreeing, forever()),
    ).toMatchObject({ kind: 'rejected', code: 'encrypted-room' });
  });

  it('knows people by their id, however it is written', () => {
    const { channel } = scene().account;
    const read = (typed: string): string | null => channel.readRecipient?.(typed) ?? null;
    expect(read(' @ana:example.org ')).toBe('@ana:example.org');
    expect(read('https://matrix.to/#/%40ana%3Aexample.org?via=example.org')).toBe('@ana:example.org');
    expect(read('matrix:u/ana:example.org')).toBe('@ana:example.org');
    expect(
      ['ana@example.org', '@ana', '@ana:', '#room:example.org', '@ana :example.org', '@a\n:b.c'].map(read),
    ).toEqual(Array.from({ length: 6 }, () => null));
  });
});

describe('a try whose token ends on the way', () => {
  it('is not taken for one that may have arrived', async () => {
    const { account, ana } = scene();
    const room = server.direct(ana, [account.own]);
    const question = server.say(room, ana, 'Where?');
    const attempt = attemptOf(account, outgoing(account, ana, { answers: answer(room, question) }));
    const hooks = { handingOver: async () => server.signOut(account.own, 'soft') };
    expect(await account.open().send(attempt, hooks, forever())).toMatchObject({ kind: 'retry' });
    expect(server.http.requests.filter(isSending).length).toBeGreaterThan(0);
    expect(said(room, account.own)).toEqual([]);
  });
});

describe('the formatting of what is sent', () => {
  it('keeps a fixed set of elements, balanced, and nothing that runs or loads', () => {
    const made = formattedBody(
      '<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body>' +
        '<p onclick="x()">a<b>b<i>c</b></p><script>alert(1)</script><img src="https://x.test/p.png">' +
        '<a href="javascript:alert(1)">d</a><a href="https://x.test/?a=1&b=2">e</a><s>f</s></body></html>',
    );
    expect(made).toBe(
      '<p>a<strong>b<em>c</em></strong></p><a>d</a><a href="https://x.test/?a=1&amp;b=2">e</a><del>f</del>',
    );
    expect(formattedBody('<div>'.repeat(5_000))).toBeNull();
    expect(formattedBody('<b>'.repeat(5_000))?.match(/<strong>/g)?.length).toBe(50);
  });
});
