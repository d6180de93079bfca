import type { StoredEvent } from './world.ts';
import { isRecord } from './world.ts';

/** A refusal as the server words it (client-server API, "Standard error response"). */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, errcode: string, error: string, more: Readonly<Record<string, unknown>> = {}) {
    super(`${errcode}: ${error}`);
    this.status = status;
    this.body = { errcode, error, ...more };
  }
}

/** A filter of events, checked (client-server API, `EventFilter`, `RoomEventFilter`, `StateFilter`). */
export type EventFilter = {
  readonly types: readonly string[] | null;
  readonly notTypes: readonly string[];
  readonly senders: readonly string[] | null;
  readonly limit: number;
  readonly lazyMembers: boolean;
  readonly redundantMembers: boolean;
};

const bad = (name: string): Refusal => new Refusal(400, 'M_BAD_JSON', `filter: ${name}`);

const texts = (value: unknown, name: string): readonly string[] | null => {
  if (value === undefined) return null;
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw bad(name);
  return value;
};

const flag = (value: unknown, name: string): boolean => {
  if (value !== undefined && typeof value !== 'boolean') throw bad(name);
  return value === true;
};

/** Reads one filter; whatever is of the wrong type is refused. */
export function readEventFilter(value: unknown, usualLimit = 10): EventFilter {
  if (value !== undefined && !isRecord(value)) throw bad('not an object');
  const said = value ?? {};
  const limit = said['limit'];
  if (limit !== undefined && !(typeof limit === 'number' && Number.isInteger(limit) && limit > 0))
    throw bad('limit');
  return {
    types: texts(said['types'], 'types'),
    notTypes: texts(said['not_types'], 'not_types') ?? [],
    senders: texts(said['senders'], 'senders'),
    limit: limit ?? usualLimit,
    lazyMembers: flag(said['lazy_load_members'], 'lazy_load_members'),
    redundantMembers: flag(said['include_redundant_members'], 'include_redundant_members'),
  };
}

const matches = (pattern: string, type: string): boolean =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;

/** Whether a type passes a filter; an empty list lets nothing through. */
export const passesType = ({ types, notTypes }: EventFilter, type: string): boolean =>
  (types === null || types.some((pattern) => matches(pattern, type))) &&
  !notTypes.some((pattern) => matches(pattern, type));

/** Whether an event passes a filter. */
export const passes = (filter: EventFilter, { type, sender }: StoredEvent): boolean =>
  passesType(filter, type) && (filter.senders === null || filter.senders.includes(sender));
