import type { EmulatedRequest } from '../http-emulator/http-emulator.ts';
import { Refusal } from './filter.ts';
import type { Asker } from './sync.ts';
import { isRecord } from './world.ts';
import type { StoredRoom, World } from './world.ts';

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

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;
/** One request, who asks it, and the parts of its path. */
export type Call = {
  readonly world: World;
  readonly habits: Habits;
  readonly request: EmulatedRequest;
  readonly asker: Asker;
  readonly parts: readonly string[];
};
/** The refusal of who is not signed in (client-server API, "Client authentication"). */
export const unauthorised = (errcode: string, error: string, more: Json = {}): Refusal =>
  new Refusal(401, errcode, error, more);

/** The body of a request, which has to be a JSON object. */
export const objectIn = ({ request }: Call): Json => {
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'M_NOT_JSON', 'Content not JSON.');
  }
  if (!isRecord(value)) throw new Refusal(400, 'M_BAD_JSON', 'Content must be a JSON object.');
  return value;
};

/** A text that has to be in a body. */
export const textIn = (said: Json, name: string): string => {
  const value = said[name];
  if (value === undefined) throw new Refusal(400, 'M_MISSING_PARAM', `Missing ${name}`);
  if (typeof value !== 'string') throw new Refusal(400, 'M_BAD_JSON', `${name} must be a string`);
  return value;
};

/** A part of the path. */
export const partAt = ({ parts }: Call, at: number): string => parts[at] ?? '';

/** A whole number in the query; null where there is none. */
export const numberIn = ({ request }: Call, name: string): number | null => {
  const text = request.url.searchParams.get(name);
  if (text === null) return null;
  if (!/^\d+$/.test(text))
    throw new Refusal(400, 'M_INVALID_PARAM', `Query parameter '${name}' must be an integer`);
  return Number(text);
};

/** JSON in the query; undefined where there is none. */
export const jsonIn = ({ request }: Call, name: string): unknown => {
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
export function roomOf(call: Call): StoredRoom {
  const room = call.world.room(partAt(call, 0));
  if (room === undefined || call.world.membership(room, call.asker.user) !== 'join')
    throw new Refusal(403, 'M_FORBIDDEN', `User ${call.asker.user} not in room ${partAt(call, 0)}`);
  return room;
}

/** The room of a call, for those who are or were in it, up to when they left. */
export function visibleRoomOf(call: Call): { readonly room: StoredRoom; readonly until: number } {
  const { world, asker } = call;
  const room = world.room(partAt(call, 0));
  const own = room === undefined ? undefined : world.stateOf(room, 'm.room.member', asker.user);
  if (room === undefined || own === undefined || own.content['membership'] === 'invite')
    throw new Refusal(403, 'M_FORBIDDEN', 'You are not a member of this room');
  return { room, until: own.content['membership'] === 'join' ? world.stream : own.stream };
}
