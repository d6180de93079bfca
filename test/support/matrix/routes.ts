import { randomBytes } from 'node:crypto';
import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import { Refusal, passes, readEventFilter } from './filter.ts';
import { pointOf, readPoint, readSyncFilter, syncAnswer } from './sync.ts';
import type { Asker } from './sync.ts';
import { isRecord, served } from './world.ts';
import type { StoredEvent, StoredRoom, World } from './world.ts';

/** What a server can be told to do otherwise. */
export type Habits = {
  /** What `GET /versions` lists. */
  versions: readonly string[];
  /** How long access tokens last in ms; null for ever, without refresh tokens. */
  tokenLife: number | null;
  /** Largest upload in bytes. */
  maxUpload: number;
  /** Most events on one page of history; servers cut where they like. */
  largestPage: number;
  /** Whether rooms made by this server are encrypted from the start. */
  encryptsNewRooms: boolean;
};

type Json = Readonly<Record<string, unknown>>;
type Call = {
  readonly world: World;
  readonly habits: Habits;
  readonly request: EmulatedRequest;
  readonly asker: Asker;
  readonly parts: readonly string[];
};
type Route = {
  readonly method: string;
  readonly path: RegExp;
  readonly open?: boolean;
  readonly answer: (call: Call) => EmulatedAnswer | Promise<EmulatedAnswer>;
};

const mostEventBytes = 65_536;

const unauthorised = (errcode: string, error: string, more: Json = {}): Refusal =>
  new Refusal(401, errcode, error, more);

const objectIn = ({ request }: Call): Json => {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'M_NOT_JSON', 'Content not JSON.');
  }
  if (!isRecord(value)) throw new Refusal(400, 'M_BAD_JSON', 'Content must be a JSON object.');
  return value;
};

const textIn = (said: Json, name: string): string => {
  const value = said[name];
  if (value === undefined) throw new Refusal(400, 'M_MISSING_PARAM', `Missing ${name}`);
  if (typeof value !== 'string') throw new Refusal(400, 'M_BAD_JSON', `${name} must be a string`);
  return value;
};

const partAt = ({ parts }: Call, at: number): string => parts[at] ?? '';

const numberIn = ({ request }: Call, name: string): number | null => {
  const text = request.url.searchParams.get(name);
  if (text === null) return null;
  if (!/^\d+$/.test(text))
    throw new Refusal(400, 'M_INVALID_PARAM', `Query parameter '${name}' must be an integer`);
  return Number(text);
};

const jsonIn = ({ request }: Call, name: string): unknown => {
  const text = request.url.searchParams.get(name);
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new Refusal(400, 'M_NOT_JSON', `${name} is not JSON`);
  }
};

/** The room of a call, for those who are in it. */
function roomOf(call: Call): StoredRoom {
  const room = call.world.room(partAt(call, 0));
  if (room === undefined || call.world.membership(room, call.asker.user) !== 'join')
    throw new Refusal(403, 'M_FORBIDDEN', `User ${call.asker.user} not in room ${partAt(call, 0)}`);
  return room;
}

/** The room of a call, for those who are or were in it, up to when they left. */
function visibleRoomOf(call: Call): { readonly room: StoredRoom; readonly until: number } {
  const { world, asker } = call;
  const room = world.room(partAt(call, 0));
  const own = room === undefined ? undefined : world.stateOf(room, 'm.room.member', asker.user);
  if (room === undefined || own === undefined || own.content['membership'] === 'invite')
    throw new Refusal(403, 'M_FORBIDDEN', 'You are not a member of this room');
  return { room, until: own.content['membership'] === 'join' ? world.stream : own.stream };
}

const given = (call: Call, user: string, device: string): Json => {
  const { world, habits } = call;
  for (const token of world.tokens.values())
    if (token.user === user && token.device === device) token.state = 'gone';
  const accessToken = `syt_${randomBytes(16).toString('base64url')}`;
  const expiresAt = habits.tokenLife === null ? null : world.now() + habits.tokenLife;
  world.tokens.set(accessToken, { user, device, expiresAt, state: 'good' });
  if (habits.tokenLife === null) return { access_token: accessToken };
  const refreshToken = `syr_${randomBytes(16).toString('base64url')}`;
  world.refreshTokens.set(refreshToken, { token: accessToken, used: false });
  return { access_token: accessToken, refresh_token: refreshToken, expires_in_ms: habits.tokenLife };
};

function login(call: Call): EmulatedAnswer {
  const said = objectIn(call);
  if (textIn(said, 'type') !== 'm.login.password') throw new Refusal(400, 'M_UNKNOWN', 'Unknown login type');
  const { identifier } = said;
  if (!isRecord(identifier) || identifier['type'] !== 'm.id.user')
    throw new Refusal(400, 'M_UNKNOWN', 'Unknown login identifier type');
  const typed = textIn(identifier, 'user');
  const user = typed.startsWith('@') ? typed : `@${typed}:${call.world.name}`;
  const person = call.world.people.get(user);
  if (person?.password !== textIn(said, 'password'))
    throw new Refusal(403, 'M_FORBIDDEN', 'Invalid username or password');
  const asked = said['device_id'];
  const device = typeof asked === 'string' ? asked : randomBytes(5).toString('hex').toUpperCase();
  const tokens = given(call, user, device);
  const { refresh_token: refreshToken, ...plain } = tokens;
  // Refresh tokens are only for those who say that they know them.
  if (said['refresh_token'] !== true)
    return { json: { user_id: user, device_id: device, access_token: plain['access_token'] } };
  return {
    json: {
      user_id: user,
      device_id: device,
      ...plain,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    },
  };
}

function refresh(call: Call): EmulatedAnswer {
  const { world } = call;
  const known = world.refreshTokens.get(textIn(objectIn(call), 'refresh_token'));
  const token = known === undefined ? undefined : world.tokens.get(known.token);
  if (known === undefined || token === undefined || known.used || token.state === 'gone')
    throw unauthorised('M_UNKNOWN_TOKEN', 'refresh token unknown or already used', {
      soft_logout: token?.state === 'soft',
    });
  known.used = true;
  return { json: given(call, token.user, token.device) };
}

async function sync(call: Call): Promise<EmulatedAnswer> {
  const { world, request, asker } = call;
  const query = request.url.searchParams;
  const named = query.get('filter') ?? '{}';
  const filter = readSyncFilter(named.startsWith('{') ? jsonIn(call, 'filter') : world.filters.get(named));
  if (named !== '{}' && !named.startsWith('{') && !world.filters.has(named))
    throw new Refusal(404, 'M_NOT_FOUND', 'No such filter');
  const presence = query.get('set_presence');
  if (presence !== null && !['offline', 'online', 'unavailable'].includes(presence))
    throw new Refusal(400, 'M_INVALID_PARAM', 'set_presence');
  const text = query.get('since');
  const since = text === null ? null : readPoint(world, text);
  const until = performance.now() + (since === null ? 0 : (numberIn(call, 'timeout') ?? 0));
  for (;;) {
    const { body, empty } = syncAnswer(world, asker, since, filter);
    const left = until - performance.now();
    if (!empty || left <= 0 || request.gone.aborted) return { json: body };
    await world.news(left, request.gone);
  }
}

function messages(call: Call): EmulatedAnswer {
  const { world, request, asker, habits } = call;
  const { room, until } = visibleRoomOf(call);
  const dir = request.url.searchParams.get('dir');
  if (dir !== 'b' && dir !== 'f') throw new Refusal(400, 'M_MISSING_PARAM', 'Missing dir');
  const filter = readEventFilter(jsonIn(call, 'filter'));
  const limit = Math.min(numberIn(call, 'limit') ?? 10, habits.largestPage);
  const fromText = request.url.searchParams.get('from');
  const toText = request.url.searchParams.get('to');
  const from = fromText === null ? (dir === 'b' ? until : 0) : readPoint(world, fromText);
  const to = toText === null ? null : readPoint(world, toText);
  const fits = ({ stream }: StoredEvent): boolean =>
    dir === 'b'
      ? stream <= Math.min(from, until) && (to === null || stream > to)
      : stream > from && stream <= until && (to === null || stream <= to);
  const inside = room.events.filter((event) => fits(event));
  const ordered = dir === 'b' ? inside.toReversed() : inside;
  const matching = ordered.filter((event) => passes(filter, event));
  const chunk = matching.slice(0, limit);
  const last = chunk.at(-1);
  const end =
    last === undefined || matching.length === chunk.length
      ? null
      : dir === 'b'
        ? last.stream - 1
        : last.stream;
  const members = filter.lazyMembers
    ? [...new Set(chunk.map(({ sender }) => sender))]
        .map((sender) => world.stateOf(room, 'm.room.member', sender))
        .filter((event) => event !== undefined)
    : [];
  return {
    json: {
      start: fromText ?? pointOf(world, 't', from),
      ...(end === null ? {} : { end: pointOf(world, 't', end) }),
      chunk: chunk.map((event) => ({ ...served(world, event, asker.device), room_id: room.id })),
      ...(members.length === 0
        ? {}
        : { state: members.map((event) => ({ ...served(world, event, asker.device), room_id: room.id })) }),
    },
  };
}

function send(call: Call): EmulatedAnswer {
  const { world, request, asker } = call;
  const room = roomOf(call);
  const [, type = '', transaction = ''] = call.parts;
  const content = objectIn(call);
  // Kept by device and path since version 1.7 ("Transaction identifiers").
  const known = `${asker.user} ${asker.device} ${request.url.pathname}`;
  const before = world.transactions.get(known);
  if (before !== undefined) return { json: { event_id: before } };
  if (Buffer.byteLength(request.body) > mostEventBytes - 1_000)
    throw new Refusal(413, 'M_TOO_LARGE', 'event too large');
  if (
    type === 'm.room.message' &&
    (typeof content['msgtype'] !== 'string' || typeof content['body'] !== 'string')
  )
    throw new Refusal(400, 'M_BAD_JSON', "'body' and 'msgtype' are required");
  const event = world.add(room, asker.user, type, content, { device: asker.device, transaction });
  world.transactions.set(known, event.event_id);
  return { json: { event_id: event.event_id } };
}

function createRoom(call: Call): EmulatedAnswer {
  const { world, habits, asker } = call;
  const said = objectIn(call);
  const { invite = [], is_direct: direct = false, preset = 'private_chat' } = said;
  if (!Array.isArray(invite) || !invite.every((one) => typeof one === 'string' && /^@[^:]+:.+/.test(one)))
    throw new Refusal(400, 'M_INVALID_PARAM', 'Invalid user_id');
  if (typeof preset !== 'string' || !['private_chat', 'public_chat', 'trusted_private_chat'].includes(preset))
    throw new Refusal(400, 'M_BAD_JSON', 'preset');
  const room = world.newRoom();
  world.add(room, asker.user, 'm.room.create', { room_version: '11' }, { state_key: '' });
  world.member(room, asker.user, 'join');
  world.add(room, asker.user, 'm.room.join_rules', { join_rule: 'invite' }, { state_key: '' });
  if (habits.encryptsNewRooms)
    world.add(
      room,
      asker.user,
      'm.room.encryption',
      { algorithm: 'm.megolm.v1.aes-sha2' },
      { state_key: '' },
    );
  for (const user of invite)
    world.member(room, String(user), 'invite', asker.user, direct === true ? { is_direct: true } : {});
  return { json: { room_id: room.id } };
}

function joinRoom(call: Call): EmulatedAnswer {
  const { world, asker } = call;
  const room = world.room(partAt(call, 0));
  if (room === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'No known servers');
  const membership = world.membership(room, asker.user);
  if (membership !== 'invite' && membership !== 'join')
    throw new Refusal(403, 'M_FORBIDDEN', 'You are not invited to this room.');
  if (membership === 'invite') world.member(room, asker.user, 'join');
  return { json: { room_id: room.id } };
}

function stateEvent(call: Call): EmulatedAnswer {
  const room = roomOf(call);
  const [, type = '', key = ''] = call.parts;
  const event = call.world.stateOf(room, type, key);
  if (event === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'Event not found.');
  return { json: event.content };
}

function oneEvent(call: Call): EmulatedAnswer {
  const { room, until } = visibleRoomOf(call);
  const event = room.events.find(({ event_id, stream }) => event_id === partAt(call, 1) && stream <= until);
  if (event === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'Event not found.');
  return { json: { ...served(call.world, event, call.asker.device), room_id: room.id } };
}

function joinedMembers(call: Call): EmulatedAnswer {
  const room = roomOf(call);
  const joined = call.world.members(room, 'join').map((user): readonly [string, Json] => {
    const name = call.world.stateOf(room, 'm.room.member', user)?.content['displayname'];
    return [user, typeof name === 'string' ? { display_name: name } : {}];
  });
  return { json: { joined: Object.fromEntries(joined) } };
}

function accountData(call: Call): EmulatedAnswer {
  const { world, request, asker } = call;
  const [user = '', type = ''] = call.parts;
  if (user !== asker.user) throw new Refusal(403, 'M_FORBIDDEN', 'Cannot see account data for other users.');
  const person = world.people.get(user);
  if (request.method === 'PUT') {
    person?.accountData.set(type, objectIn(call));
    return { json: {} };
  }
  const found = person?.accountData.get(type);
  if (found === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'Account data not found');
  return { json: found };
}

function readMarkers(call: Call): EmulatedAnswer {
  const { world, asker } = call;
  const room = roomOf(call);
  const said = objectIn(call);
  for (const type of ['m.read', 'm.read.private']) {
    const event = said[type];
    if (event === undefined) continue;
    const place = room.events.findIndex(({ event_id }) => event_id === event);
    if (typeof event !== 'string' || place < 0)
      throw new Refusal(404, 'M_NOT_FOUND', 'Event does not belong to the room');
    const before = room.receipts.get(`${type}\n${asker.user}\n`)?.event;
    // A marker never goes back.
    if (place >= room.events.findIndex(({ event_id }) => event_id === before))
      world.receipt(room, asker.user, type, event);
  }
  return { json: {} };
}

function upload(call: Call): EmulatedAnswer {
  const { world, habits, request } = call;
  if (request.body.length > habits.maxUpload)
    throw new Refusal(413, 'M_TOO_LARGE', 'Cannot upload files larger than the limit');
  const id = randomBytes(12).toString('base64url');
  world.media.set(`${world.name}/${id}`, {
    bytes: request.body,
    type: request.headers['content-type'] ?? 'application/octet-stream',
    name: request.url.searchParams.get('filename'),
  });
  return { json: { content_uri: `mxc://${world.name}/${id}` } };
}

function download(call: Call): EmulatedAnswer {
  const found = call.world.media.get(call.parts.slice(0, 2).join('/'));
  if (found === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'Not found');
  const disposition =
    found.name === null ? 'attachment' : `attachment; filename*=utf-8''${encodeURIComponent(found.name)}`;
  return { headers: { 'content-type': found.type, 'content-disposition': disposition }, body: found.bytes };
}

const isAuthenticated = ({ versions }: Habits): boolean => versions.includes('v1.11');

const part = '([^/]+)';
const at = (text: string): RegExp => new RegExp(`^/_matrix/${text}$`);
const gone = (): never => {
  throw new Refusal(404, 'M_UNRECOGNIZED', 'Unrecognized request');
};

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/\.well-known\/matrix\/client$/,
    open: true,
    answer: ({ request }) => ({
      json: { 'm.homeserver': { base_url: `http://${request.headers['host'] ?? ''}` } },
    }),
  },
  {
    method: 'GET',
    path: at('client/versions'),
    open: true,
    answer: ({ habits }) => ({ json: { versions: habits.versions, unstable_features: {} } }),
  },
  { method: 'POST', path: at('client/v3/login'), open: true, answer: login },
  { method: 'POST', path: at('client/v3/refresh'), open: true, answer: refresh },
  {
    method: 'GET',
    path: at('client/v3/account/whoami'),
    answer: ({ asker }) => ({ json: { user_id: asker.user, device_id: asker.device, is_guest: false } }),
  },
  { method: 'GET', path: at('client/v3/sync'), answer: sync },
  {
    method: 'GET',
    path: at('client/v3/joined_rooms'),
    answer: ({ world, asker }) => ({
      json: {
        joined_rooms: [...world.rooms.values()]
          .filter((room) => world.membership(room, asker.user) === 'join')
          .map(({ id }) => id),
      },
    }),
  },
  { method: 'GET', path: at(`client/v3/rooms/${part}/messages`), answer: messages },
  { method: 'GET', path: at(`client/v3/rooms/${part}/event/${part}`), answer: oneEvent },
  { method: 'GET', path: at(`client/v3/rooms/${part}/joined_members`), answer: joinedMembers },
  { method: 'GET', path: at(`client/v3/rooms/${part}/state/${part}(?:/([^/]*))?`), answer: stateEvent },
  { method: 'PUT', path: at(`client/v3/rooms/${part}/send/${part}/${part}`), answer: send },
  { method: 'POST', path: at(`client/v3/rooms/${part}/read_markers`), answer: readMarkers },
  { method: 'POST', path: at('client/v3/createRoom'), answer: createRoom },
  { method: 'POST', path: at(`client/v3/join/${part}`), answer: joinRoom },
  { method: 'GET', path: at(`client/v3/user/${part}/account_data/${part}`), answer: accountData },
  { method: 'PUT', path: at(`client/v3/user/${part}/account_data/${part}`), answer: accountData },
  { method: 'POST', path: at('media/v3/upload'), answer: upload },
  {
    method: 'GET',
    path: at('client/v1/media/config'),
    answer: ({ habits }) =>
      isAuthenticated(habits) ? { json: { 'm.upload.size': habits.maxUpload } } : gone(),
  },
  {
    method: 'GET',
    path: at('media/v3/config'),
    answer: ({ habits }) => ({ json: { 'm.upload.size': habits.maxUpload } }),
  },
  {
    method: 'GET',
    path: at(`client/v1/media/download/${part}/${part}`),
    answer: (call) => (isAuthenticated(call.habits) ? download(call) : gone()),
  },
  // Frozen for new media where the authenticated one is spoken (client-server API, "Content repository").
  {
    method: 'GET',
    path: at(`media/v3/download/${part}/${part}`),
    open: true,
    answer: (call) => (isAuthenticated(call.habits) ? gone() : download(call)),
  },
];

const nobody: Asker = { user: '', device: '' };

function whoAsks(world: World, request: EmulatedRequest): Asker {
  const [, text] = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  if (text === undefined) throw unauthorised('M_MISSING_TOKEN', 'Missing access token');
  const token = world.tokens.get(text);
  if (token?.state !== 'good')
    throw unauthorised('M_UNKNOWN_TOKEN', 'Invalid access token passed.', {
      soft_logout: token?.state === 'soft',
    });
  if (token.expiresAt !== null && token.expiresAt < world.now())
    throw unauthorised('M_UNKNOWN_TOKEN', 'Access token has expired', { soft_logout: true });
  return { user: token.user, device: token.device };
}

/** Answers one request as a homeserver does. */
export async function respond(
  world: World,
  habits: Habits,
  request: EmulatedRequest,
): Promise<EmulatedAnswer> {
  try {
    const { pathname } = request.url;
    const fitting = routes.filter(({ path }) => path.test(pathname));
    if (fitting.length === 0) gone();
    const route = fitting.find(({ method }) => method === request.method);
    if (route === undefined) throw new Refusal(405, 'M_UNRECOGNIZED', 'Unrecognized request');
    const asker = route.open === true ? nobody : whoAsks(world, request);
    const found: readonly (string | undefined)[] = route.path.exec(pathname) ?? [];
    const parts = found.slice(1).map((text) => decodeURIComponent(text ?? ''));
    return await route.answer({ world, habits, request, asker, parts });
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, json: error.body };
    throw error;
  }
}
