import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Understood } from '#main/channels/kit/inbound.ts';
import { Reader, accountOf, forever } from '#test/support/matrix/account.ts';
import type { MatrixAccount } from '#test/support/matrix/account.ts';
import { EmulatedHomeserver } from '#test/support/matrix/homeserver.ts';
import type { StoredRoom } from '#test/support/matrix/world.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: EmulatedHomeserver;
const accounts: MatrixAccount[] = [];

beforeAll(async () => {
  server = await EmulatedHomeserver.start();
});
afterEach(async () => {
  await Promise.all(accounts.splice(0).map((account) => account.closeAll()));
});
afterAll(() => server.stop());

type Scene = {
  readonly account: MatrixAccount;
  readonly ana: string;
  readonly room: StoredRoom;
  readonly reader: Reader;
};

/** A customer in a direct chat with us, of which everything so far is here. */
async function scene(): Promise<Scene> {
  const own = server.person(uniqueName('agent'), 'Agent');
  const ana = server.person(uniqueName('ana'), 'Ana Pereira');
  const room = server.direct(ana, [own]);
  const account = accountOf(server, own);
  accounts.push(account);
  const reader = new Reader(account);
  await reader.catchUp(account.open());
  return { account, ana, room, reader };
}

const only = (all: readonly Understood[]): Understood => {
  const [one, ...others] = all;
  if (one === undefined || others.length > 0) throw new Error(`${String(all.length)} items instead of one`);
  return one;
};

describe('what a customer writes in a Matrix room', () => {
  it('comes with their name in the room, and the room is the conversation', async () => {
    const { account, ana, room, reader } = await scene();
    const event = server.say(room, ana, 'Where is my order?');
    expect(only(await reader.catchUp(account.open()))).toMatchObject({
      kind: 'message',
      direction: 'in',
      from: { name: 'Ana Pereira', address: ana },
      to: [{ address: account.own }],
      text: 'Where is my order?',
      thread: { room: room.id },
      name: event.event_id,
      seen: false,
      automatic: null,
    });
  });

  it('says of a bot that it is one, and who does what', async () => {
    const { account, ana, room, reader } = await scene();
    server.say(room, ana, 'Ticket opened', { msgtype: 'm.notice' });
    server.say(room, ana, 'waves', { msgtype: 'm.emote' });
    expect(await reader.catchUp(account.open())).toMatchObject([
      { text: 'Ticket opened', automatic: 'notification' },
      { text: '* Ana Pereira waves', automatic: null },
    ]);
  });

  it('comes without the quote that older programs put in front of an answer, in a thread or not', async () => {
    const { account, ana, room, reader } = await scene();
    const first = server.say(room, account.own, 'Which one?');
    server.say(room, ana, `> <${account.own}> Which one?\n\nThe blue one\n> not this`, {
      format: 'org.matrix.custom.html',
      formatted_body: '<mx-reply><blockquote>Which one?</blockquote></mx-reply>The <b>blue</b> one',
      'm.relates_to': { 'm.in_reply_to': { event_id: first.event_id } },
    });
    server.say(room, ana, 'In a thread', {
      'm.relates_to': {
        rel_type: 'm.thread',
        event_id: first.event_id,
        is_falling_back: true,
        'm.in_reply_to': { event_id: first.event_id },
      },
    });
    const [, answer, threaded] = await reader.catchUp(account.open());
    expect(answer).toMatchObject({
      text: 'The blue one\n> not this',
      hasHtml: true,
      thread: { room: room.id, parents: [first.event_id] },
    });
    expect(threaded).toMatchObject({
      text: 'In a thread',
      thread: { room: room.id, parents: [first.event_id] },
    });
    const source = reader.items.at(-2)?.bytes ?? new Uint8Array();
    expect(account.channel.mapper.body(source)).toMatchObject({ html: 'The <b>blue</b> one' });
  });

  it('names files and keeps captions, pictures without words included', async () => {
    const { account, ana, room, reader } = await scene();
    const uri = server.keep('photo1', Buffer.from('a photo'), 'image/png');
    const info = { mimetype: 'image/png', size: 7 };
    server.say(room, ana, 'photo.png', { msgtype: 'm.image', url: uri, info });
    server.say(room, ana, 'Look at this', { msgtype: 'm.image', filename: 'photo.png', url: uri, info });
    server.world.add(room, ana, 'm.sticker', { body: 'a cat', url: uri, info });
    server.say(room, ana, 'nowhere.png', {
      msgtype: 'm.image',
      url: 'https://elsewhere.test/photo.png',
      info,
    });
    const part = { part: '1', mimeType: 'image/png', size: 7, remote: true };
    expect(await reader.catchUp(account.open())).toMatchObject([
      { text: '', parts: [{ ...part, name: 'photo.png' }] },
      { text: 'Look at this', parts: [{ ...part, name: 'photo.png' }] },
      { text: '', parts: [{ ...part, name: 'a cat' }] },
      { text: '', parts: [] },
    ]);
  });

  it('is shown as encrypted where it is, and never left out', async () => {
    const { account, ana, room, reader } = await scene();
    server.world.add(room, ana, 'm.room.encrypted', { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'x' });
    server.world.add(room, ana, 'm.room.encrypted', {
      algorithm: 'm.megolm.v1.aes-sha2',
      ciphertext: 'y',
      'm.relates_to': { rel_type: 'm.replace', event_id: '$other' },
    });
    const encrypted = { kind: 'message', text: '', oddities: ['encrypted'], from: { address: ana } };
    expect(await reader.catchUp(account.open())).toMatchObject([encrypted, encrypted]);
    const newer = new Reader(account);
    await newer.catchUp(account.open());
    expect(newer.understood.filter(({ kind }) => kind === 'message')).toHaveLength(2);
  });
});

describe('what is said of a message in a Matrix room', () => {
  it('tells an edit by its author, before and after the message, and passes over anybody else', async () => {
    const { account, ana, room, reader } = await scene();
    const bea = server.person(uniqueName('bea'), 'Bea');
    server.world.member(room, bea, 'invite', ana);
    server.world.member(room, bea, 'join');
    const said = server.say(room, ana, 'Order 17');
    await reader.catchUp(account.open());
    server.edit(room, bea, said.event_id, 'Order 666');
    server.edit(room, ana, said.event_id, 'Order 18');
    const facts = await reader.catchUp(account.open());
    const edit = { kind: 'edit', about: { name: said.event_id }, text: 'Order 18' };
    expect(facts).toMatchObject([{ kind: 'nothing' }, edit]);
    // Backwards in time the edit comes first, and whose message it changes has to be asked.
    const anew = accountOf(server, account.own);
    accounts.push(anew);
    const newer = new Reader(anew);
    await newer.catchUp(anew.open(), 1);
    expect(newer.understood[0]).toMatchObject(edit);
    expect(newer.understood.filter(({ kind }) => kind === 'edit')).toMatchObject(
      newer.understood.filter(({ kind }) => kind === 'edit').map(() => edit),
    );
    expect(newer.understood.at(-1)).toMatchObject({ kind: 'message', text: 'Order 17' });
  });

  it('orders the versions of a message', async () => {
    const { account, ana, room, reader } = await scene();
    const said = server.say(room, ana, 'one');
    for (const text of ['two', 'three']) server.edit(room, ana, said.event_id, text);
    const edits = (await reader.catchUp(account.open())).filter((one) => one.kind === 'edit');
    expect(edits.map(({ text }) => text)).toEqual(['two', 'three']);
    const [first, second] = edits.map(({ at }) => at);
    expect(first).toBeLessThanOrEqual(second ?? 0);
  });

  it('tells that a message was taken back, to those who have it and those who come later', async () => {
    const { account, ana, room, reader } = await scene();
    const said = server.say(room, ana, 'my card number is 4111');
    await reader.catchUp(account.open());
    server.redact(room, ana, said.event_id);
    const removal = { kind: 'remove', about: { name: said.event_id } };
    expect(only(await reader.catchUp(account.open()))).toMatchObject(removal);
    const later = new Reader(account);
    await later.catchUp(account.open());
    expect(later.understood).toMatchObject([removal, removal]);
    expect(later.items.some(({ bytes }) => Buffer.from(bytes).includes('4111'))).toBe(false);
  });

  it('tells reactions, and which one was taken back', async () => {
    const { account, ana, room, reader } = await scene();
    const ours = server.say(room, account.own, 'It left yesterday');
    const reaction = server.react(room, ana, ours.event_id, '👍');
    await reader.catchUp(account.open());
    const fact = { kind: 'reaction', about: { name: ours.event_id }, by: { address: ana }, emoji: '👍' };
    expect(reader.understood.at(-1)).toMatchObject({ ...fact, on: true });
    server.redact(room, ana, reaction.event_id);
    expect(only(await reader.catchUp(account.open()))).toMatchObject({ ...fact, on: false });
  });

  it('tells up to where the customer has read, and marks what we read elsewhere', async () => {
    const { account, ana, room, reader } = await scene();
    const ours = server.say(room, account.own, 'It left yesterday');
    await reader.catchUp(account.open());
    server.world.receipt(room, ana, 'm.read', ours.event_id);
    expect(only(await reader.catchUp(account.open()))).toMatchObject({
      kind: 'receipt',
      about: { name: ours.event_id },
      level: 'read',
      upTo: true,
    });
    server.say(room, ana, 'Thank you');
    const last = server.say(room, ana, 'Bye');
    await reader.catchUp(account.open());
    server.world.receipt(room, account.own, 'm.read', last.event_id);
    await reader.catchUp(account.open());
    const { changes } = reader.batches.at(-1) ?? { changes: [] };
    expect(changes.map((change) => change.kind === 'flags' && change.seen)).toEqual([true, true]);
  });

  it('tells the server what we have read: one marker a room, at the newest message', async () => {
    const { account, ana, room, reader } = await scene();
    const now = Date.now();
    const first = server.say(room, ana, 'one', {}, { ts: now - 2_000 });
    const second = server.say(room, ana, 'two', {}, { ts: now - 1_000 });
    await reader.catchUp(account.open());
    const seen = (event: string) =>
      ({
        kind: 'seen',
        seen: true,
        stream: 'rooms',
        key: `${room.id} ${event}`,
        name: event,
        room: room.id,
        from: ana,
      }) as const;
    await account.open().apply?.([seen(second.event_id), seen(first.event_id)], forever());
    expect(room.receipts.get(`m.read\n${account.own}\n`)?.event).toBe(second.event_id);
  });
});

describe('hostile words in a Matrix room', () => {
  it('are passed on as text, bounded, and never break the reading of others', async () => {
    const { account, ana, room, reader } = await scene();
    const { world } = server;
    const person = world.people.get(ana);
    if (person !== undefined) person.displayname = `\u202eAna\n${'x'.repeat(5_000)}`;
    world.member(room, ana, 'join');
    world.add(room, ana, 'm.room.message', { msgtype: 'm.text' });
    world.add(room, ana, 'm.room.message', { msgtype: 17, body: { a: 1 } });
    world.add(room, ana, 'm.reaction', { 'm.relates_to': 'nothing' });
    world.add(room, ana, 'm.room.redaction', { redacts: 12 });
    world.add(room, ana, 'm.room.message', {
      msgtype: 'm.image',
      body: '../../etc/passwd\0',
      url: 'mxc://a/../b',
    });
    server.say(room, ana, 'still here');
    const all = await reader.catchUp(account.open());
    expect(all.map(({ kind }) => kind)).toEqual([
      'unreadable',
      'unreadable',
      'nothing',
      'nothing',
      'message',
      'message',
    ]);
    const last = all.at(-1);
    if (last?.kind !== 'message') throw new Error('no message');
    expect(last.from.name.length).toBeLessThanOrEqual(200);
    expect(last.from.name).not.toContain('\n');
  });
});
