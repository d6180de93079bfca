import * as v from 'valibot';

const content = v.fallback(v.record(v.string(), v.unknown()), {});

const timelineEvent = v.looseObject({
  type: v.string(),
  event_id: v.string(),
  sender: v.string(),
  origin_server_ts: v.fallback(v.number(), 0),
  content,
  state_key: v.optional(v.string()),
  redacts: v.optional(v.string()),
  unsigned: v.optional(content),
});

/** An event of a room (client-server API, `ClientEvent`); fields that we do not know are kept. */
export type MatrixEvent = v.InferOutput<typeof timelineEvent>;

/** Reads one event; null when it lacks what every event has. */
export function readEvent(value: unknown): MatrixEvent | null {
  const read = v.safeParse(timelineEvent, value);
  return read.success ? read.output : null;
}

/** Reads the events of a list, without those that are none. */
export const readEvents = (values: readonly unknown[]): readonly MatrixEvent[] =>
  values.map(readEvent).filter((event) => event !== null);

/** A field of something unknown; undefined where there is none. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;

/** A text field of something unknown; null where there is none. */
export function textField(value: unknown, name: string): string | null {
  const found = field(value, name);
  return typeof found === 'string' ? found : null;
}

/** How an event relates to another one (client-server API, "Forming relationships between events"). */
export type Relation = {
  readonly type: string | null;
  readonly event: string | null;
  readonly key: string | null;
  /** The event that is answered (`m.in_reply_to`). */
  readonly answers: string | null;
};

/** Reads `m.relates_to` of an event. */
export function relationOf(event: MatrixEvent): Relation {
  const relates = field(event.content, 'm.relates_to');
  return {
    type: textField(relates, 'rel_type'),
    event: textField(relates, 'event_id'),
    key: textField(relates, 'key'),
    answers: textField(field(relates, 'm.in_reply_to'), 'event_id'),
  };
}

/** The event that took this one back, if any; its content is then gone (client-server API, "Redactions"). */
export const redactionOf = (event: MatrixEvent): unknown => field(event.unsigned, 'redacted_because');

/** What a redaction takes back; room versions before 11 say it beside the content. */
export const redactedBy = (event: MatrixEvent): string | null =>
  textField(event.content, 'redacts') ?? event.redacts ?? null;

/** Events of these types say something or say something of a message; all others are passed over. */
export const spokenTypes = ['m.room.message', 'm.room.encrypted', 'm.sticker'] as const;
const saidTypes: ReadonlySet<string> = new Set([...spokenTypes, 'm.reaction', 'm.room.redaction']);
const messageTypes: ReadonlySet<string> = new Set(spokenTypes);

/** Whether an event carries words or a file. */
export const isSpoken = ({ type }: MatrixEvent): boolean => messageTypes.has(type);

/** Whether an event is worth an item: a message or a fact about one, not a change of the room. */
export const isWorthKeeping = (event: MatrixEvent): boolean =>
  saidTypes.has(event.type) &&
  event.state_key === undefined &&
  // What is left of a reaction that was taken back says neither to what nor which.
  !(redactionOf(event) !== undefined && !messageTypes.has(event.type));
