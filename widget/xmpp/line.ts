import { ns } from './names.ts';
import { childOf, parsed, stanza, textIn, written } from './xml.ts';
import type { Stanza } from './xml.ts';

/** What the line needs of a websocket; the browser's own has it. */
export interface Socket {
  readonly protocol: string;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** What the line takes from where it runs. */
export type LinePorts = {
  readonly socket: (url: string) => Socket;
  /** Does something after so many ms; the answer calls it off. */
  readonly later: (ms: number, work: () => void) => () => void;
  /** In [0, 1), so that a thousand visitors do not come back in the same second. */
  readonly chance: () => number;
};

/** Whom the line tells. */
export type LineEvents = {
  readonly online: (jid: string) => void;
  readonly offline: () => void;
  readonly heard: (stanza: Stanza) => void;
};

const seconds = 1_000;
const connectMs = 20 * seconds;
/** Proxies forget a silent connection after a minute. */
const quietMs = 45 * seconds;
const answerMs = 20 * seconds;
const firstPauseMs = 1_000;
const longestPauseMs = 60 * seconds;
const largestFrame = 256 * 1024;

type Waiting = (answered: boolean) => void;

/** A visitor's connection (RFC 7395, SASL ANONYMOUS of XEP-0175): kept up until it is stopped, with longer and longer pauses between tries. */
export class Line {
  readonly #target: { readonly url: string; readonly host: string };
  readonly #ports: LinePorts;
  readonly #events: LineEvents;
  readonly #asked = new Map<string, Waiting>();
  #socket: Socket | null = null;
  #wanted = false;
  #online = false;
  #signedIn = false;
  #tries = 0;
  #lastId = 0;
  #stopTimer: () => void = () => undefined;

  constructor(target: { readonly url: string; readonly host: string }, ports: LinePorts, events: LineEvents) {
    this.#target = target;
    this.#ports = ports;
    this.#events = events;
  }

  get online(): boolean {
    return this.#online;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    this.#end();
  }

  /** The network is there again, or somebody is waiting: no pause any more. */
  nudge(): void {
    if (!this.#wanted || this.#socket !== null) return;
    this.#tries = 0;
    this.#connect();
  }

  /** Says something; false where there is no line to say it on. */
  say(of: Stanza): boolean {
    if (!this.#online) return false;
    this.#write(of);
    return true;
  }

  /**
   * Asks our own server something that it always answers. Stanzas of one stream are worked on in order (RFC 6120 section 10.1), so an
   * answer proves that everything said before has been taken. False when the line ended first.
   */
  ask(): Promise<boolean> {
    return new Promise((resolve) => {
      if (!this.#online) {
        resolve(false);
        return;
      }
      const id = `p${this.#nextId()}`;
      const socket = this.#socket;
      const callOff = this.#ports.later(answerMs, () => {
        if (this.#socket === socket) this.#end();
      });
      this.#asked.set(id, (answered) => {
        callOff();
        resolve(answered);
      });
      this.#write(
        stanza('iq', ns.client, { type: 'get', id, to: this.#target.host }, stanza('ping', ns.ping)),
      );
    });
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  #connect(): void {
    this.#stopTimer();
    let socket: Socket;
    try {
      socket = this.#ports.socket(this.#target.url);
    } catch {
      // The page's policy forbids it, or the address is none; it may be mended while the page is open, but nobody waits for that.
      this.#pause();
      return;
    }
    this.#socket = socket;
    this.#signedIn = false;
    const mine = (work: () => void) => () => {
      if (this.#socket === socket) work();
    };
    socket.addEventListener(
      'open',
      mine(() => this.#begin()),
    );
    socket.addEventListener('message', (event) => {
      if (this.#socket !== socket) return;
      const text = typeof event.data === 'string' ? event.data : '';
      const heard = text.length > largestFrame ? null : parsed(text);
      if (heard === null) this.#end();
      else this.#take(heard);
    });
    socket.addEventListener(
      'close',
      mine(() => this.#end()),
    );
    socket.addEventListener(
      'error',
      mine(() => this.#end()),
    );
    this.#stopTimer = this.#ports.later(
      connectMs,
      mine(() => this.#end()),
    );
  }

  #begin(): void {
    this.#write(stanza('open', ns.framing, { to: this.#target.host, version: '1.0' }));
  }

  #write(of: Stanza): void {
    try {
      this.#socket?.send(written(of));
    } catch {
      this.#end();
    }
  }

  #take(heard: Stanza): void {
    if (heard.ns === ns.framing) {
      if (heard.name === 'close') this.#end();
    } else if (heard.ns === ns.stream) {
      if (heard.name === 'features') this.#takeFeatures(heard);
      else this.#end();
    } else if (heard.ns === ns.sasl) {
      this.#signedIn = heard.name === 'success';
      if (this.#signedIn) this.#begin();
      else this.#end();
    } else if (heard.name === 'iq') this.#takeIq(heard);
    else if (this.#online) this.#events.heard(heard);
  }

  #takeFeatures(features: Stanza): void {
    if (this.#signedIn) {
      this.#write(stanza('iq', ns.client, { type: 'set', id: 'bind' }, stanza('bind', ns.bind)));
      return;
    }
    const offered = childOf(features, 'mechanisms', ns.sasl)?.children ?? [];
    if (offered.some((one) => typeof one !== 'string' && textIn(one).trim() === 'ANONYMOUS'))
      this.#write(stanza('auth', ns.sasl, { mechanism: 'ANONYMOUS' }));
    else this.#end();
  }

  #takeIq(iq: Stanza): void {
    const type = iq.attributes.get('type');
    const id = iq.attributes.get('id') ?? '';
    if (type === 'get' || type === 'set') {
      this.#answer(iq, id);
      return;
    }
    const waiting = this.#asked.get(id);
    if (waiting !== undefined) {
      this.#asked.delete(id);
      waiting(true);
      return;
    }
    if (id !== 'bind' || this.#online) return;
    const jid = textIn(childOf(childOf(iq, 'bind', ns.bind), 'jid', ns.bind));
    if (type !== 'result' || jid === '') {
      this.#end();
      return;
    }
    this.#online = true;
    this.#tries = 0;
    this.#keepAlive();
    this.#events.online(jid);
  }

  #answer(iq: Stanza, id: string): void {
    const to = iq.attributes.get('from');
    const refused = stanza(
      'error',
      ns.client,
      { type: 'cancel' },
      stanza('service-unavailable', 'urn:ietf:params:xml:ns:xmpp-stanzas'),
    );
    this.#write(
      childOf(iq, 'ping', ns.ping) === undefined
        ? stanza('iq', ns.client, { type: 'error', id, to }, refused)
        : stanza('iq', ns.client, { type: 'result', id, to }),
    );
  }

  #keepAlive(): void {
    this.#stopTimer();
    this.#stopTimer = this.#ports.later(quietMs, () => {
      void this.ask();
      this.#keepAlive();
    });
  }

  #end(): void {
    const socket = this.#socket;
    const was = this.#online;
    this.#stopTimer();
    this.#socket = null;
    this.#online = false;
    if (socket !== null) {
      try {
        // Nobody waits for what is lost with it: it is said again on the next line.
        if (was) socket.send(written(stanza('close', ns.framing)));
        socket.close();
      } catch {
        // It was closed already.
      }
    }
    for (const waiting of [...this.#asked.values()]) waiting(false);
    this.#asked.clear();
    if (was) this.#events.offline();
    if (this.#wanted && socket !== null) this.#pause();
  }

  #pause(): void {
    const most = Math.min(firstPauseMs * 2 ** this.#tries, longestPauseMs);
    this.#tries = Math.min(this.#tries + 1, 10);
    this.#stopTimer = this.#ports.later(most * (0.5 + this.#ports.chance() / 2), () => {
      if (this.#wanted && this.#socket === null) this.#connect();
    });
  }
}
