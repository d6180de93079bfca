/** A message as far as waiting is concerned. `conversation` is any name of its conversation; `at` is ms UTC. */
export type Spoken = {
  readonly conversation: string;
  readonly at: number;
  readonly direction: 'in' | 'out';
  /** Out of office, bounces, lists: they never start a wait and never end one. */
  readonly automatic: boolean;
};

/** A time in which a customer waited for us. */
export type Wait = {
  readonly conversation: string;
  /** When the first unanswered message was written. */
  readonly since: number;
  /** When one of us answered it; null while they still wait. */
  readonly answeredAt: number | null;
  /** Whether it was for the first answer of its conversation. */
  readonly first: boolean;
};

const waitsOfOne = (messages: readonly Spoken[]): readonly Wait[] => {
  const waits: Wait[] = [];
  let since: number | null = null;
  let answered = false;
  for (const { conversation, at, direction } of messages) {
    if (direction === 'in') {
      since ??= at;
    } else {
      if (since !== null) waits.push({ conversation, since, answeredAt: at, first: !answered });
      since = null;
      answered = true;
    }
  }
  const last = messages.at(-1);
  if (since !== null && last !== undefined) {
    waits.push({ conversation: last.conversation, since, answeredAt: null, first: !answered });
  }
  return waits;
};

/** Every wait that these messages tell of, each in its own conversation, newest first. The order given does not matter. */
export const waitsOf = (messages: readonly Spoken[]): readonly Wait[] => {
  const conversations = new Map<string, Spoken[]>();
  for (const message of messages) {
    if (message.automatic) continue;
    const of = conversations.get(message.conversation);
    if (of === undefined) conversations.set(message.conversation, [message]);
    else of.push(message);
  }
  return [...conversations.values()]
    .flatMap((of) =>
      waitsOfOne(of.sort((one, other) => one.at - other.at || (one.direction === 'in' ? -1 : 1))),
    )
    .sort((one, other) => other.since - one.since || (one.conversation < other.conversation ? -1 : 1));
};

/** How long the first answers took in the middle, in ms: half were quicker. Null where nothing was answered. */
export const medianFirstAnswer = (waits: readonly Wait[]): number | null => {
  const lengths = waits
    .flatMap(({ first, since, answeredAt }) => (first && answeredAt !== null ? [answeredAt - since] : []))
    .sort((one, other) => one - other);
  const upper = lengths[Math.floor(lengths.length / 2)];
  const lower = lengths[Math.floor((lengths.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
};
