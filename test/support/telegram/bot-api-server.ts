import { HttpEmulator } from '../http-emulator/http-emulator.ts';
import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import { EmulatedBot } from './emulated-bot.ts';
import { Refused, readParameters } from './parameters.ts';

let bots = 7_100_000_000;

const refusal = ({ code, message, parameters }: Refused): EmulatedAnswer => ({
  status: code,
  json: {
    ok: false,
    error_code: code,
    description: message,
    ...(parameters === null ? {} : { parameters }),
  },
});

/** Seconds that a bot is told to wait while it is refused as too fast. */
const retryAfter = 7;

/**
 * A Bot API server, written from core.telegram.org/bots/api: the token in the path, answers of `ok` with `result` or `error_code`, updates
 * that go when they are confirmed, true long polls of which only one may wait, and files behind links that grow old.
 */
export class BotApiServer {
  readonly #bots: EmulatedBot[] = [];
  readonly http: HttpEmulator;

  private constructor(http: HttpEmulator, bots: EmulatedBot[]) {
    this.http = http;
    this.#bots = bots;
  }

  static async start(): Promise<BotApiServer> {
    const all: EmulatedBot[] = [];
    const tooFast = new Refused(429, `Too Many Requests: retry after ${String(retryAfter)}`, {
      retry_after: retryAfter,
    });
    const http = await HttpEmulator.start(
      (request) => serve(all, request),
      () => refusal(tooFast),
    );
    return new BotApiServer(http, all);
  }

  /** A bot that BotFather has just made. */
  newBot(): EmulatedBot {
    bots += 1;
    const bot = new EmulatedBot(bots, `larkfield_${String(bots)}_bot`);
    this.#bots.push(bot);
    return bot;
  }

  /** How often a method was called. */
  calls(method: string): number {
    return this.http.requests.filter(({ url }) => url.pathname.endsWith(`/${method}`)).length;
  }

  stop(): Promise<void> {
    return this.http.stop();
  }
}

async function serve(bots: readonly EmulatedBot[], request: EmulatedRequest): Promise<EmulatedAnswer> {
  try {
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(request.url.pathname);
    if (file !== null) {
      const bytes = botOf(bots, file[1]).files.download(decodeURIComponent(file[2] ?? ''));
      if (bytes === null) throw new Refused(404, 'Not Found');
      return { headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from(bytes) };
    }
    const call = /^\/bot([^/]+)\/([A-Za-z]+)$/.exec(request.url.pathname);
    if (call === null || !['GET', 'POST'].includes(request.method)) throw new Refused(404, 'Not Found');
    const bot = botOf(bots, call[1]);
    const result = await bot.call(call[2] ?? '', await readParameters(request), request.gone);
    return { json: { ok: true, result } };
  } catch (error) {
    if (error instanceof Refused) return refusal(error);
    throw error;
  }
}

/** A token that cannot be one is not found; one that is not good is not authorised. */
function botOf(bots: readonly EmulatedBot[], token = ''): EmulatedBot {
  const typed = decodeURIComponent(token);
  if (!/^\d+:[\w-]+$/.test(typed)) throw new Refused(404, 'Not Found');
  const bot = bots.find((one) => one.token === typed);
  if (bot === undefined) throw new Refused(401, 'Unauthorized');
  return bot;
}
