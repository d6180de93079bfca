import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Understood } from '#main/channels/kit/inbound.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import { botAccount, pulled } from '#test/support/telegram/bot-account.ts';
import type { BotAccount } from '#test/support/telegram/bot-account.ts';
import type { EmulatedBot } from '#test/support/telegram/emulated-bot.ts';
import type { Person } from '#test/support/telegram/seen-by-bots.ts';

let server: BotApiServer;
let one: BotAccount;
let bot: EmulatedBot;
let ana: Person;

beforeAll(async () => {
  server = await BotApiServer.start();
});

const fresh = (): void => {
  one = botAccount(server);
  bot = one.bot;
  ana = bot.person('Ana', { last_name: 'Pereira', username: 'ana_p' });
};

beforeAll(fresh);

afterEach(async () => {
  await one.closeAll();
  fresh();
});

afterAll(() => server.stop());

const only = async (): Promise<Understood> => {
  const all = await one.everything();
  expect(all).toHaveLength(1);
  const [first] = all;
  if (first === undefined) throw new Error('nothing came');
  return first;
};

const textOf = async (fields: Readonly<Record<string, unknown>>): Promise<string> => {
  bot.write(ana, fields);
  const made = await only();
  if (made.kind !== 'message') throw new Error(`not a message but ${made.kind}`);
  return made.text;
};

describe('a message to the bot', () => {
  it('comes from a person by name, in a conversation of their own', async () => {
    const written = bot.write(ana, { text: '/start' });
    expect(await only()).toMatchObject({
      kind: 'message',
      direction: 'in',
      text: '/start',
      from: { name: 'Ana Pereira', address: String(ana.id) },
      to: [{ address: String(bot.id) }],
      authenticatedFrom: String(ana.id),
      thread: { room: String(ana.id) },
      name: `${String(ana.id)}:${String(written.message_id)}`,
      at: written.date * 1_000,
      automatic: null,
      subject: '',
    });
  });

  it('shows a person without a name by user name, and one without either by number', async () => {
    const [nameless, nobody] = [bot.person('', { username: 'quiet' }), bot.person('')];
    bot.write(nameless, { text: 'a' });
    bot.write(nobody, { text: 'b' });
    const names = (await one.everything()).map((made) => (made.kind === 'message' ? made.from.name : ''));
    expect(names).toEqual(['@quiet', String(nobody.id)]);
  });

  it('bounds names and keeps line ends and controls out of them', async () => {
    const odd = bot.person(`A\n\0\u2028${'x'.repeat(5_000)}`);
    bot.write(odd, { text: 'hello' });
    const made = await only();
    const name = made.kind === 'message' ? made.from.name : '';
    expect(name.length).toBeLessThanOrEqual(200);
    expect(name).not.toMatch(/[\0\n\u2028]/);
  });

  it('shows where links lead, counted as Telegram counts', async () => {
    const text = '🙂 see the manual and https://a.example';
    const entities = [
      { type: 'emoji', offset: 0, length: 2 },
      { type: 'text_link', offset: text.indexOf('manual'), length: 6, url: 'https://b.example/m' },
      { type: 'url', offset: text.indexOf('https'), length: 17 },
      { type: 'text_link', offset: 900, length: 6, url: 'https://outside.example' },
    ];
    expect(await textOf({ text, entities })).toBe(
      '🙂 see the manual (https://b.example/m) and https://a.example (https://outside.example)',
    );
  });

  it.each([
    [{ sticker: { emoji: '😀', file_id: 'x' } }, '😀'],
    [{ dice: { emoji: '🎲', value: 4 } }, '🎲 4'],
    [{ contact: { phone_number: '+351 1', first_name: 'Rui', last_name: 'Sá' } }, '👤 Rui Sá\n+351 1'],
    [
      { poll: { question: 'When?', options: [{ text: 'Now' }, { text: 'Later' }] } },
      '📊 When?\n• Now\n• Later',
    ],
    [{ checklist: { title: 'Bring', tasks: [{ id: 1, text: 'Keys' }] } }, '☑ Bring\n• Keys'],
    [{ game: { title: 'Chess' } }, '🎮 Chess'],
    [
      {
        rich_message: {
          blocks: [{ type: 'paragraph', text: ['Where is ', { type: 'bold', text: 'it' }, '?'] }],
        },
      },
      'Where is it?',
    ],
    [
      { location: { latitude: 38.7, longitude: -9.1 } },
      '📍 38.700000, -9.100000\nhttps://www.openstreetmap.org/?mlat=38.700000&mlon=-9.100000#map=17/38.700000/-9.100000',
    ],
  ])('reads %j', async (fields, text) => {
    expect(await textOf(fields)).toBe(text);
  });

  it('names a place that is more than a point', async () => {
    const location = { latitude: 38.7, longitude: -9.1 };
    const text = await textOf({ location, venue: { location, title: 'Café', address: 'Rua 1' } });
    expect(text.split('\n').slice(0, 2)).toEqual(['📍 Café', 'Rua 1']);
  });

  it('says whose words were passed on, and which were quoted', async () => {
    const rui = bot.person('Rui');
    const origin = { type: 'user', date: 1, sender_user: rui };
    expect(await textOf({ text: 'It is red.', forward_origin: origin })).toBe('↪ Rui\nIt is red.');
    await one.closeAll();
    fresh();
    const hidden = { type: 'hidden_user', date: 1, sender_user_name: 'Somebody' };
    expect(
      await textOf({ text: 'Yes', forward_origin: hidden, quote: { text: 'red\nor blue?', position: 0 } }),
    ).toBe('↪ Somebody\n> red\n> or blue?\nYes');
  });

  it.each([
    [
      'photo',
      {
        photo: [
          { file_id: 'small', width: 90, height: 90 },
          { file_id: 'big', width: 1280, height: 960, file_size: 7 },
        ],
      },
      'photo.jpg',
      'image/jpeg',
    ],
    [
      'document',
      { document: { file_id: 'd', file_name: 'bill.pdf', mime_type: 'application/pdf' } },
      'bill.pdf',
      'application/pdf',
    ],
    ['voice', { voice: { file_id: 'v', duration: 3, mime_type: 'audio/ogg' } }, 'voice.ogg', 'audio/ogg'],
    [
      'audio',
      { audio: { file_id: 'a', duration: 3, performer: 'Amália', title: 'Fado' } },
      'Amália - Fado.mp3',
      'audio/mpeg',
    ],
    ['video', { video: { file_id: 'v', width: 1, height: 1, duration: 1 } }, 'video.mp4', 'video/mp4'],
    ['round video', { video_note: { file_id: 'n', length: 1, duration: 1 } }, 'video.mp4', 'video/mp4'],
    [
      'animation',
      { animation: { file_id: 'g' }, document: { file_id: 'g', file_name: 'g.mp4' } },
      'animation.mp4',
      'video/mp4',
    ],
    [
      'odd type',
      { document: { file_id: 'd', file_name: 'a\nb', mime_type: 'x; y="z' } },
      'a b',
      'application/octet-stream',
    ],
  ])(
    'brings a %s to be fetched when somebody wants it, with its caption',
    async (_what, fields, name, mimeType) => {
      bot.write(ana, { ...fields, caption: 'Here it is' });
      expect(await only()).toMatchObject({
        kind: 'message',
        text: 'Here it is',
        parts: [{ part: '1', name, mimeType, remote: true }],
      });
    },
  );

  it('is kept as unreadable when it says something that nobody knew of when this was written', async () => {
    bot.write(ana, { hologram: { file_id: 'h' } });
    expect(await only()).toMatchObject({ kind: 'unreadable', reason: 'foreign' });
  });

  it('is another message for another bot, though person and number are the same', async () => {
    bot.write(ana, { text: 'Hello' });
    const first = await only();
    const other = botAccount(server);
    other.bot.write(ana, { text: 'Hello' });
    const [second] = await other.everything();
    await other.closeAll();
    if (first.kind !== 'message' || second?.kind !== 'message') throw new Error('not messages');
    expect(second.name).toBe(first.name);
    expect(second.dedupe).not.toBe(first.dedupe);
  });

  it('reads the same from its source', async () => {
    bot.write(ana, { text: 'Where is my bike?' });
    const { items } = await pulled(one.open(), null);
    const [item] = items;
    expect(item === undefined ? null : one.channel.mapper.body(item.bytes)).toMatchObject({
      text: 'Where is my bike?',
    });
  });
});

describe('groups', () => {
  it('are one conversation with everybody in it, named after the group', async () => {
    const group = bot.group('Bike club');
    bot.write(ana, { text: 'a' }, group);
    bot.write(bot.person('Rui'), { text: 'b' }, group);
    for (const made of await one.everything())
      expect(made).toMatchObject({
        subject: 'Bike club',
        thread: { room: String(group.id) },
        to: [{ name: 'Bike club', address: String(group.id) }],
      });
  });

  it('have a conversation for each topic where they are forums, and none for what happens beside words', async () => {
    const forum = bot.group('Help', 'supergroup', true);
    const topic = bot.topic(forum, 'Wheels', ana);
    const created = { message_id: topic, forum_topic_created: { name: 'Wheels' } };
    bot.write(
      ana,
      { text: 'a', message_thread_id: topic, is_topic_message: true, reply_to_message: created },
      forum,
    );
    // An answer's thread outside of topics is no conversation of its own.
    bot.write(ana, { text: 'b', message_thread_id: 77 }, forum);
    bot.write(ana, { new_chat_members: [ana] }, forum);
    bot.write(ana, { pinned_message: { message_id: 1 } }, forum);
    expect(await one.everything()).toMatchObject([
      { kind: 'nothing' },
      { thread: { room: `${String(forum.id)}/t${String(topic)}` }, subject: 'Help › Wheels' },
      { thread: { room: String(forum.id) }, subject: 'Help' },
      { kind: 'nothing' },
      { kind: 'nothing' },
    ]);
  });

  it('show who speaks for the group or a channel, and leave out what a channel says to its readers', async () => {
    const group = bot.group('Bike club', 'supergroup');
    const stand = { id: 1_087_968_824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };
    const channel = { id: -1_009, type: 'channel', title: 'Bike news' };
    bot.write(stand, { text: 'We are closed', sender_chat: group }, group);
    bot.write(ana, { text: 'News!', sender_chat: channel, is_automatic_forward: true }, group);
    bot.updates.push('channel_post', { message_id: 1, date: 1, chat: channel, text: 'News!' });
    bot.write(
      bot.person('Robot'),
      { text: 'Beep', from: { id: 9, is_bot: true, first_name: 'Robot' } },
      group,
    );
    expect(await one.everything()).toMatchObject([
      { kind: 'message', from: { name: 'Bike club' }, automatic: null },
      { kind: 'nothing' },
      { kind: 'nothing' },
      { kind: 'message', from: { name: 'Robot' }, automatic: 'notification' },
    ]);
  });

  it('stay one conversation when they become large and get another number, also in later batches', async () => {
    const group = bot.group('Bike club');
    bot.write(ana, { text: 'before' }, group);
    const large = bot.migrate(group, ana);
    bot.write(ana, { text: 'after' }, large);
    const first = await pulled(one.open(), null);
    const rooms = (made: readonly Understood[]): readonly unknown[] =>
      made.flatMap((each) => (each.kind === 'message' ? [each.thread.room] : []));
    expect(rooms(one.understood(first.items))).toEqual([String(group.id), String(group.id)]);
    const later = bot.write(ana, { text: 'much later' }, large);
    const second = one.understood((await pulled(one.open(), first.next)).items);
    expect(second).toMatchObject([
      { thread: { room: String(group.id) }, name: `${String(large.id)}:${String(later.message_id)}` },
    ]);
  });

  it('keep apart whom a channel talks to in its direct messages', async () => {
    const inbox = bot.group('Shop', 'supergroup');
    bot.write(ana, { text: 'a', direct_messages_topic: { topic_id: 5, user: ana } }, inbox);
    expect(await only()).toMatchObject({ thread: { room: `${String(inbox.id)}/d5` } });
  });
});

describe('what happens to a message afterwards', () => {
  it('is told as an edit with a version that grows, also within one second', async () => {
    const written = bot.write(ana, { text: 'Where is my bick?' });
    bot.edit(written, { text: 'Where is my bike?' });
    bot.edit(written, { text: 'Where is my red bike?' });
    const [, first, second] = await one.everything();
    if (first?.kind !== 'edit' || second?.kind !== 'edit') throw new Error('not edits');
    expect(first).toMatchObject({
      about: { name: `${String(ana.id)}:${String(written.message_id)}` },
      text: 'Where is my bike?',
    });
    expect(second.version > first.version).toBe(true);
  });

  it('is not told of every step of somebody on the way', async () => {
    const written = bot.write(ana, { location: { latitude: 38.7, longitude: -9.1, live_period: 3_600 } });
    bot.edit(written, { location: { latitude: 38.8, longitude: -9.1, live_period: 3_600 } });
    expect((await one.everything()).map(({ kind }) => kind)).toEqual(['message', 'nothing']);
  });

  it('is told as reactions, one fact for each that came or went', async () => {
    await pulled(one.open(), null);
    const written = bot.write(ana, { text: 'Hello' });
    bot.react(ana, written, [], ['👍']);
    bot.react(ana, written, ['👍'], ['🔥']);
    const about = { name: `${String(ana.id)}:${String(written.message_id)}` };
    const by = { name: 'Ana Pereira', address: String(ana.id) };
    expect((await one.everything()).slice(1)).toMatchObject([
      { kind: 'reaction', about, by, emoji: '👍', on: true },
      { kind: 'reaction', about, by, emoji: '👍', on: false },
      { kind: 'reaction', about, by, emoji: '🔥', on: true },
    ]);
  });

  it('has a key of its own for each fact of an update', async () => {
    await pulled(one.open(), null);
    const written = bot.write(ana, { text: 'Hello' });
    bot.react(ana, written, ['👍'], ['🔥']);
    const { items } = await pulled(one.open(), null);
    expect(new Set(items.map(({ key }) => key)).size).toBe(3);
  });
});

describe('a business account', () => {
  it('brings what its customers say, and what its owner said elsewhere, in a conversation of its own', async () => {
    const owner = bot.person('Olga');
    const connection = bot.connect(owner);
    const asked = bot.writeBusiness(connection, ana, ana, { text: 'Open today?' });
    bot.writeBusiness(connection, ana, owner, { text: 'Until six.' });
    bot.writeBusiness(connection, ana, owner, { text: 'We are closed now.', is_from_offline: true });
    bot.edit(asked, { text: 'Open tomorrow?' });
    const room = `${String(ana.id)}@${connection}`;
    expect(await one.everything()).toMatchObject([
      { kind: 'nothing' },
      { kind: 'message', direction: 'in', from: { name: 'Ana Pereira' }, thread: { room } },
      {
        kind: 'message',
        direction: 'out',
        from: { name: 'Olga' },
        to: [{ name: 'Ana Pereira' }],
        thread: { room },
      },
      { kind: 'message', direction: 'out', automatic: 'auto-reply' },
      { kind: 'edit', about: { name: `${String(ana.id)}:${String(asked.message_id)}@${connection}` } },
    ]);
  });

  it('tells what was deleted, one fact for each message', async () => {
    const connection = bot.connect(bot.person('Olga'));
    bot.deleteBusiness(connection, ana, [7, 8]);
    const names = [7, 8].map((id) => `${String(ana.id)}:${String(id)}@${connection}`);
    expect((await one.everything()).slice(1)).toMatchObject(
      names.map((name) => ({ kind: 'remove', about: { name } })),
    );
  });

  it('does not bring our own words a second time', async () => {
    const owner = bot.person('Olga');
    const connection = bot.connect(owner);
    const self = { id: bot.id, is_bot: true, first_name: 'Larkfield' };
    bot.writeBusiness(connection, ana, owner, { text: 'Until six.', sender_business_bot: self });
    expect((await one.everything()).map(({ kind }) => kind)).toEqual(['nothing', 'nothing']);
  });
});
