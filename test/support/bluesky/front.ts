import { HttpEmulator } from '../http-emulator/http-emulator.ts';
import type { Emulate, Refusal } from '../http-emulator/http-emulator.ts';

/** Headers that belong to one line and not to what is said on it (RFC 9110 section 7.6.1), and those that fetch makes by itself. */
const ofTheLine: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

/** Answers in which the PDS says where the account lives; behind a front it lives at the front. */
const tellsTheServer = /\/xrpc\/com\.atproto\.server\.(createSession|refreshSession|getSession)$/;

/** How the PDS refuses who comes too fast (@atproto/xrpc-server, rate-limiter): the second in which it will listen again is in a header. */
const tooFast: Refusal = () => ({
  status: 429,
  headers: {
    'RateLimit-Limit': '3000',
    'RateLimit-Remaining': '0',
    'RateLimit-Reset': String(Math.floor(Date.now() / 1_000) + 120),
    'RateLimit-Policy': '3000;w=300',
  },
  json: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
});

/** A real PDS behind a line that can be made to fail: everything is passed on, and the faults are those of the emulators. */
export function startFront(pds: string): Promise<HttpEmulator> {
  let base = '';
  const emulate: Emulate = async ({ method, url, headers, body }) => {
    const response = await fetch(new URL(`${url.pathname}${url.search}`, pds), {
      method,
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheLine.has(name))),
      ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      headers: Object.fromEntries([...response.headers].filter(([name]) => !ofTheLine.has(name))),
      body: tellsTheServer.test(url.pathname) ? bytes.toString('utf8').replaceAll(pds, base) : bytes,
    };
  };
  return HttpEmulator.start(emulate, tooFast).then((front) => {
    base = front.base;
    return front;
  });
}
