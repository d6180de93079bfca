import * as v from 'valibot';

const texts = v.fallback(v.array(v.string()), []);
const unknowns = v.fallback(v.array(v.unknown()), []);
const eventList = v.fallback(v.object({ events: unknowns }), { events: [] });

const joinedRoom = v.object({
  state: eventList,
  timeline: v.fallback(
    v.object({
      events: unknowns,
      limited: v.fallback(v.boolean(), false),
      prev_batch: v.fallback(v.nullable(v.string()), null),
    }),
    { events: [], limited: false, prev_batch: null },
  ),
  ephemeral: eventList,
});

const nothingSaid: v.InferOutput<typeof joinedRoom> = {
  state: { events: [] },
  timeline: { events: [], limited: false, prev_batch: null },
  ephemeral: { events: [] },
};

const roomsOf = v.fallback(v.record(v.string(), v.fallback(joinedRoom, nothingSaid)), {});

/** `GET /_matrix/client/v3/sync`. */
export const syncAnswer = v.object({
  next_batch: v.pipe(v.string(), v.minLength(1), v.maxLength(1_000)),
  rooms: v.fallback(
    v.object({
      join: roomsOf,
      leave: roomsOf,
      invite: v.fallback(
        v.record(
          v.string(),
          v.fallback(v.object({ invite_state: eventList }), { invite_state: { events: [] } }),
        ),
        {},
      ),
    }),
    { join: {}, leave: {}, invite: {} },
  ),
});

/** `GET /_matrix/client/v3/rooms/{roomId}/messages`. */
export const messagesAnswer = v.object({
  chunk: unknowns,
  state: unknowns,
  end: v.fallback(v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))), null),
});

/** `GET /_matrix/client/versions`. */
export const versionsAnswer = v.object({
  versions: texts,
  unstable_features: v.fallback(v.record(v.string(), v.unknown()), {}),
});

/** `GET /_matrix/client/v3/account/whoami`. */
export const whoamiAnswer = v.object({
  user_id: v.string(),
  device_id: v.fallback(v.nullable(v.string()), null),
});

/** `POST /_matrix/client/v3/login` and, without user and device, `POST /_matrix/client/v3/refresh`. */
export const tokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.minLength(1)),
  refresh_token: v.fallback(v.nullable(v.string()), null),
  expires_in_ms: v.fallback(v.nullable(v.number()), null),
  user_id: v.fallback(v.nullable(v.string()), null),
  device_id: v.fallback(v.nullable(v.string()), null),
});

/** `GET /.well-known/matrix/client`. */
export const wellKnownAnswer = v.object({ 'm.homeserver': v.object({ base_url: v.string() }) });

/** `GET /_matrix/client/v3/joined_rooms`. */
export const joinedRoomsAnswer = v.object({ joined_rooms: texts });

/** `GET /_matrix/client/v3/rooms/{roomId}/joined_members`. */
export const joinedMembersAnswer = v.object({
  joined: v.record(v.string(), v.object({ display_name: v.fallback(v.nullable(v.string()), null) })),
});

/** Account data `m.direct`: the direct rooms with each person. */
export const directRooms = v.fallback(v.record(v.string(), texts), {});

/** The limit of uploads, `GET /_matrix/client/v1/media/config`. */
export const mediaConfigAnswer = v.object({ 'm.upload.size': v.fallback(v.nullable(v.number()), null) });

/** A standard error (client-server API, "Standard error response"). */
export const errorAnswer = v.object({
  errcode: v.fallback(v.string(), 'M_UNKNOWN'),
  error: v.fallback(v.nullable(v.string()), null),
  retry_after_ms: v.fallback(v.nullable(v.number()), null),
});
