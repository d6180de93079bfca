import { describe, expect, it } from 'vitest';
import { readableOn, readSettings } from '#widget/settings.ts';
import { KeptTalk } from '#widget/talk/saved.ts';
import type { Shelf } from '#widget/talk/saved.ts';
import { heardIn } from '#widget/talk/stanzas.ts';
import { piecesOf } from '#widget/view/links.ts';
import { filled, wordsFor } from '#widget/words.ts';
import { stanza } from '#widget/xmpp/xml.ts';
import { snippetFor, wrongFields } from '#shared/domain/website-chat/snippet.ts';

const day = 86_400_000;

const shelf = (
  start: Readonly<Record<string, string>> = {},
): Shelf & { readonly texts: Map<string, string> } => {
  const texts = new Map(Object.entries(start));
  return {
    texts,
    get: (name) => texts.get(name) ?? null,
    set: (name, text) => {
      texts.set(name, text);
    },
  };
};

const talkOn = (on: Shelf, now: () => number = () => 1_000, key = 'a'.repeat(32)): KeptTalk =>
  new KeptTalk({ name: 'talk', keepDays: 30 }, { shelf: on, now, newKey: () => key });

describe('addresses in a text', () => {
  it.each([
    ['see https://a.test/x.', [null, 'https://a.test/x', null]],
    ['(https://a.test/x_(y)) and', [null, 'https://a.test/x_(y)', null]],
    ['javascript:alert(1) data:text/html,x', [null]],
    ['https://a.test/‮gnp.exe', ['https://a.test/', null]],
    ['no address', [null]],
  ])('are found, and nothing else: %s', (text, hrefs) => {
    const pieces = piecesOf(text);
    expect(pieces.map(({ href }) => href)).toEqual(hrefs);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });
});

describe('what a browser keeps', () => {
  it('is forgotten when nobody has touched it for long, visitor and all', () => {
    const on = shelf();
    talkOn(on).change(() => ({ spoken: true }));
    expect(talkOn(on, () => 29 * day).read().spoken).toBe(true);
    const later = talkOn(on, () => 31 * day, 'b'.repeat(32)).read();
    expect(later).toMatchObject({ spoken: false, key: 'b'.repeat(32) });
  });

  it('never grows beyond its bounds', () => {
    const on = shelf();
    const talk = talkOn(on);
    for (let n = 0; n < 300; n += 1)
      talk.change(({ said, known }) => ({
        said: [...said, { id: String(n), by: 'agent', text: 'x'.repeat(5_000), at: n, state: 'sent' }],
        known: [...known, String(n)],
      }));
    expect((on.texts.get('talk') ?? '').length).toBeLessThan(500_000);
    expect(talk.read().said.at(-1)?.id).toBe('299');
  });

  it.each(['', 'null', '{}', '[]', '{"version":1,"key":"zz"}', '{"version":2}', '{"version":1', '7'])(
    'is begun anew where it cannot be read: %s',
    (text) => {
      expect(talkOn(shelf({ talk: text })).read()).toMatchObject({
        key: 'a'.repeat(32),
        said: [],
        spoken: false,
      });
    },
  );
});

describe('what the agent’s side says', () => {
  const words = (from: string) =>
    stanza('message', 'jabber:client', { from, id: 'm1' }, stanza('body', 'jabber:client', {}, 'Hello'));

  it('counts from the agent alone', () => {
    expect(heardIn(words('chat@shop.test/desk'), 'Chat@shop.test')).toMatchObject({
      kind: 'words',
      text: 'Hello',
    });
    expect(heardIn(words('mallory@visitors.test/x'), 'chat@shop.test')).toEqual({ kind: 'nothing' });
    expect(heardIn(words(''), 'chat@shop.test')).toEqual({ kind: 'nothing' });
  });
});

describe('how a page sets the chat up', () => {
  const needed = { url: 'wss://chat.test/ws', host: 'visitors.test', agent: 'chat@shop.test' };

  it('needs three attributes and takes no nonsense', () => {
    const page = { language: 'de' };
    expect(readSettings({}, page)).toBeNull();
    expect(readSettings({ ...needed, url: 'https://chat.test' }, page)).toBeNull();
    expect(
      readSettings({ ...needed, colour: 'red;x:y', mailAfter: '-7', keepDays: 'x', theme: 'pink' }, page),
    ).toMatchObject({
      colour: '#1f5fbf',
      mailAfterMs: 5_000,
      keepDays: 30,
      theme: 'auto',
      language: 'de',
      hideUntil: { kind: 'now' },
    });
    expect(readSettings({ ...needed, hideUntil: '2030-01-01' }, page)?.hideUntil).toMatchObject({
      kind: 'time',
    });
    expect(readSettings({ ...needed, hideUntil: '30' }, page)?.hideUntil).toEqual({
      kind: 'after',
      ms: 30_000,
    });
  });

  it('writes on any colour so that it can be read', () => {
    expect([
      readableOn('#000000'),
      readableOn('#ffffff'),
      readableOn('#1f5fbf'),
      readableOn('#ffd400'),
    ]).toEqual(['#ffffff', '#000000', '#ffffff', '#000000']);
  });

  it('speaks English and German, and the page’s own words', () => {
    expect(wordsFor('de-AT', undefined).send).toBe('Senden');
    expect(wordsFor('xx', { send: 'Go', nonsense: 'x', close: 7 })).toMatchObject({
      send: 'Go',
      close: 'Close the chat',
    });
    expect(filled('{a} {b}', { a: '1' })).toBe('1 {b}');
  });
});

describe('the lines for a website', () => {
  const chat = {
    url: 'wss://chat.test/ws',
    host: 'visitors.test',
    agent: 'chat@shop.test',
    title: 'Bikes "<&> more"\n',
    greeting: '',
    colour: '#1f5fbf',
    language: 'de',
  };

  it('hold whatever was typed as text', () => {
    const snippet = snippetFor(chat);
    expect(snippet).toContain('data-title="Bikes &quot;&lt;&amp;&gt; more&quot;&#10;"');
    expect(snippet).not.toContain('data-greeting');
    expect(snippet.match(/</g)).toHaveLength(2);
  });

  it('are only written for what can work', () => {
    expect(wrongFields(chat)).toEqual([]);
    expect(
      wrongFields({ ...chat, url: 'ws://chat.test/ws', host: 'a b', colour: 'red', language: '"' }),
    ).toEqual(['url', 'host', 'colour', 'language']);
    expect(wrongFields({ ...chat, url: 'ws://localhost:5280/ws' })).toEqual([]);
    expect(wrongFields({ ...chat, url: 'wss://a"onload=x' })).toEqual(['url']);
  });
});
