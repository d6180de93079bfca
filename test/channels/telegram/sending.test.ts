import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { Attempt, OutgoingFile, SendResult } from '#main/channels/kit/outgoing.ts';
import { like } from '#test/support/matching.ts';
import { BotApiServer } from '#test/support/telegram/bot-api-server.ts';
import { agreeing, attemptOf, botAccount } from '#test/support/telegram/bot-account.ts';
import type { BotAccount } from '#test/support/telegram/bot-account.ts';
import type { EmulatedBot } from '#test/support/telegram/emulated-bot.ts';
import type { Person, SaidByBot } from '#test/support/telegram/seen-by-bots.ts';

let server: BotApiServer;
let one: BotAccount;
let bot: EmulatedBot;
let ana: Person;
const never = new AbortController().signal;

const fresh = (): void => {
  one = botAccount(server);
  bot = one.bot;
  ana = bot.acquaintance('Ana');
};

beforeAll(async () => {
  server = await BotApiServer.start();
  fresh();
});

afterEach(async () => {
  await one.closeAll();
  server.http.speak();
  fresh();
});

afterAll(() => server.stop());

const to = (): Pick<Parameters<typeof attemptOf>[1], 'to'> => ({
  to: [{ name: 'Ana', address: String(ana.id) }],
});
const sent = (attempt: Attempt): Promise<SendResult> => one.open().send(attempt, agreeing, never);

/** The newest message of a customer, as the engine has it when somebody answers. */
const newest = async (): Promise<Inbound> => {
  const message = (await one.everything()).findLast((made) => made.kind === 'message');
  if (message === undefined) throw new Error('nobody has written');
  return message;
};

const answering = ({ name, thread: { room }, from }: Inbound): Parameters<typeof attemptOf>[1] => ({
  to: [from],
  answers: { name: name ?? null, room, from, visibility: null, warning: '' },
});

const lastSaid = (): SaidByBot => {
  const said = bot.said.at(-1);
  if (said === undefined) throw new Error('the bot has said nothing');
  return said;
};

const pdf: OutgoingFile = {
  name: 'Rechnung für Ana.pdf',
  mimeType: 'application/pdf',
  contentId: null,
  bytes: new TextEncoder().encode('%PDF-1.7 a bill'),
};

/** The beginning of a PNG with these measures. */
const png = (width: number, height: number): OutgoingFile => {
  const bytes = new Uint8Array(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return { name: 'bike.png', mimeType: 'image/png', contentId: null, bytes };
};

const isMethod =
  (method: string) =>
  ({ url }: { readonly url: URL }): boolean =>
    url.pathname.endsWith(`/${method}`);

describe('an answer', () => {
  it('goes to whom it answers, and is known by the name that Telegram gives it', async () => {
    const asked = bot.write(ana, { text: 'Where is my bike?' });
    const result = await sent(attemptOf(one, answering(await newest())));
    const said = lastSaid().message;
    expect(said).toMatchObject({
      text: 'It left yesterday.',
      reply_to_message: { message_id: asked.message_id },
    });
    expect(result).toEqual({
      kind: 'accepted',
      accepted: [String(ana.id)],
      refused: [],
      externalId: `${String(ana.id)}:${String(said.message_id)}`,
    });
  });

  it('goes to the group, the topic and the business account in which the question was asked', async () => {
    const forum = bot.group('Help', 'supergroup', true);
    const topic = bot.topic(forum, 'Wheels', ana);
    bot.write(ana, { text: 'a', message_thread_id: topic, is_topic_message: true }, forum);
    const inTopic = answering(await newest());
    const connection = bot.connect(bot.person('Olga'));
    bot.writeBusiness(connection, ana, ana, { text: 'b' });
    const forBusiness = answering(await newest());
    const first = attemptOf(one, inTopic);
    expect(first.room).toBe(`${String(forum.id)}/t${String(topic)}`);
    expect(await sent(first)).toMatchObject({ kind: 'accepted' });
    expect(lastSaid().message).toMatchObject({ chat: { id: forum.id }, message_thread_id: topic });
    const second = await sent(attemptOf(one, forBusiness));
    const said = lastSaid().message;
    expect(said).toMatchObject({ chat: { id: ana.id }, business_connection_id: connection });
    expect(second).toMatchObject({
      externalId: `${String(ana.id)}:${String(said.message_id)}@${connection}`,
    });
  });

  it('goes although the question has been deleted since', async () => {
    bot.write(ana, { text: 'a' });
    const question = await newest();
    const gone = { ...question, name: `${String(ana.id)}:9999999` };
    expect(await sent(attemptOf(one, answering(gone)))).toMatchObject({ kind: 'accepted' });
    expect(lastSaid().message['reply_to_message']).toBeUndefined();
  });

  it('follows a group that has become large and has another number now', async () => {
    const group = bot.group('Bike club');
    bot.write(ana, { text: 'a' }, group);
    const question = await newest();
    const large = bot.migrate(group, ana);
    const result = await sent(attemptOf(one, answering(question)));
    const said = lastSaid().message;
    expect(said.chat.id).toBe(large.id);
    expect(said['reply_to_message']).toBeUndefined();
    expect(result).toMatchObject({ externalId: `${String(large.id)}:${String(said.message_id)}` });
    bot.write(ana, { text: 'b' }, large);
    const later = await newest();
    expect(later.thread.room).toBe(String(group.id));
    expect(await sent(attemptOf(one, answering(later)))).toMatchObject({ kind: 'accepted' });
    expect(lastSaid().message).toMatchObject({ chat: { id: large.id }, reply_to_message: { text: 'b' } });
  });

  it('is shown as it was written', async () => {
    const html =
      '<p>🙂 <strong>Hello</strong>, see <a href="https://a.example/x">here</a>:</p><blockquote>red</blockquote>';
    expect(await sent(attemptOf(one, { ...to(), html, text: 'whatever' }))).toMatchObject({
      kind: 'accepted',
    });
    const text = '🙂 Hello, see here:\n\nred';
    expect(lastSaid().message).toMatchObject({
      text,
      entities: [
        { type: 'bold', offset: 3, length: 5 },
        { type: 'text_link', offset: text.indexOf('here'), length: 4, url: 'https://a.example/x' },
        { type: 'blockquote', offset: text.indexOf('red'), length: 3 },
      ],
    });
  });

  it('reads the same from the bytes that were frozen', () => {
    const { bytes } = attemptOf(one, { ...to(), files: [pdf] });
    expect(one.channel.mapper.body(bytes)).toMatchObject({ text: 'It left yesterday.' });
    expect(one.channel.mapper.part(bytes, '1')).toEqual({
      bytes: pdf.bytes,
      mimeType: pdf.mimeType,
      name: pdf.name,
    });
  });

  it('to no number of a chat is refused before anything is said', async () => {
    const before = server.http.requests.length;
    const attempt = attemptOf(one, { to: [{ name: '', address: 'ana@example.org' }] });
    expect(await sent(attempt)).toMatchObject({ kind: 'rejected' });
    expect(server.http.requests).toHaveLength(before);
  });
});

describe('a file', () => {
  it('goes with its name and with the text as caption', async () => {
    const html = '<p>The <b>bill</b></p>';
    expect(await sent(attemptOf(one, { ...to(), html, text: 'The bill', files: [pdf] }))).toMatchObject({
      kind: 'accepted',
    });
    const { message, file } = lastSaid();
    expect(message).toMatchObject({
      caption: 'The bill',
      caption_entities: [{ type: 'bold', offset: 4, length: 4 }],
      document: { file_name: pdf.name, mime_type: pdf.mimeType },
    });
    expect(file?.bytes).toEqual(pdf.bytes);
    expect(bot.said).toHaveLength(1);
  });

  it('goes without any words', async () => {
    expect(await sent(attemptOf(one, { ...to(), text: '', files: [pdf] }))).toMatchObject({
      kind: 'accepted',
    });
    expect(lastSaid().message['caption']).toBeUndefined();
  });

  it('is shown as a picture where it is one, and goes as a file where Telegram takes it for none', async () => {
    await sent(attemptOf(one, { ...to(), files: [png(640, 480)] }));
    expect(lastSaid().message['photo']).toBeDefined();
    expect(await sent(attemptOf(one, { ...to(), files: [png(9_000, 9_000)] }))).toMatchObject({
      kind: 'accepted',
    });
    expect(lastSaid().message['document']).toBeDefined();
    expect(bot.said).toHaveLength(2);
  });

  it('follows its text where that is longer than a caption, and the answer is known by the text', async () => {
    const text = 'x'.repeat(1_025);
    const result = await sent(attemptOf(one, { ...to(), text, files: [pdf] }));
    expect(bot.said.map(({ message }) => message['text'] ?? message['document'])).toMatchObject([
      text,
      { file_name: pdf.name },
    ]);
    expect(result).toMatchObject({
      kind: 'accepted',
      externalId: `${String(ana.id)}:${String(bot.said[0]?.message.message_id)}`,
    });
  });

  it('that is refused after its text has arrived leaves the agent to decide', async () => {
    const text = 'x'.repeat(1_025);
    const empty = { ...pdf, bytes: new Uint8Array() };
    expect(await sent(attemptOf(one, { ...to(), text, files: [empty] }))).toEqual({
      kind: 'unknown',
      said: 'Bad Request: file must be non-empty',
    });
    expect(bot.said).toHaveLength(1);
  });

  it('that is lost after its text has arrived is not sent again', async () => {
    const text = 'x'.repeat(1_025);
    server.http.lose('taken', isMethod('sendDocument'));
    expect(await sent(attemptOf(one, { ...to(), text, files: [pdf] }))).toMatchObject({ kind: 'unknown' });
    expect(bot.said).toHaveLength(2);
  });

  it('and its text are tried again together when already the text has to wait', async () => {
    server.http.fail({
      status: 429,
      json: { ok: false, error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 3 } },
    });
    const attempt = attemptOf(one, { ...to(), text: 'x'.repeat(1_025), files: [pdf] });
    expect(await sent(attempt)).toMatchObject({ kind: 'retry', afterMs: 3_000 });
    expect(bot.said).toHaveLength(0);
    expect(await sent(attempt)).toMatchObject({ kind: 'accepted' });
    expect(bot.said).toHaveLength(2);
  });
});

describe('what Telegram answers', () => {
  const json = (
    status: number,
    description: string,
  ): { readonly status: number; readonly json: unknown } => ({
    status,
    json: { ok: false, error_code: status, description },
  });

  it('says in its words that a customer has blocked the bot, or has never written to it', async () => {
    bot.block(ana);
    expect(await sent(attemptOf(one, to()))).toMatchObject({
      kind: 'rejected',
      said: 'Forbidden: bot was blocked by the user',
      code: '403',
    });
    const stranger = { to: [{ name: '', address: '424242' }] };
    expect(await sent(attemptOf(one, stranger))).toMatchObject({
      kind: 'rejected',
      said: 'Bad Request: chat not found',
    });
  });

  it('is waited for when it asks us to', async () => {
    server.http.throttle();
    const result = await sent(attemptOf(one, to()));
    expect(result).toEqual({ kind: 'retry', said: 'Too Many Requests: retry after 7', afterMs: 7_000 });
  });

  it('leaves open what became of a message when the server fails or says nothing that can be read', async () => {
    for (const answer of [
      json(500, 'Internal Server Error'),
      { status: 502, body: 'Bad Gateway' },
      { status: 200, body: '<html>' },
    ]) {
      server.http.fail(answer);
      expect(await sent(attemptOf(one, to()))).toMatchObject({ kind: 'unknown' });
    }
    expect(await one.open().reconcile(attemptOf(one, to()), never)).toBe('unknown');
    expect(bot.said).toHaveLength(0);
  });

  it('keeps a message for later when the token is no longer good, since nothing was said', async () => {
    bot.revoke();
    expect(await sent(attemptOf(one, to()))).toMatchObject({ kind: 'retry', said: 'Unauthorized' });
  });

  it('is refused in its words when a text is too long, which the composer does not let happen', async () => {
    expect(await sent(attemptOf(one, { ...to(), text: 'x'.repeat(4_097) }))).toMatchObject({
      kind: 'rejected',
      said: like(/too long/),
    });
  });

  it('is known as sent though the answer has no name in it', async () => {
    server.http.fail({ status: 200, json: { ok: true, result: {} } });
    expect(await sent(attemptOf(one, to()))).toMatchObject({ kind: 'accepted', externalId: null });
  });
});
