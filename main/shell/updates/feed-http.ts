import { HttpExecutor, configureRequestOptions, configureRequestUrl } from 'builder-util-runtime';
import type { DownloadOptions } from 'builder-util-runtime';
import { request as requestPlain } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { Socket } from 'node:net';

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/** Whether updates may come from an address: over TLS, or from this very computer. */
export const isFeedAddress = (address: string): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
};

/** A connection that fails before it goes anywhere: an error thrown while a redirection is followed is caught by nobody. */
const refusedConnection = (): Socket => {
  const socket = new Socket();
  process.nextTick(() => socket.destroy(new Error('an update comes from the host of its feed alone')));
  return socket;
};

/**
 * How electron-updater speaks to the feed: by Node, because Chromium has no network here, and with no other host than
 * the feed's own, wherever an answer may point.
 */
export class FeedHttp extends HttpExecutor<ClientRequest> {
  readonly #feed: URL;

  constructor(feed: string) {
    super();
    if (!isFeedAddress(feed)) throw new Error('updates come over TLS');
    this.#feed = new URL(feed);
  }

  createRequest(options: RequestOptions, answered: (response: IncomingMessage) => void): ClientRequest {
    const { protocol, hostname, port } = this.#feed;
    const asked = options.port === undefined || options.port === null ? '' : String(options.port);
    const request = protocol === 'https:' ? requestSecure : requestPlain;
    if (options.protocol !== protocol || options.hostname !== hostname || asked !== port) {
      return request({ createConnection: refusedConnection });
    }
    return request(options, answered);
  }

  /** Fetches a file, held to the hash in its options. */
  async download(url: URL, destination: string, options: DownloadOptions): Promise<string> {
    return options.cancellationToken.createPromise((settle, fail, onCancel) => {
      const request: RequestOptions = { headers: options.headers ?? {} };
      configureRequestUrl(url, request);
      configureRequestOptions(request);
      const callback = (error: Error | null): void => {
        // What the library calls this with on success is no error and not always null.
        if (error instanceof Error) fail(error);
        else settle(destination);
      };
      this.doDownload(request, { destination, options, onCancel, callback, responseHandler: null }, 0);
    });
  }
}
