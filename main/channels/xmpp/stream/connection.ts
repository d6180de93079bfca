import { isLoopback, hostPort } from '../../kit/endpoint.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { within } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadlines.ts';
import { ns } from '../names.ts';
import type { XmppSettings } from '../settings.ts';
import { answerTo } from './answers.ts';
import { StreamCount } from './counting.ts';
import type { Resumption } from './counting.ts';
import { childOf, element } from './element.ts';
import type { Element } from './element.ts';
import { stanzaError, StanzaError, streamFailure, xmppFailure } from './failures.ts';
import { signIn } from './sign-in.ts';
import type { Login, Talk } from './sign-in.ts';
import { Wire } from './wire.ts';

/** How a connection is opened. */
export type XmppTarget = {
  readonly settings: XmppSettings;
  readonly login: Login;
  readonly timeouts: Timeouts;
  /** A stream that broke and may be taken up again; where the server has forgotten it, a new one begins. */
  readonly resume?: Resumption | null;
  /** Who hears messages and presence from the first one on: those that a resumed stream brings come before it is handed out. */
  readonly message?: (message: Element) => void;
  readonly presence?: (presence: Element) => void;
};

type Waiting = { readonly resolve: (stanza: Element) => void; readonly reject: (error: Error) => void };
type Asked = Waiting & { readonly to: string | null };

const late = (): Error => Object.assign(new Error('no answer in time'), { code: 'ETIMEOUT' });

/**
 * One signed-in stream. Requests run side by side; messages and presence are told to whoever listens. Where the server manages streams
 * (XEP-0198) it acknowledges what we say, and a connection that broke answers in `resumption` what a new one needs to go on with it.
 */
export class XmppConnection {
  private readonly target: XmppTarget;
  private readonly where: string;
  private readonly requests = new Map<string, Asked>();
  private readonly count = new StreamCount();
  private readonly listeners = new Set<(message: Element) => void>();
  private readonly watchers = new Set<(presence: Element) => void>();
  private readonly enders = new Set<(error: Error) => void>();
  private wire: Wire | null = null;
  private ended: Error | null = null;
  private lastRequest = 0;
  private takenUp: readonly Element[] | null = null;
  /** While signing in, elements are read one by one. */
  private pending: Element[] | null = [];
  private reading: Waiting | null = null;

  private constructor(target: XmppTarget) {
    this.target = target;
    this.where = hostPort(target.settings.server);
    if (target.message !== undefined) this.listeners.add(target.message);
    if (target.presence !== undefined) this.watchers.add(target.presence);
  }

  /** Connects and signs in; failures are thrown as ChannelError. */
  static async open(target: XmppTarget, signal: AbortSignal): Promise<XmppConnection> {
    signal.throwIfAborted();
    const connection = new XmppConnection(target);
    await connection.limited(connection.start(), signal, target.timeouts.connect);
    if (!connection.resumed) return connection;
    try {
      await connection.limited(connection.acknowledged(), signal, target.timeouts.connect);
      return connection;
    } catch {
      signal.throwIfAborted();
      // Prosody 0.12 reads on where the old line stopped, and chokes when that was in the middle of a stanza.
      connection.drop();
      return XmppConnection.open({ ...target, resume: null }, signal);
    }
  }

  get usable(): boolean {
    return this.ended === null;
  }

  /** Our own bare address. */
  get own(): string {
    return this.target.settings.jid;
  }

  /** Whether this goes on with the stream of a connection before: then the server still counts us as present. */
  get resumed(): boolean {
    return this.takenUp !== null;
  }

  /** What a new connection needs to go on with this stream after its line broke; null when that is not possible. */
  get resumption(): Resumption | null {
    return this.count.resumption();
  }

  /** Asks our own server, or `to`; the answer's stanza, or a StanzaError. */
  request(
    type: 'get' | 'set',
    query: Element,
    signal: AbortSignal,
    to: string | null = null,
  ): Promise<Element> {
    const answer = new Promise<Element>((resolve, reject) => {
      if (this.ended !== null) throw this.ended;
      this.ask({ resolve, reject, to }, type, query);
    });
    return this.limited(answer, signal, this.target.timeouts.answer);
  }

  /** Writes a message; over when the server has acknowledged it. Nothing is known when this fails. */
  deliver(message: Element, signal: AbortSignal): Promise<void> {
    const done = new Promise<Element>((resolve, reject) => {
      if (this.ended !== null) throw this.ended;
      this.sendStanza(message);
      if (!this.count.acknowledges) {
        // Stanzas of one stream are worked on in order (RFC 6120 section 10.1): an answer to a later request proves the earlier one.
        const refused = (error: Error): void =>
          error instanceof StanzaError ? resolve(message) : reject(error);
        const { domain } = this.target.settings;
        this.ask({ resolve, reject: refused, to: domain }, 'get', element('ping', ns.ping));
        return;
      }
      this.acknowledged().then(resolve, reject);
    });
    return this.limited(done, signal, this.target.timeouts.answer).then(() => undefined);
  }

  /** Says something that no one answers, and that may be said again when the line breaks and the stream is taken up again. */
  say(stanza: Element): void {
    if (this.ended !== null) throw this.ended;
    this.sendStanza(stanza, true);
  }

  /** Tells every message that comes in, until the returned function is called. */
  onMessage(listener: (message: Element) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells every presence that comes in, until the returned function is called. */
  onPresence(watcher: (presence: Element) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Never fulfilled; rejected with the failure when the connection ends. `stop` forgets the promise. */
  untilEnd(): { readonly ended: Promise<never>; readonly stop: () => void } {
    let ender: (error: Error) => void = () => undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      ender = (error) => reject(xmppFailure(error, this.where));
      if (this.ended === null) this.enders.add(ender);
      else ender(this.ended);
    });
    ended.catch(() => undefined);
    return { ended, stop: () => this.enders.delete(ender) };
  }

  close(): void {
    this.count.over();
    this.wire?.close();
    this.finish(new Error('closed by us'));
  }

  drop(): void {
    this.wire?.drop();
    this.finish(new Error('closed by us'));
  }

  private async start(): Promise<void> {
    const { settings, login } = this.target;
    const { server, domain } = settings;
    const wire = await Wire.open(
      server,
      domain,
      { element: (one) => this.take(one), ended: (error) => this.finish(error) },
      (end) => {
        if (this.ended === null) this.enders.add(end);
        else end();
      },
    );
    if (this.ended !== null) {
      wire.drop();
      throw this.ended;
    }
    this.wire = wire;
    const talk: Talk = { send: (one) => wire.send(one), next: () => this.next() };
    let features = await this.begin(wire);
    if (server.security === 'starttls') {
      if (childOf(features, 'starttls', ns.tls) === undefined) throw this.failed('no-tls', 'STARTTLS');
      talk.send(element('starttls', ns.tls));
      const answer = await talk.next();
      // What came in plain text after "proceed" would be read as if it had come in TLS.
      if (answer.name !== 'proceed' || this.pending?.length !== 0) throw this.failed('no-tls', answer.name);
      await wire.upgrade();
      features = await this.begin(wire);
    }
    const line = { private: wire.secure || isLoopback(server.host), where: this.where };
    await signIn(talk, features, login, line);
    features = await this.begin(wire);
    await this.bind(talk, features);
    this.goLive();
  }

  private async begin(wire: Wire): Promise<Element> {
    wire.begin();
    const features = await this.next();
    if (features.name !== 'features' || features.ns !== ns.stream)
      throw this.failed('protocol', features.name);
    return features;
  }

  private async bind(talk: Talk, features: Element): Promise<void> {
    const { resume } = this.target;
    const manages = childOf(features, 'sm', ns.acks) !== undefined;
    if (manages && resume !== undefined && resume !== null) {
      talk.send(element('resume', ns.acks, { previd: resume.id, h: String(resume.heard) }));
      const answer = await talk.next();
      if (answer.name === 'resumed' && answer.ns === ns.acks) {
        this.takenUp = this.count.resumed(resume, answer);
        return;
      }
    }
    talk.send(element('iq', ns.client, { type: 'set', id: 'bind' }, element('bind', ns.bind)));
    const bound = await talk.next();
    if (bound.attributes.get('type') !== 'result') throw xmppFailure(stanzaError(bound), this.where);
    if (!manages) return;
    talk.send(element('enable', ns.acks, { resume: 'true' }));
    this.count.enabled(await talk.next());
  }

  private goLive(): void {
    const early = this.pending ?? [];
    this.pending = null;
    for (const one of this.takenUp ?? []) this.sendStanza(one, true);
    for (const one of early) this.take(one);
  }

  private next(): Promise<Element> {
    return new Promise((resolve, reject) => {
      const first = this.pending?.shift();
      if (first !== undefined) resolve(first);
      else if (this.ended !== null) reject(this.ended);
      else this.reading = { resolve, reject };
    });
  }

  private take(one: Element): void {
    if (one.name === 'error' && one.ns === ns.stream) {
      this.finish(streamFailure(one, this.where));
      this.wire?.drop();
      return;
    }
    if (this.pending !== null) {
      const { reading } = this;
      this.reading = null;
      if (reading === null) this.pending.push(one);
      else reading.resolve(one);
      return;
    }
    if (one.ns === ns.acks) {
      const answer = this.count.take(one);
      if (answer !== null) this.wire?.send(answer);
      return;
    }
    this.count.hearing();
    if (one.name === 'iq') this.takeAnswer(one);
    else if (one.name === 'message') for (const listener of [...this.listeners]) listener(one);
    else if (one.name === 'presence') for (const watcher of [...this.watchers]) watcher(one);
  }

  private takeAnswer(iq: Element): void {
    const type = iq.attributes.get('type') ?? '';
    const id = iq.attributes.get('id') ?? '';
    if (type === 'get' || type === 'set') {
      this.sendStanza(answerTo(iq));
      return;
    }
    const from = iq.attributes.get('from');
    const waiting = this.requests.get(id);
    if (waiting === undefined || !this.mayAnswer(from, waiting.to)) return;
    this.requests.delete(id);
    if (type === 'error') waiting.reject(stanzaError(iq));
    else waiting.resolve(iq);
  }

  /** An answer counts only from whom was asked; our server speaks for itself and for our own account. */
  private mayAnswer(from: string | undefined, to: string | null): boolean {
    const { jid, domain } = this.target.settings;
    if (to !== null && to !== domain) return from?.toLowerCase() === to.toLowerCase();
    return from === undefined || from === domain || from.split('/', 1)[0]?.toLowerCase() === jid;
  }

  private ask(asked: Asked, type: 'get' | 'set', query: Element): void {
    this.lastRequest += 1;
    const id = `r${String(this.lastRequest)}`;
    this.requests.set(id, asked);
    this.sendStanza(element('iq', ns.client, { type, id, to: asked.to ?? undefined }, query));
  }

  private sendStanza(stanza: Element, repeatable = false): void {
    this.count.saying(stanza, repeatable);
    this.wire?.send(stanza);
  }

  /** Over when the server has acknowledged everything said so far. */
  private acknowledged(): Promise<Element> {
    return new Promise((resolve, reject) => {
      if (this.ended !== null) throw this.ended;
      this.count.awaitAck({ resolve, reject });
      this.wire?.send(element('r', ns.acks));
    });
  }

  private failed(kind: 'no-tls' | 'protocol', said: string): ChannelError {
    return new ChannelError(failure(kind, this.where, { said }));
  }

  private finish(error: Error): void {
    if (this.ended !== null) return;
    this.ended = error;
    for (const { reject } of this.requests.values()) reject(error);
    this.count.fail(error);
    this.reading?.reject(error);
    for (const ender of this.enders) ender(error);
    this.requests.clear();
    this.enders.clear();
  }

  /** An abort ends the connection: a half-finished request leaves no state that could be trusted. */
  private async limited<T>(work: Promise<T>, signal: AbortSignal, ms: number): Promise<T> {
    try {
      return await within(work, { signal, ms, late, end: () => this.drop() });
    } catch (error) {
      if (!(error instanceof ChannelError)) signal.throwIfAborted();
      throw xmppFailure(error, this.where);
    }
  }
}
