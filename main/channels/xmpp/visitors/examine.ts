import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { chatNamespace } from '#shared/domain/website-chat/protocol.ts';
import { isSocketAddress } from '#shared/domain/website-chat/snippet.ts';
import type { Examined, SessionContext } from '../../kit/channel.ts';
import { innermostCode, kindOfCode, wordsOf } from '../../kit/connection-codes.ts';
import { limitSignal } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadlines.ts';
import { bareJid, ns } from '../names.ts';
import { ownJid } from '../settings.ts';
import { attributeOf, childOf, element, elementsOf, serialised, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { readElement } from '../stream/xml-reader.ts';

const framing = 'urn:ietf:params:xml:ns:xmpp-framing';
const largestFrame = 256 * 1024;
/** Where we listen, an arrival is answered at once; nobody waits longer for it than a visitor would. */
const answerWithinMs = 8_000;

class Refusal extends Error {}

/** A visitor's line to the server (RFC 7395), one answer at a time. */
class VisitorLine {
  readonly #socket: WebSocket;
  readonly #heard: Element[] = [];
  #waiting: { readonly resolve: (element: Element) => void; readonly reject: (error: Error) => void } | null =
    null;
  #ended: Error | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (bytes: unknown) => {
      const text = Buffer.isBuffer(bytes) ? bytes.toString('utf8') : '';
      const heard = readElement(text);
      if (heard === null) return;
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting === null) this.#heard.push(heard);
      else waiting.resolve(heard);
    });
    const end = (error: Error): void => {
      this.#ended ??= error;
      this.#waiting?.reject(this.#ended);
      this.#waiting = null;
    };
    socket.on('error', end);
    socket.on('close', () =>
      end(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })),
    );
  }

  static async open(url: string, signal: AbortSignal): Promise<VisitorLine> {
    const socket = new WebSocket(url, 'xmpp', { maxPayload: largestFrame, followRedirects: false });
    const line = new VisitorLine(socket);
    signal.addEventListener('abort', () => socket.terminate(), { once: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    if (socket.protocol !== 'xmpp') throw new Refusal('xmpp');
    return line;
  }

  say(stanza: Element): void {
    this.#socket.send(serialised(stanza));
  }

  next(): Promise<Element> {
    return new Promise((resolve, reject) => {
      const first = this.#heard.shift();
      if (first !== undefined) resolve(first);
      else if (this.#ended !== null) reject(this.#ended);
      else this.#waiting = { resolve, reject };
    });
  }

  /** Waits for an element that `wanted` takes; others are passed over. */
  async until(wanted: (element: Element) => boolean): Promise<Element> {
    for (;;) {
      const heard = await this.next();
      if (wanted(heard)) return heard;
      if (heard.name === 'error' && heard.ns === ns.stream)
        throw new Refusal(elementsOf(heard)[0]?.name ?? 'error');
      if (heard.name === 'close' && heard.ns === framing) throw new Refusal('close');
    }
  }

  close(): void {
    this.#socket.terminate();
  }
}

const isFeatures = ({ name, ns: space }: Element): boolean => name === 'features' && space === ns.stream;

async function begin(line: VisitorLine, host: string): Promise<Element> {
  line.say(element('open', framing, { to: host, version: '1.0' }));
  return line.until(isFeatures);
}

async function signInAsVisitor(line: VisitorLine, host: string): Promise<void> {
  const features = await begin(line, host);
  const offered = elementsOf(childOf(features, 'mechanisms', ns.sasl) ?? element('none', '')).map(textIn);
  if (!offered.includes('ANONYMOUS')) throw new Refusal(offered.join(' '));
  line.say(element('auth', ns.sasl, { mechanism: 'ANONYMOUS' }));
  const verdict = await line.until(({ ns: space }) => space === ns.sasl);
  if (verdict.name !== 'success') throw new Refusal(elementsOf(verdict)[0]?.name ?? verdict.name);
  await begin(line, host);
  line.say(element('iq', ns.client, { type: 'set', id: 'bind' }, element('bind', ns.bind)));
  const bound = await line.until(({ name, attributes }) => name === 'iq' && attributes.get('id') === 'bind');
  if (attributeOf(bound, 'type') !== 'result') throw new Refusal('bind');
}

/** Arrives as a visitor does and waits for us to answer; nothing of it is kept. */
async function reachAgent(line: VisitorLine, agent: string): Promise<void> {
  const key = randomBytes(16).toString('hex');
  line.say(
    element(
      'message',
      ns.client,
      { type: 'chat', to: agent, id: 'examine' },
      element('visitor', chatNamespace, { key }, element('hello', chatNamespace)),
      element('no-store', ns.hints),
    ),
  );
  const answer = await line.until(
    (heard) =>
      bareJid(attributeOf(heard, 'from')) === agent &&
      (heard.name === 'presence' || attributeOf(heard, 'type') === 'error'),
  );
  if (attributeOf(answer, 'type') !== null) {
    const error = childOf(answer, 'error', ns.client);
    throw new Refusal((error === undefined ? undefined : elementsOf(error)[0]?.name) ?? 'error');
  }
}

/**
 * Looks at a website chat from where visitors stand: whether their websocket answers, lets them in without an account, and leads to us.
 * Ends at the first step that fails, with the server's word or our own for it.
 */
export async function examineVisitors(
  context: SessionContext,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<readonly Examined[]> {
  const agent = ownJid(context.address);
  const { chatUrl: url, chatHost: host } = context.settings;
  const done: Examined[] = [];
  if (typeof url !== 'string' || typeof host !== 'string' || !isSocketAddress(url))
    return [{ step: 'websocket', ok: false, said: null }];
  const held: { line: VisitorLine | null } = { line: null };
  const steps: readonly (readonly [string, number, (within: AbortSignal) => Promise<void>])[] = [
    [
      'websocket',
      timeouts.connect,
      async (within) => {
        held.line = await VisitorLine.open(url, within);
      },
    ],
    [
      'anonymous',
      timeouts.connect,
      async () => (held.line === null ? undefined : signInAsVisitor(held.line, host)),
    ],
    [
      'agent',
      Math.min(answerWithinMs, timeouts.answer),
      async () => (held.line === null ? undefined : reachAgent(held.line, agent)),
    ],
  ];
  try {
    for (const [step, ms, work] of steps) {
      const said = await attempted(work, ms, signal, () => held.line?.close());
      done.push({ step, ok: said === null, said: said === '' ? null : said });
      if (said !== null) break;
    }
    return done;
  } finally {
    held.line?.close();
  }
}

/** Null when it worked, else what there is to say about it. */
async function attempted(
  work: (signal: AbortSignal) => Promise<void>,
  ms: number,
  signal: AbortSignal,
  end: () => void,
): Promise<string | null> {
  const limited = limitSignal(signal, ms);
  const ended = new Promise<never>((_resolve, reject) => {
    limited.signal.addEventListener('abort', () => {
      end();
      reject(new Refusal(''));
    });
  });
  ended.catch(() => undefined);
  try {
    await Promise.race([work(limited.signal), ended]);
    return null;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Refusal) return error.message;
    return (
      kindOfCode(innermostCode(error)) ??
      wordsOf(error instanceof Error ? error.message : String(error)) ??
      ''
    );
  } finally {
    limited.release();
  }
}
