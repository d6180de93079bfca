import { isLoopback, hostPort } from '../../kit/endpoint.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { within } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadlines.ts';
import { ns } from '../names.ts';
import type { XmppSettings } from '../settings.ts';
import { childOf, element, elementsOf } from './element.ts';
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
};

type Waiting = { readonly resolve: (stanza: Element) => void; readonly reject: (error: Error) => void };

const late = (): Error => Object.assign(new Error('no answer in time'), { code: 'ETIMEOUT' });

/**
 * One signed-in stream. Requests run side by side; messages are told to whoever listens. Stream management (XEP-0198) is used for its
 * acknowledgements alone: what a broken stream may have missed is in the archive, so nothing is resumed.
 */
export class XmppConnection {
  private readonly target: XmppTarget;
  private readonly where: string;
  private readonly requests = new Map<string, Waiting>();
  private readonly acks: { readonly upTo: number; readonly waiting: Waiting }[] = [];
  private readonly listeners = new Set<(message: Element) => void>();
  private readonly enders = new Set<(error: Error) => void>();
  private wire: Wire | null = null;
  private ended: Error | null = null;
  private lastRequest = 0;
  private sent = 0;
  private heard = 0;
  private managed = false;
  /** While signing in, elements are read one by one. */
  private pending: Element[] | null = [];
  private reading: Waiting | null = null;

  private constructor(target: XmppTarget) {
    this.target = target;
    this.where = hostPort(target.settings.server);
  }

  /** Connects and signs in; failures are thrown as ChannelError. */
  static async open(target: XmppTarget, signal: AbortSignal): Promise<XmppConnection> {
    signal.throwIfAborted();
    const connection = new XmppConnection(target);
    await connection.limited(connection.start(), signal, target.timeouts.connect);
    return connection;
  }

  get usable(): boolean {
    return this.ended === null;
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
      this.lastRequest += 1;
      const id = `r${String(this.lastRequest)}`;
      this.requests.set(id, { resolve, reject });
      this.sendStanza(element('iq', ns.client, { type, id, to: to ?? undefined }, query));
    });
    return this.limited(answer, signal, this.target.timeouts.answer);
  }

  /** Writes a message; over when the server has acknowledged it. Nothing is known when this fails. */
  deliver(message: Element, signal: AbortSignal): Promise<void> {
    const done = new Promise<Element>((resolve, reject) => {
      if (this.ended !== null) throw this.ended;
      this.sendStanza(message);
      if (!this.managed) {
        // Stanzas of one stream are worked on in order (RFC 6120 section 10.1): an answer to a later request proves the earlier one.
        this.lastRequest += 1;
        const id = `r${String(this.lastRequest)}`;
        const refused = (error: Error): void =>
          error instanceof StanzaError ? resolve(message) : reject(error);
        this.requests.set(id, { resolve, reject: refused });
        const { domain } = this.target.settings;
        this.sendStanza(element('iq', ns.client, { type: 'get', id, to: domain }, element('ping', ns.ping)));
        return;
      }
      this.acks.push({ upTo: this.sent, waiting: { resolve, reject } });
      this.wire?.send(element('r', ns.acks));
    });
    return this.limited(done, signal, this.target.timeouts.answer).then(() => undefined);
  }

  /** Says something that no one answers. */
  say(stanza: Element): void {
    if (this.ended !== null) throw this.ended;
    this.sendStanza(stanza);
  }

  /** Tells every message that comes in, until the returned function is called. */
  onMessage(listener: (message: Element) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
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
    talk.send(element('iq', ns.client, { type: 'set', id: 'bind' }, element('bind', ns.bind)));
    const bound = await talk.next();
    if (bound.attributes.get('type') !== 'result') throw xmppFailure(stanzaError(bound), this.where);
    if (childOf(features, 'sm', ns.acks) === undefined) return;
    talk.send(element('enable', ns.acks));
    this.managed = (await talk.next()).name === 'enabled';
  }

  private goLive(): void {
    const early = this.pending ?? [];
    this.pending = null;
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
      this.takeAck(one);
      return;
    }
    this.heard += 1;
    if (one.name === 'iq') this.takeAnswer(one);
    else if (one.name === 'message') for (const listener of [...this.listeners]) listener(one);
  }

  private takeAck(one: Element): void {
    if (one.name === 'r') this.wire?.send(element('a', ns.acks, { h: String(this.heard) }));
    const upTo = Number(one.attributes.get('h'));
    if (one.name !== 'a' || !Number.isInteger(upTo)) return;
    for (const { waiting } of this.acks.filter((ack) => ack.upTo <= upTo)) waiting.resolve(one);
    this.forgetAcks((ack) => ack.upTo > upTo);
  }

  private forgetAcks(keep: (ack: { readonly upTo: number }) => boolean): void {
    this.acks.splice(0, this.acks.length, ...this.acks.filter(keep));
  }

  private takeAnswer(iq: Element): void {
    const type = iq.attributes.get('type') ?? '';
    const id = iq.attributes.get('id') ?? '';
    if (type === 'get' || type === 'set') {
      this.answer(iq, id);
      return;
    }
    const from = iq.attributes.get('from');
    const waiting = this.requests.get(id);
    if (waiting === undefined || !this.mayAnswer(from)) return;
    this.requests.delete(id);
    if (type === 'error') waiting.reject(stanzaError(iq));
    else waiting.resolve(iq);
  }

  /** Only our own server and our own account are ever asked; an answer from anybody else is forged. */
  private mayAnswer(from: string | undefined): boolean {
    const { jid, domain } = this.target.settings;
    return from === undefined || from === domain || from.split('/', 1)[0]?.toLowerCase() === jid;
  }

  private answer(iq: Element, id: string): void {
    const to = iq.attributes.get('from');
    const isPing = elementsOf(iq).some((query) => query.name === 'ping' && query.ns === ns.ping);
    const refused = element(
      'error',
      ns.client,
      { type: 'cancel' },
      element('service-unavailable', ns.stanzaErrors),
    );
    this.sendStanza(
      isPing
        ? element('iq', ns.client, { type: 'result', id, to })
        : element('iq', ns.client, { type: 'error', id, to }, refused),
    );
  }

  private sendStanza(stanza: Element): void {
    this.sent += 1;
    this.wire?.send(stanza);
  }

  private failed(kind: 'no-tls' | 'protocol', said: string): ChannelError {
    return new ChannelError(failure(kind, this.where, { said }));
  }

  private finish(error: Error): void {
    if (this.ended !== null) return;
    this.ended = error;
    for (const { reject } of this.requests.values()) reject(error);
    for (const { waiting } of this.acks) waiting.reject(error);
    this.reading?.reject(error);
    for (const ender of this.enders) ender(error);
    this.requests.clear();
    this.acks.length = 0;
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
