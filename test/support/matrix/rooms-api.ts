import type { EmulatedAnswer } from '../http-emulator/http-emulator.ts';
import { jsonIn, numberIn, objectIn, partAt, roomOf, visibleRoomOf } from './call.ts';
import type { Call, Json } from './call.ts';
import { Refusal, passes, readEventFilter } from './filter.ts';
import { pointOf, readPoint, readSyncFilter, syncAnswer } from './sync.ts';
import { served } from './world.ts';
import type { StoredEvent } from './world.ts';

const mostEventBytes = 65_536;

/** `GET /sync`, waiting for news as long as it is asked to. */
export async function sync(call: Call): Promise<EmulatedAnswer> {
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

/** `GET /rooms/{roomId}/messages`. */
export function messages(call: Call): EmulatedAnswer {
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

/** `PUT /rooms/{roomId}/send/{eventType}/{txnId}`: taken once for each transaction id. */
export function send(call: Call): EmulatedAnswer {
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

/** `POST /createRoom`. */
export function createRoom(call: Call): EmulatedAnswer {
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

/** `POST /join/{roomId}`, for who is invited. */
export function joinRoom(call: Call): EmulatedAnswer {
  const { world, asker } = call;
  const room = world.room(partAt(call, 0));
  if (room === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'No known servers');
  const membership = world.membership(room, asker.user);
  if (membership !== 'invite' && membership !== 'join')
    throw new Refusal(403, 'M_FORBIDDEN', 'You are not invited to this room.');
  if (membership === 'invite') world.member(room, asker.user, 'join');
  return { json: { room_id: room.id } };
}

/** `GET /rooms/{roomId}/state/{eventType}/{stateKey}`. */
export function stateEvent(call: Call): EmulatedAnswer {
  const room = roomOf(call);
  const [, type = '', key = ''] = call.parts;
  const event = call.world.stateOf(room, type, key);
  if (event === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'Event not found.');
  return { json: event.content };
}

/** `GET /rooms/{roomId}/event/{eventId}`. */
export function oneEvent(call: Call): EmulatedAnswer {
  const { room, until } = visibleRoomOf(call);
  const event = room.events.find(({ event_id, stream }) => event_id === partAt(call, 1) && stream <= until);
  if (event === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'Event not found.');
  return { json: { ...served(call.world, event, call.asker.device), room_id: room.id } };
}

/** `GET /rooms/{roomId}/joined_members`. */
export function joinedMembers(call: Call): EmulatedAnswer {
  const room = roomOf(call);
  const joined = call.world.members(room, 'join').map((user): readonly [string, Json] => {
    const name = call.world.stateOf(room, 'm.room.member', user)?.content['displayname'];
    return [user, typeof name === 'string' ? { display_name: name } : {}];
  });
  return { json: { joined: Object.fromEntries(joined) } };
}

/** `GET` and `PUT /user/{userId}/account_data/{type}`. */
export function accountData(call: Call): EmulatedAnswer {
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

/** `POST /rooms/{roomId}/read_markers`. */
export function readMarkers(call: Call): EmulatedAnswer {
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
