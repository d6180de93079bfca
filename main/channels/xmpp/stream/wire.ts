import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { connect as connectTls, TLSSocket } from 'node:tls';
import {
  checkPeer,
  certificateFailure,
  authorizationCode,
  certificateProblem,
  tlsOptions,
} from '../../kit/certificates.ts';
import type { Endpoint } from '../../kit/endpoint.ts';
import { ChannelError } from '../../kit/failure.ts';
import { ns } from '../names.ts';
import { escaped, serialised } from './element.ts';
import type { Element } from './element.ts';
import { readXml } from './xml-reader.ts';
import type { XmlReader } from './xml-reader.ts';

/** What the wire tells; after `ended` nothing more comes. */
export type WireEvents = {
  readonly element: (element: Element) => void;
  readonly ended: (error: Error) => void;
};

const closed = (): Error => Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });

/** Bytes in, elements out: one socket, in plain text or TLS, with one XML stream on it after another. */
export class Wire {
  private readonly endpoint: Endpoint;
  private readonly domain: string;
  private readonly events: WireEvents;
  private socket: Socket;
  private reader: XmlReader | null = null;
  private failed: Error | null = null;
  secure: boolean;

  private constructor(endpoint: Endpoint, domain: string, socket: Socket, events: WireEvents) {
    this.endpoint = endpoint;
    this.domain = domain;
    this.events = events;
    this.socket = socket;
    this.secure = socket instanceof TLSSocket;
    this.attach(socket);
  }

  /** Connects, with TLS where the endpoint says so from the first byte; `started` gets the socket at once, so that it can be ended. */
  static async open(
    endpoint: Endpoint,
    domain: string,
    events: WireEvents,
    started: (end: () => void) => void,
  ): Promise<Wire> {
    const plain = connectPlain({ host: endpoint.host, port: endpoint.port });
    plain.setNoDelay(true);
    plain.setKeepAlive(true, 60_000);
    started(() => plain.destroy());
    await new Promise<void>((resolve, reject) => {
      plain.once('connect', resolve);
      plain.once('error', reject);
      plain.once('close', () => reject(closed()));
    });
    plain.removeAllListeners();
    if (endpoint.security !== 'tls') return new Wire(endpoint, domain, plain, events);
    return new Wire(endpoint, domain, await secured(plain, endpoint, domain), events);
  }

  /** Goes on in TLS; the stream begins anew afterwards. */
  async upgrade(): Promise<void> {
    this.socket.removeAllListeners('data');
    this.socket.removeAllListeners('close');
    this.reader = null;
    this.socket = await secured(this.socket, this.endpoint, this.domain);
    this.secure = true;
    this.attach(this.socket);
  }

  /** Begins a stream and forgets the one before (RFC 6120 section 4.3.3). */
  begin(): void {
    this.reader = readXml({
      opened: () => undefined,
      element: (element) => this.events.element(element),
      closed: () => this.end(closed()),
    });
    this.write(
      `<?xml version='1.0'?><stream:stream xmlns='${ns.client}' xmlns:stream='${ns.stream}' version='1.0' to='${escaped(this.domain)}'>`,
    );
  }

  send(element: Element): void {
    this.write(serialised(element, ns.client));
  }

  /** Says goodbye and ends. */
  close(): void {
    if (this.failed === null && this.reader !== null) this.socket.write('</stream:stream>');
    this.socket.end();
    this.end(closed());
  }

  /** Ends without a word. */
  drop(): void {
    this.end(closed());
    this.socket.destroy();
  }

  private write(text: string): void {
    if (this.failed !== null) throw this.failed;
    this.socket.write(text);
  }

  private attach(socket: Socket): void {
    // A character may be cut in two by the network.
    const decoder = new StringDecoder('utf8');
    socket.on('data', (bytes: Buffer) => {
      try {
        this.reader?.write(decoder.write(bytes));
      } catch (error) {
        this.end(error instanceof Error ? error : new Error(String(error)));
        socket.destroy();
      }
    });
    socket.on('error', (error) => this.end(error));
    socket.on('close', () => this.end(closed()));
  }

  private end(error: Error): void {
    if (this.failed !== null) return;
    this.failed = error;
    this.events.ended(error);
  }
}

/** TLS on a connected socket. The certificate must be for the domain of the address, not for the host it led to (RFC 6120 section 13.7.2). */
function secured(plain: Socket, endpoint: Endpoint, domain: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // Whether a certificate is believed is decided below, when it can be shown.
    const tls = connectTls({
      ...tlsOptions(endpoint),
      rejectUnauthorized: false,
      socket: plain,
      servername: domain,
    });
    const fail = (error: Error): void => {
      tls.destroy();
      reject(error);
    };
    tls.once('error', fail);
    tls.once('close', () => fail(closed()));
    tls.once('secureConnect', () => {
      tls.removeAllListeners();
      try {
        checkPeer(tls, endpoint);
        resolve(tls);
      } catch (error) {
        const problem = certificateProblem(authorizationCode(tls));
        const shown =
          error instanceof ChannelError && endpoint.trusted === null && problem !== null
            ? new ChannelError(certificateFailure(endpoint, tls.getPeerCertificate(), problem))
            : error;
        tls.on('error', () => undefined);
        tls.destroy();
        reject(shown instanceof Error ? shown : new Error(String(shown)));
      }
    });
  });
}
