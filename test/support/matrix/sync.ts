import type { EventFilter } from './filter.ts';
import { Refusal, passes, passesType, readEventFilter } from './filter.ts';
import { isRecord, served } from './world.ts';
import type { StoredEvent, StoredRoom, World } from './world.ts';

type Json = Readonly<Record<string, unknown>>;

/** Who asks. */
export type Asker = { readonly user: string; readonly device: string };

/** The parts of a sync filter that matter here. */
type SyncFilter = {
  readonly timeline: EventFilter;
  readonly state: EventFilter;
  readonly ephemeral: EventFilter;
};

/** Reads a sync filter (client-server API, "Filtering"). */
export function readSyncFilter(value: unknown): SyncFilter {
  if (!isRecord(value)) throw new Refusal(400, 'M_BAD_JSON', 'filter is no object');
  const room = value['room'] ?? {};
  if (!isRecord(room)) throw new Refusal(400, 'M_BAD_JSON', 'filter: room');
  return {
    timeline: readEventFilter(room['timeline']),
    state: readEventFilter(room['state']),
    ephemeral: readEventFilter(room['ephemeral']),
  };
}

/** A point in time as text: `s` for syncs, `t` for pages. */
export const pointOf = (world: World, kind: 's' | 't', stream: number): string =>
  `${kind}${String(stream)}_${world.epoch}`;

/** Reads a point in time; one of another life of the server, or of nobody, is refused with 400. */
export function readPoint(world: World, text: string): number {
  const [, stream, epoch] = /^[st](\d+)_([0-9a-f]+)$/.exec(text) ?? [];
  if (stream === undefined || epoch !== world.epoch || Number(stream) > world.stream)
    throw new Refusal(400, 'M_UNKNOWN', `Invalid stream token '${text.slice(0, 50)}'`);
  return Number(stream);
}

/** What has happened for one user since a point in time (null: everything), as `GET /sync` answers it. */
export function syncAnswer(
  world: World,
  asker: Asker,
  since: number | null,
  filter: SyncFilter,
): { readonly body: Json; readonly empty: boolean } {
  const join: Record<string, unknown> = {};
  const invite: Record<string, unknown> = {};
  const leave: Record<string, unknown> = {};
  for (const room of world.rooms.values()) {
    const own = world.stateOf(room, 'm.room.member', asker.user);
    switch (world.membership(room, asker.user)) {
      case 'join': {
        const said = joined(world, room, asker, since, filter);
        if (said !== null) join[room.id] = said;
        break;
      }
      case 'invite':
        if (own !== undefined && (since === null || own.stream > since)) invite[room.id] = invited(room);
        break;
      default:
        if (
          own !== undefined &&
          since !== null &&
          own.stream > since &&
          own.before?.['membership'] === 'join'
        )
          leave[room.id] = {
            ...timelineOf(world, room, asker, { after: since, until: own.stream }, filter),
            account_data: { events: [] },
          };
    }
  }
  const empty = [join, invite, leave].every((group) => Object.keys(group).length === 0);
  return {
    body: {
      next_batch: pointOf(world, 's', world.stream),
      ...(empty ? {} : { rooms: { join, invite, leave, knock: {} } }),
      device_one_time_keys_count: { signed_curve25519: 0 },
    },
    empty,
  };
}

function joined(
  world: World,
  room: StoredRoom,
  asker: Asker,
  since: number | null,
  filter: SyncFilter,
): Json | null {
  const own = world.stateOf(room, 'm.room.member', asker.user);
  const entered =
    since !== null && own !== undefined && own.stream > since && own.before?.['membership'] !== 'join';
  // Whoever has just come in is told as if they had never asked before.
  const after = since === null || entered ? 0 : since;
  const said = timelineOf(world, room, asker, { after, until: world.stream }, filter);
  const receipts = [...room.receipts.values()].filter(
    ({ stream, type, user }) => stream > after && (type === 'm.read' || user === asker.user),
  );
  const content: Record<string, Record<string, Record<string, Json>>> = {};
  for (const { event, type, user, ts, thread } of receipts) {
    const kinds = (content[event] ??= {});
    const readers = (kinds[type] ??= {});
    readers[user] = { ts, ...(thread === undefined ? {} : { thread_id: thread }) };
  }
  const hasReceipts = receipts.length > 0 && passesType(filter.ephemeral, 'm.receipt');
  const changed = room.events.some(({ stream, state_key }) => stream > after && state_key !== undefined);
  if (!said.any && !hasReceipts && !(changed && since === null) && after !== 0) return null;
  const others = [...world.members(room, 'join'), ...world.members(room, 'invite')].filter(
    (user) => user !== asker.user,
  );
  return {
    state: said.state,
    timeline: said.timeline,
    ephemeral: { events: hasReceipts ? [{ type: 'm.receipt', content }] : [] },
    account_data: { events: [] },
    unread_notifications: { highlight_count: 0, notification_count: 0 },
    ...(after === 0
      ? {
          summary: {
            'm.heroes': others.slice(0, 5),
            'm.joined_member_count': world.members(room, 'join').length,
            'm.invited_member_count': world.members(room, 'invite').length,
          },
        }
      : {}),
  };
}

function timelineOf(
  world: World,
  room: StoredRoom,
  { user, device }: Asker,
  { after, until }: { readonly after: number; readonly until: number },
  filter: SyncFilter,
): { readonly state: Json; readonly timeline: Json; readonly any: boolean } {
  const all = room.events.filter(
    (event) => event.stream > after && event.stream <= until && passes(filter.timeline, event),
  );
  const shown = all.slice(-filter.timeline.limit);
  const [first] = shown;
  const start = first === undefined ? until : first.stream - 1;
  return {
    state: {
      events: stateBefore(world, room, { shown, after, start, user }, filter).map((event) =>
        served(world, event, device),
      ),
    },
    timeline: {
      events: shown.map((event) => served(world, event, device)),
      limited: all.length > shown.length,
      prev_batch: pointOf(world, 't', start),
    },
    any: shown.length > 0,
  };
}

/** The state that changed between the last point and the start of the timeline, and the senders' member events. */
function stateBefore(
  world: World,
  room: StoredRoom,
  {
    shown,
    after,
    start,
    user,
  }: {
    readonly shown: readonly StoredEvent[];
    readonly after: number;
    readonly start: number;
    readonly user: string;
  },
  { state }: SyncFilter,
): readonly StoredEvent[] {
  const changed = room.events.filter(
    (event) =>
      event.state_key !== undefined && event.stream > after && event.stream <= start && passes(state, event),
  );
  const latest = new Map(changed.map((event) => [`${event.type}\n${event.state_key ?? ''}`, event]));
  if (!state.lazyMembers) return [...latest.values()];
  const wanted = new Set([...shown.map(({ sender }) => sender), ...(after === 0 ? [user] : [])]);
  const others = [...latest.values()].filter(
    ({ type, state_key }) => type !== 'm.room.member' || wanted.has(state_key ?? ''),
  );
  const members = [...wanted]
    .map((one) => world.stateOf(room, 'm.room.member', one))
    .filter((event) => event !== undefined)
    .filter((event) => passes(state, event) && !others.includes(event) && !shown.includes(event));
  return [...others, ...members];
}

function invited(room: StoredRoom): Json {
  const events = [...room.state.values()]
    .filter(
      ({ type, content }) =>
        ['m.room.create', 'm.room.name', 'm.room.join_rules', 'm.room.encryption'].includes(type) ||
        (type === 'm.room.member' && content['membership'] === 'invite') ||
        (type === 'm.room.member' && content['membership'] === 'join'),
    )
    .map(({ type, sender, content, state_key }) => ({ type, sender, content, state_key }));
  return { invite_state: { events } };
}
