import { HttpEmulator } from '../http-emulator/http-emulator.ts';
import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import { accountEntity, instanceEntity, mediaEntity, notificationEntity, statusEntity } from './entities.ts';
import { linkHeader, pageOf, readPageQuery } from './paging.ts';
import { readParameters } from './parameters.ts';
import { postMedia, postStatus, refused } from './posting.ts';
import type { Posting } from './posting.ts';
import { Counters, limitHeaders, usualLimits } from './rate-limits.ts';
import type { Limit, Standing } from './rate-limits.ts';
import { World } from './world.ts';
import type { Person } from './person.ts';
import type { Flavour, StoredStatus } from './world.ts';

/** How the server is set up; without more, as a fresh Mastodon. */
export type ServerOptions = {
  readonly flavour?: Flavour;
  readonly domain?: string;
  readonly now?: () => number;
  /** Requests in 5 minutes; many in tests that do an hour's work in a second. */
  readonly requests?: number;
  readonly maxCharacters?: number;
  /** Whether it knows version 2 of the instance call (4.0 and later). */
  readonly instanceV2?: boolean;
};

type Token = { readonly person: Person; readonly scopes: readonly string[]; revoked: boolean };

type Call = {
  readonly request: EmulatedRequest;
  readonly url: URL;
  readonly path: string;
  readonly token: Token | null;
};

type Route = {
  readonly method: string;
  readonly path: RegExp;
  /** What the token must be allowed, or null where none is needed. */
  readonly scope: string | null;
  readonly answer: (call: Call, me: Person, id: string) => Promise<EmulatedAnswer> | EmulatedAnswer;
};

const isAnswer = (value: object): value is EmulatedAnswer => 'json' in value || 'body' in value;

/** Whether one of the scopes covers what is needed: `read` covers `read:statuses` (docs.joinmastodon.org/api/oauth-scopes). */
const covers = (scopes: readonly string[], needed: string): boolean =>
  scopes.includes(needed) || scopes.includes(needed.split(':', 1)[0] ?? '');

const notFound = refused(404, 'Record not found');

/**
 * A Mastodon server on loopback, written from docs.joinmastodon.org (methods accounts, notifications, statuses, media, instance; entities;
 * api/rate-limits, api/guidelines) and the controllers and models it links to: tokens and scopes, visibility, paging, validation,
 * idempotency keys, limits of requests, and what the server tells to whom. Other servers' people are in the same world.
 */
export class MastodonServer {
  readonly world: World;
  readonly #options: Required<ServerOptions>;
  readonly #tokens = new Map<string, Token>();
  readonly #posting: Posting;
  readonly #counters = new Counters();
  readonly #routes: readonly Route[];
  #http: HttpEmulator | null = null;
  #mediaChecks = 2;
  #tellsContext = true;

  private constructor(options: ServerOptions) {
    this.#options = {
      flavour: 'mastodon',
      domain: 'social.example',
      now: () => Date.now(),
      requests: usualLimits.api.count,
      maxCharacters: 500,
      instanceV2: true,
      ...options,
    };
    this.world = new World(this.#options);
    this.#posting = {
      world: this.world,
      maxCharacters: this.#options.maxCharacters,
      imageBytes: 16_777_216,
      videoBytes: 103_809_024,
      mediaChecks: () => this.#mediaChecks,
      keys: new Map(),
    };
    this.#routes = this.#allRoutes();
  }

  static async start(options: ServerOptions = {}): Promise<MastodonServer> {
    const server = new MastodonServer(options);
    server.#http = await HttpEmulator.start(
      (request) => server.#answer(request),
      () => server.#tooMany({ limit: usualLimits.api, left: -1, resetAt: server.world.now() + 60_000 }),
    );
    return server;
  }

  /** The wire and its faults. */
  get http(): HttpEmulator {
    if (this.#http === null) throw new Error('the server has not started');
    return this.#http;
  }

  get base(): string {
    return this.http.base;
  }

  /** A token of somebody for an application (Preferences > Development). */
  token(person: Person, scopes: readonly string[] = ['read', 'write']): string {
    const token = `token-${person.id}-${String(this.#tokens.size)}`;
    this.#tokens.set(token, { person, scopes, revoked: false });
    return token;
  }

  revoke(token: string): void {
    const known = this.#tokens.get(token);
    if (known !== undefined) known.revoked = true;
  }

  /** From now on a film that is handed in is asked for in vain so often. */
  delayMedia(checks: number): void {
    this.#mediaChecks = checks;
  }

  /** From now on it tells no context, as some that speak the same interface do. */
  withoutContext(): void {
    this.#tellsContext = false;
  }

  /** The posts that were made with a key, also by servers that ignore it. */
  madeWith(key: string): readonly StoredStatus[] {
    return [...this.world.statuses.values()].filter((status) => status.key === key);
  }

  stop(): Promise<void> {
    return this.http.stop();
  }

  async #answer(request: EmulatedRequest): Promise<EmulatedAnswer> {
    const { url } = request;
    if (!url.pathname.startsWith('/api/')) return this.#serveFile(url.pathname);
    const bearer = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
    const token = bearer === undefined ? null : (this.#tokens.get(bearer) ?? null);
    const standing = this.#count(request, bearer ?? '');
    if (standing.left < 0) return this.#tooMany(standing);
    const answer = await this.#route({ request, url, path: url.pathname, token }, bearer !== undefined);
    const headers = limitHeaders(standing, this.world.flavour === 'gotosocial');
    return {
      ...answer,
      headers: { date: new Date(this.world.now()).toUTCString(), ...headers, ...answer.headers },
    };
  }

  #route(call: Call, hasBearer: boolean): Promise<EmulatedAnswer> | EmulatedAnswer {
    const route = this.#routes.find(
      ({ method, path }) => method === call.request.method && path.test(call.path),
    );
    if (route === undefined) return refused(404, 'Not Found');
    const id = decodeURIComponent(route.path.exec(call.path)?.[1] ?? '');
    if (route.scope === null) return route.answer(call, this.#nobody, id);
    // Doorkeeper: a token that is wrong, was revoked, or does not reach so far.
    if (call.token === null)
      return refused(401, hasBearer ? 'The access token is invalid' : 'The access token is invalid');
    if (call.token.revoked) return refused(401, 'The access token was revoked');
    if (!covers(call.token.scopes, route.scope))
      return refused(403, 'This action is outside the authorized scopes');
    return route.answer(call, call.token.person, id);
  }

  readonly #nobody: Person = {
    id: '0',
    username: '',
    domain: null,
    acct: '',
    url: '',
    displayName: '',
    emojis: [],
    followers: new Set(),
  };

  #allRoutes(): readonly Route[] {
    const { world } = this;
    const status = (found: StoredStatus): EmulatedAnswer => ({ json: statusEntity(found, world, this.base) });
    const seen = (me: Person, id: string): StoredStatus | null => {
      const found = world.statuses.get(id);
      return found !== undefined && world.canSee(me, found) ? found : null;
    };
    return [
      {
        method: 'GET',
        path: /^\/api\/v2\/instance$/,
        scope: null,
        answer: () =>
          this.#options.instanceV2
            ? { json: instanceEntity(world, this.#posting, 2) }
            : refused(404, 'Not Found'),
      },
      {
        method: 'GET',
        path: /^\/api\/v1\/instance$/,
        scope: null,
        answer: () => ({ json: instanceEntity(world, this.#posting, 1) }),
      },
      {
        method: 'GET',
        path: /^\/api\/v1\/accounts\/verify_credentials$/,
        scope: 'read:accounts',
        answer: (_call, me) => ({ json: accountEntity(me, world) }),
      },
      {
        method: 'GET',
        path: /^\/api\/v1\/accounts\/([^/]+)\/statuses$/,
        scope: 'read:statuses',
        answer: (call, me, id) => this.#statusesOf(call, me, id),
      },
      {
        method: 'GET',
        path: /^\/api\/v1\/notifications$/,
        scope: 'read:notifications',
        answer: (call, me) => this.#notifications(call, me),
      },
      {
        method: 'POST',
        path: /^\/api\/v1\/statuses$/,
        scope: 'write:statuses',
        answer: async ({ request }, me) => {
          const key = request.headers['idempotency-key'] ?? null;
          const made = postStatus(this.#posting, me, await readParameters(request), key);
          return isAnswer(made) ? made : status(made);
        },
      },
      {
        method: 'GET',
        path: /^\/api\/v1\/statuses\/([^/]+)$/,
        scope: 'read:statuses',
        answer: (_call, me, id) => {
          const found = seen(me, id);
          return found === null ? notFound : status(found);
        },
      },
      {
        method: 'DELETE',
        path: /^\/api\/v1\/statuses\/([^/]+)$/,
        scope: 'write:statuses',
        answer: (_call, me, id) => {
          const found = world.statuses.get(id);
          if (found?.author !== me) return notFound;
          world.remove(found);
          return { json: { ...statusEntity(found, world, this.base), text: found.text } };
        },
      },
      {
        method: 'GET',
        path: /^\/api\/v1\/statuses\/([^/]+)\/context$/,
        scope: 'read:statuses',
        answer: (_call, me, id) => {
          const found = seen(me, id);
          return found === null || !this.#tellsContext ? notFound : this.#context(me, found);
        },
      },
      {
        method: 'POST',
        path: /^\/api\/v2\/media$/,
        scope: 'write:media',
        answer: async ({ request }, me) => {
          const made = postMedia(this.#posting, me, await readParameters(request));
          if (isAnswer(made)) return made;
          return { status: made.checks > 0 ? 202 : 200, json: mediaEntity(made, this.base) };
        },
      },
      {
        method: 'GET',
        path: /^\/api\/v1\/media\/([^/]+)$/,
        scope: 'write:media',
        answer: (_call, me, id) => {
          const media = world.media.get(id);
          if (media?.owner !== me.id || media.attached) return notFound;
          if (media.checks > 0) media.checks -= 1;
          return { status: media.checks > 0 ? 206 : 200, json: mediaEntity(media, this.base) };
        },
      },
    ];
  }

  #statusesOf({ url }: Call, me: Person, id: string): EmulatedAnswer {
    const { world } = this;
    const person = world.people.find((one) => one.id === id);
    if (person === undefined) return notFound;
    const without = (name: string): boolean => ['true', '1'].includes(url.searchParams.get(name) ?? '');
    const all = [...world.statuses.values()].filter(
      (one) =>
        one.author === person &&
        world.canSee(me, one) &&
        !(without('exclude_reblogs') && one.reblog !== null) &&
        !(without('exclude_replies') && one.inReplyTo !== null && one.inReplyTo.author !== person),
    );
    const query = readPageQuery(url, 20, 40);
    const page = pageOf(all, query, world.statusNumbers);
    return {
      json: page.map((one) => statusEntity(one, world, this.base)),
      headers: linkHeader(url, this.base, page, page.length === query.limit),
    };
  }

  #notifications({ url }: Call, me: Person): EmulatedAnswer {
    const { world } = this;
    const types = url.searchParams.getAll('types[]');
    const excluded = url.searchParams.getAll('exclude_types[]');
    const withFiltered = ['true', '1'].includes(url.searchParams.get('include_filtered') ?? '');
    const all = world.notifications.filter(
      ({ to, type, filtered }) =>
        to === me.id &&
        (withFiltered || !filtered) &&
        (types.length === 0 || types.includes(type)) &&
        !excluded.includes(type),
    );
    const page = pageOf(all, readPageQuery(url, 40, 80), world.notificationNumbers);
    return {
      json: page.map((one) => notificationEntity(one, world, this.base)),
      headers: linkHeader(url, this.base, page, true),
    };
  }

  #context(me: Person, status: StoredStatus): EmulatedAnswer {
    const { world } = this;
    const ancestors: StoredStatus[] = [];
    for (let at = status.inReplyTo; at !== null; at = at.inReplyTo)
      if (world.canSee(me, at)) ancestors.unshift(at);
    const below = (of: StoredStatus): readonly StoredStatus[] =>
      [...world.statuses.values()]
        .filter((one) => one.inReplyTo === of && world.canSee(me, one))
        .flatMap((one) => [one, ...below(one)]);
    const entities = (all: readonly StoredStatus[]): readonly object[] =>
      all.map((one) => statusEntity(one, world, this.base));
    return { json: { ancestors: entities(ancestors), descendants: entities(below(status)) } };
  }

  /** Files are served to everybody; those of other servers are led to by the media proxy. */
  #serveFile(path: string): EmulatedAnswer {
    const id = /^\/(?:media_proxy|system\/media_attachments\/files)\/([^/.]+)/.exec(path)?.[1] ?? '';
    const media = this.world.media.get(id);
    if (media === undefined) return { status: 404, body: 'Not Found' };
    if (path.startsWith('/media_proxy/'))
      return { status: 302, headers: { location: `/system/media_attachments/files/${id}.bin` }, body: '' };
    return { headers: { 'content-type': media.mimeType }, body: media.bytes };
  }

  #count(request: EmulatedRequest, who: string): Standing {
    const { url, method } = request;
    const now = this.world.now();
    const paging = ['page', 'min_id', 'max_id', 'since_id'].some(
      (name) => (url.searchParams.get(name) ?? '') !== '',
    );
    const limits: readonly Limit[] = [
      { ...usualLimits.api, count: this.#options.requests },
      ...(paging
        ? [{ ...usualLimits.paging, count: Math.max(this.#options.requests, usualLimits.paging.count) }]
        : []),
      ...(method === 'POST' && /^\/api\/v\d+\/media$/.test(url.pathname) ? [usualLimits.media] : []),
    ];
    const standings = limits.map((limit) => this.#counters.count(limit, who, now));
    // The headers are about the limit that is closest (api/rate-limits).
    return standings.reduce((closest, one) => (one.left < closest.left ? one : closest));
  }

  #tooMany(standing: Standing): EmulatedAnswer {
    return {
      ...refused(429, 'Too many requests'),
      headers: {
        date: new Date(this.world.now()).toUTCString(),
        ...limitHeaders(standing, this.world.flavour === 'gotosocial'),
      },
    };
  }
}
