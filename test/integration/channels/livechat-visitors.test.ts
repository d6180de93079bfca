import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import type { SessionContext } from '#main/channels/kit/channel.ts';
import { createLivechatChannel } from '#main/channels/xmpp/visitors/channel.ts';
import { element } from '#main/channels/xmpp/stream/element.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { chatter } from '#test/support/prosody/chatter.ts';
import { startProsody } from '#test/support/prosody/prosody.ts';
import type { Prosody } from '#test/support/prosody/prosody.ts';
import { factsOf, messagesOf, newDesk, roomOf } from '#test/support/website-chat/desk.ts';
import type { Desk } from '#test/support/website-chat/desk.ts';
import { memoryShelf, openPage, visitorLine } from '#test/support/website-chat/visitor.ts';
import type { VisitorPage } from '#test/support/website-chat/visitor.ts';

const never = (): AbortSignal => new AbortController().signal;
const channel = createLivechatChannel();

let server: Prosody;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  server = await startProsody({ visitors: true });
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(async () => {
  await server.stop();
});

const pageOf = (desk: Desk, shelf = memoryShelf()): VisitorPage => {
  const page = openPage({ websocket: server.websocket, agent: desk.agent }, shelf);
  ends.push(() => page.leave());
  return page;
};

const waitsForNothing = (page: VisitorPage): Promise<unknown> =>
  eventually(() => page.talk.view().kept.said.every(({ state }) => state !== 'waiting'), {
    message: 'everything was said',
    withinMs: 60_000,
  });

describe('a visitor of a website', () => {
  it('tells nobody of the visit before writing, and then page, language and first visit', async () => {
    const desk = await newDesk(server, ends);
    const page = pageOf(desk);
    page.talk.opened();
    await eventually(() => page.talk.view().online, { message: 'online', withinMs: 60_000 });
    expect(await desk.understood()).toEqual([]);
    page.talk.say('Is the red one in stock?');
    await waitsForNothing(page);
    const [message] = await messagesOf(desk);
    const [visit] = await factsOf(desk, 'visit');
    expect(message).toMatchObject({ direction: 'in', text: 'Is the red one in stock?' });
    expect(visit).toMatchObject({
      room: message?.thread.room,
      person: { address: message?.from.address },
      facts: { page: 'https://shop.test/bikes?colour=red', title: 'Bikes <b>& more</b>', language: 'de-AT' },
    });
    expect(Date.parse(visit?.facts['firstVisit'] ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('stays the same person over reloads, in one room, with everything said before on the screen', async () => {
    const desk = await newDesk(server, ends);
    const shelf = memoryShelf();
    const page = pageOf(desk, shelf);
    page.talk.say('one');
    await waitsForNothing(page);
    page.leave();
    const again = pageOf(desk, shelf);
    again.talk.say('two');
    await waitsForNothing(again);
    const said = await messagesOf(desk);
    expect(said.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(new Set(said.map(({ thread }) => thread.room)).size).toBe(1);
    expect(again.texts()).toEqual(['one', 'two']);
  });

  it('cannot be taken for another by who only knows the id', async () => {
    const desk = await newDesk(server, ends);
    const page = pageOf(desk);
    page.talk.say('It is me');
    await waitsForNothing(page);
    const room = await roomOf(desk);
    const { line } = await visitorLine(server.websocket);
    ends.push(() => line.stop());
    line.say(
      element(
        'message',
        'jabber:client',
        { type: 'chat', to: desk.agent, id: 'forged' },
        element('body', 'jabber:client', {}, 'No, it is me'),
        element('visitor', 'urn:steward:website-chat:1', { key: room }),
      ),
    );
    await line.ask();
    const forged = (await messagesOf(desk)).find(({ text }) => text === 'No, it is me');
    expect(forged?.thread.room).not.toBe(room);
  });

  it('gets the answer, and both that it came and that it was read is known', async () => {
    const desk = await newDesk(server, ends);
    const page = pageOf(desk);
    page.talk.say('Where is my order?');
    await waitsForNothing(page);
    const { id, result } = await desk.answer(await roomOf(desk), 'On its way.');
    expect(result).toMatchObject({ kind: 'accepted' });
    await eventually(() => page.texts().includes('On its way.'), {
      message: 'the answer shows',
      withinMs: 60_000,
    });
    await eventually(
      async () => (await factsOf(desk, 'receipt')).some(({ level }) => level === 'delivered'),
      {
        message: 'it is known that it came',
        withinMs: 60_000,
      },
    );
    expect((await factsOf(desk, 'receipt')).some(({ level }) => level === 'read')).toBe(false);
    page.talk.opened();
    const read = await eventually(
      async () => (await factsOf(desk, 'receipt')).find(({ level }) => level === 'read'),
      { message: 'it is known that it was read', withinMs: 60_000 },
    );
    expect(read).toMatchObject({ about: { clientId: id }, upTo: true });
  });

  it('gets what was answered after leaving when coming back, once', async () => {
    const desk = await newDesk(server, ends);
    const shelf = memoryShelf();
    const page = pageOf(desk, shelf);
    page.talk.say('I have to go soon');
    await waitsForNothing(page);
    const room = await roomOf(desk);
    page.leave();
    const attempt = desk.attempt(room, '019a8f00-0000-7000-8000-00000000aaaa', 'Here is the answer.');
    await eventually(async () => (await desk.send(attempt)).kind === 'retry', {
      message: 'the server knows that the page is closed',
      withinMs: 60_000,
    });
    expect(await desk.send(attempt)).toMatchObject({ kind: 'retry', said: 'visitor-left' });
    const stop = await desk.listen();
    const again = pageOf(desk, shelf);
    await eventually(() => again.texts().includes('Here is the answer.'), {
      message: 'the answer shows',
      withinMs: 60_000,
    });
    await eventually(() => desk.returned.includes(room), {
      message: 'what waits is woken',
      withinMs: 60_000,
    });
    expect(await desk.send(attempt)).toMatchObject({ kind: 'accepted' });
    await stays(() => again.texts().filter((text) => text === 'Here is the answer.').length === 1, {
      message: 'it shows once',
      forMs: 300,
    });
    await stop();
    const answered = (await messagesOf(desk)).filter(({ direction }) => direction === 'out');
    expect(new Set(answered.map(({ dedupe }) => dedupe)).size).toBe(1);
  });

  it('finds us when we start later than they came back', async () => {
    const desk = await newDesk(server, ends);
    const shelf = memoryShelf();
    const page = pageOf(desk, shelf);
    page.talk.say('Hello?');
    await waitsForNothing(page);
    const room = await roomOf(desk);
    page.leave();
    const attempt = desk.attempt(room, '019a8f00-0000-7000-8000-00000000bbbb', 'Good morning!');
    await eventually(async () => (await desk.send(attempt)).kind === 'retry', {
      message: 'the server knows that the page is closed',
      withinMs: 60_000,
    });
    const again = pageOf(desk, shelf);
    await eventually(() => again.talk.view().kept.agent === 'away', {
      message: 'nobody is there',
      withinMs: 60_000,
    });
    // A look at the archive is what Steward begins with.
    await desk.understood();
    await eventually(() => again.texts().includes('Good morning!'), {
      message: 'the answer shows',
      withinMs: 60_000,
    });
    expect(desk.returned).toContain(room);
  });

  it('says when nobody is there, and when somebody comes', async () => {
    const desk = await newDesk(server, ends);
    const stop = await desk.listen();
    const page = pageOf(desk);
    page.talk.opened();
    await eventually(() => page.talk.view().kept.agent === 'here', {
      message: 'we are there',
      withinMs: 60_000,
    });
    await stop();
    await eventually(() => page.talk.view().kept.agent === 'away', { message: 'we left', withinMs: 60_000 });
  });

  it('leaves a mail address', async () => {
    const desk = await newDesk(server, ends);
    const page = pageOf(desk);
    page.talk.say('Write to me, please');
    page.talk.leaveAddress('ana@example.org', 'Ana');
    await eventually(() => page.talk.view().kept.left?.state === 'sent', {
      message: 'it was told',
      withinMs: 60_000,
    });
    const room = await roomOf(desk);
    expect(await factsOf(desk, 'contact')).toMatchObject([
      { room, person: { address: room, name: 'Ana' }, channel: 'email', address: 'ana@example.org' },
    ]);
  });

  it('loses nothing that was typed without a line, and says it once', async () => {
    const desk = await newDesk(server, ends);
    const shelf = memoryShelf();
    const nowhere = openPage({ websocket: 'ws://127.0.0.1:9/', agent: desk.agent }, shelf);
    nowhere.talk.say('typed in a tunnel');
    nowhere.leave();
    const page = pageOf(desk, shelf);
    await waitsForNothing(page);
    const again = pageOf(desk, shelf);
    await waitsForNothing(again);
    expect((await messagesOf(desk)).map(({ text }) => text)).toEqual(['typed in a tunnel']);
  });
});

describe('a visitor with another program', () => {
  it('is answered at the address it came with, and refused in the server’s words once it is gone', async () => {
    const desk = await newDesk(server, ends);
    const heard: string[] = [];
    const { line, jid } = await visitorLine(server.websocket, (stanza) => {
      const body = stanza.children.find((child) => typeof child !== 'string' && child.name === 'body');
      const text = typeof body === 'object' ? body.children[0] : undefined;
      if (typeof text === 'string') heard.push(text);
    });
    line.say(element('presence', 'jabber:client'));
    line.say(
      element(
        'message',
        'jabber:client',
        { type: 'chat', to: desk.agent, id: 'plain-1' },
        element('body', 'jabber:client', {}, 'Hello from elsewhere'),
      ),
    );
    await line.ask();
    const room = await roomOf(desk);
    expect(room).toBe(jid.split('/')[0]);
    expect((await desk.answer(room, 'Welcome')).result).toMatchObject({ kind: 'accepted' });
    await eventually(() => heard.includes('Welcome'), { message: 'the answer came', withinMs: 60_000 });
    line.stop();
    await eventually(async () => (await desk.answer(room, 'Still there?')).result.kind === 'rejected', {
      message: 'it is refused',
      withinMs: 60_000,
    });
  });
});

describe('an answer from another program of ours', () => {
  it('stands in the visitor’s conversation', async () => {
    const desk = await newDesk(server, ends);
    const page = pageOf(desk);
    page.talk.say('Anybody there?');
    await waitsForNothing(page);
    const room = await roomOf(desk);
    const phone = await chatter(server, desk.agent.split('@')[0] ?? '');
    ends.push(() => phone.close());
    let jid = '';
    phone.onMessage((message) => (jid = message.attributes.get('from') ?? ''));
    phone.say(element('presence', 'jabber:client'));
    page.talk.say('I see you');
    await eventually(() => jid !== '', { message: 'the phone has it', withinMs: 60_000 });
    await phone.deliver(
      element(
        'message',
        'jabber:client',
        { type: 'chat', to: jid, id: 'from-the-phone' },
        element('body', 'jabber:client', {}, 'From my phone'),
      ),
    );
    const answer = (await messagesOf(desk)).find(({ text }) => text === 'From my phone');
    expect(answer).toMatchObject({ direction: 'out', thread: { room }, to: [{ address: room }] });
    await eventually(() => page.texts().includes('From my phone'), { message: 'it shows', withinMs: 60_000 });
  });
});

describe('looking at the chat from where visitors stand', () => {
  it('goes through when visitors come in and we are there', async () => {
    const desk = await newDesk(server, ends);
    const stop = await desk.listen();
    expect(await channel.examine?.(desk.context, never())).toEqual([
      { step: 'websocket', ok: true, said: null },
      { step: 'anonymous', ok: true, said: null },
      { step: 'agent', ok: true, said: null },
    ]);
    await stop();
  });

  it('ends at the step that fails', async () => {
    const desk = await newDesk(server, ends);
    const at = (settings: Record<string, string>): SessionContext => ({
      ...desk.context,
      settings: { ...desk.context.settings, ...settings },
    });
    expect(await channel.examine?.(at({ chatUrl: 'ws://127.0.0.1:9/' }), never())).toMatchObject([
      { step: 'websocket', ok: false, said: 'connection-refused' },
    ]);
    expect(await channel.examine?.(at({ chatHost: server.domain }), never())).toMatchObject([
      { step: 'websocket', ok: true },
      { step: 'anonymous', ok: false },
    ]);
    const short = createLivechatChannel({ timeouts: { answer: 500 } });
    expect(await short.examine?.(desk.context, never())).toMatchObject([
      { step: 'websocket', ok: true },
      { step: 'anonymous', ok: true },
      { step: 'agent', ok: false },
    ]);
  });
});
