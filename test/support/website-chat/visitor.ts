import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { Line } from '#widget/xmpp/line.ts';
import type { Socket } from '#widget/xmpp/line.ts';
import type { Stanza } from '#widget/xmpp/xml.ts';
import { KeptTalk } from '#widget/talk/saved.ts';
import type { Shelf } from '#widget/talk/saved.ts';
import { Talk } from '#widget/talk/talk.ts';
import { eventually } from '../eventually.ts';

/** Where a website's visitors connect. */
export type ChatPlace = { readonly websocket: string; readonly agent: string };

export const visitorsHost = 'visitors.test';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

const later = (ms: number, work: () => void): (() => void) => {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
};

const socket = (url: string): Socket => new WebSocket(url, 'xmpp');

/** The widget's own line on a websocket of Node; over when it is online. */
export async function visitorLine(
  websocket: string,
  heard: (stanza: Stanza) => void = () => undefined,
): Promise<{ readonly line: Line; readonly jid: string }> {
  let jid = '';
  const line = new Line(
    { url: websocket, host: visitorsHost },
    { socket, later, chance: () => 0.5 },
    {
      online: (own) => {
        jid = own;
      },
      offline: () => undefined,
      heard,
    },
  );
  line.start();
  await eventually(() => line.online, { message: 'the visitor is online', withinMs: 60_000 });
  return { line, jid };
}

/** A browser's memory of a site; closing a page leaves it. */
export function memoryShelf(): Shelf {
  const texts = new Map<string, string>();
  return {
    get: (name) => texts.get(name) ?? null,
    set: (name, text) => {
      texts.set(name, text);
    },
  };
}

/** A page with the chat on it, without the page: the widget's talk on a line of its own. */
export type VisitorPage = {
  readonly talk: Talk;
  /** Ids of what the agent said, as often as it came over the line. */
  readonly came: readonly string[];
  /** The texts on the screen. */
  readonly texts: () => readonly string[];
  /** The page is closed without a word, as browsers do. */
  readonly leave: () => void;
};

/** Opens a page; `shelf` is what the browser remembers of the pages before. */
export function openPage(place: ChatPlace, shelf: Shelf): VisitorPage {
  const came: string[] = [];
  const kept = new KeptTalk(
    { name: 'talk', keepDays: 30 },
    { shelf, now: () => Date.now(), newKey: () => hex(16) },
  );
  const talk = new Talk(
    { agent: place.agent, mailAfterMs: 60_000 },
    {
      now: () => Date.now(),
      random: hex,
      later,
      page: () => ({ url: 'https://shop.test/bikes?colour=red', title: 'Bikes <b>& more</b>' }),
      language: 'de-AT',
      alone: (work) => {
        work();
        return () => undefined;
      },
      watched: () => true,
    },
    kept,
    (events) =>
      new Line(
        { url: place.websocket, host: visitorsHost },
        { socket, later, chance: () => 0.5 },
        {
          ...events,
          heard: (stanza) => {
            if (stanza.name === 'message' && stanza.attributes.get('type') !== 'error')
              came.push(stanza.attributes.get('id') ?? '');
            events.heard(stanza);
          },
        },
      ),
  );
  talk.resume();
  return {
    talk,
    came,
    texts: () => kept.read().said.map(({ text }) => text),
    leave: () => talk.leave(),
  };
}
