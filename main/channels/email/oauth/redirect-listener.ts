import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Waits on loopback for the browser to come back from the authorization server (RFC 8252 section 7.3). */
export type RedirectListener = {
  readonly port: number;
  /** The parameters of the one answer; rejects with the signal's reason when it is aborted. */
  readonly answer: Promise<URLSearchParams>;
  readonly close: () => void;
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const page = (text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>Steward</title><p>${text.replace(/[&<>"]/g, (char) => escapes[char] ?? '')}</p>`;

/**
 * Opens a random port on 127.0.0.1 and takes exactly one request to `path` that carries `state`: a page that guesses the port cannot
 * end a sign-in that is not its own. Everything else is answered with 404.
 */
export async function listenForRedirect(
  expected: { readonly path: string; readonly state: string; readonly text: string },
  signal: AbortSignal,
): Promise<RedirectListener> {
  signal.throwIfAborted();
  const server = createServer();
  let finish: (parameters: URLSearchParams) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const answer = new Promise<URLSearchParams>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  answer.catch(() => undefined);
  const abort = (): void => {
    fail(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    close();
  };
  const close = (): void => {
    signal.removeEventListener('abort', abort);
    server.close();
    // Answered requests are let out; a browser's idle keep-alive connection is not waited for.
    server.closeIdleConnections();
  };
  signal.addEventListener('abort', abort, { once: true });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isOurs =
      request.method === 'GET' &&
      url.pathname === expected.path &&
      url.searchParams.get('state') === expected.state;
    response.setHeader('connection', 'close');
    if (!isOurs) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    response.end(page(expected.text), () => {
      finish(url.searchParams);
      close();
    });
  });
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that is closed while it opens its port never says that it listens.
  await Promise.race([listening, answer]);
  server.on('error', fail);
  const address = server.address();
  if (!isInet(address)) throw new Error('no port to listen on');
  return { port: address.port, answer, close };
}

const isInet = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;
