import type { Channel, Cursor, Session } from '#main/channels/kit/channel.ts';
import type { Inbound, RawItem, Understood } from '#main/channels/kit/inbound.ts';
import type { Attempt, Outgoing } from '#main/channels/kit/outgoing.ts';

const never = (): AbortSignal => new AbortController().signal;

/** What one stream has brought so far, as the mapper understands it. */
export class Stream {
  readonly items: RawItem[] = [];
  readonly gaps: string[] = [];
  readonly gone: string[] = [];
  readonly #channel: Channel;
  readonly #own: string;
  readonly #name: string;
  #cursor: Cursor | null = null;

  constructor(channel: Channel, own: string, name: string) {
    this.#channel = channel;
    this.#own = own;
    this.#name = name;
  }

  /** Pulls until there is no more, and answers what came. */
  async catchUp(session: Session, check = false): Promise<readonly Understood[]> {
    const before = this.items.length;
    for (let first = true; ; first = false) {
      const limits = { maxItems: 100, maxBytes: 8 * 1024 * 1024, check: check && first };
      const batch = await session.pull(this.#name, this.#cursor, limits, never());
      this.items.push(...batch.items);
      for (const change of batch.changes) if (change.kind === 'gone') this.gone.push(change.key);
      if (batch.gap !== null) this.gaps.push(batch.gap.reason);
      this.#cursor = batch.next;
      if (!batch.more) break;
    }
    return this.items.slice(before).map((item) => this.understood(item));
  }

  understood(item: RawItem): Understood {
    const context = {
      own: [this.#own],
      streamRole: 'inbox',
      trustedAuthserv: null,
      now: Date.now(),
    } as const;
    return this.#channel.mapper.map(item, context);
  }
}

/** The messages among what came. */
export const messagesIn = (all: readonly Understood[]): readonly Inbound[] =>
  all.flatMap((one) => (one.kind === 'message' ? [one] : []));

let written = 0;

/** The first try to send something, composed as the engine does. */
export function attemptOf(channel: Channel, from: string, changes: Partial<Outgoing>): Attempt {
  written += 1;
  const message: Outgoing = {
    clientId: `019a8f00-0000-7000-8000-${String(Date.now() % 1_000_000).padStart(6, '0')}${String(written).padStart(6, '0')}`,
    at: Date.now(),
    from: { name: 'The shop', address: from },
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    text: '',
    html: null,
    files: [],
    references: [],
    automatic: false,
    answers: null,
    visibility: null,
    warning: '',
    template: null,
    ...changes,
  };
  const composed = channel.compose(message, {});
  return {
    ...composed,
    clientId: message.clientId,
    envelopeFrom: from,
    pending: composed.recipients,
    since: message.at,
  };
}

/** What is answered, as the engine gives it to the composer. */
export const answersTo = (message: Inbound): NonNullable<Outgoing['answers']> => ({
  name: message.name ?? null,
  room: message.thread.room,
  from: message.from,
  visibility: message.visibility ?? null,
  warning: message.warning ?? '',
});
