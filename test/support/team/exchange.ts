import type { DocumentKey, Page, Push, PushAnswer, TeamEvent, Versioned } from '#main/engine/team/wire.ts';

const wordOf = ({ kind, id }: DocumentKey): string => `${kind} ${id}`;

/** A team's database as far as documents, versions and events go: whole pushes, one order, versions compared. */
export class Exchange {
  readonly #documents = new Map<string, Versioned>();
  readonly #events = new Map<string, (TeamEvent & { readonly seq: number })[]>();
  readonly #answers = new Map<string, PushAnswer>();
  #seq = 0;

  /** Every document there is. */
  get documents(): readonly Versioned[] {
    return [...this.#documents.values()];
  }

  /** Every event there is, each log in its order. */
  get events(): readonly TeamEvent[] {
    return [...this.#events.values()].flat();
  }

  push(given: Push): PushAnswer {
    // Through JSON, as over the wire.
    const push = JSON.parse(JSON.stringify(given)) as Push;
    const before = this.#answers.get(push.id);
    if (before !== undefined) return before;
    const moved = push.documents.filter(
      (one) => (this.#documents.get(wordOf(one))?.version ?? 0) !== one.expected,
    );
    const streams = new Map<string, number>();
    const torn = push.events.filter(({ stream, rev }) => {
      const last = streams.get(stream) ?? this.#events.get(stream)?.length ?? 0;
      streams.set(stream, rev);
      return rev !== last + 1;
    });
    if (moved.length + torn.length > 0) {
      const keys = [
        ...moved.map(({ kind, id }) => ({ kind, id })),
        ...torn.map(({ stream }) => ({ kind: 'conversation' as const, id: stream })),
      ];
      return { kind: 'conflict', keys };
    }
    this.#seq += 1;
    const seq = this.#seq;
    const known = new Set(this.events.map(({ id }) => id));
    for (const event of push.events) {
      if (known.has(event.id)) throw new Error(`an event twice: ${event.id}`);
      const log = this.#events.get(event.stream) ?? [];
      log.push({ ...event, seq });
      this.#events.set(event.stream, log);
    }
    for (const { expected, ...document } of push.documents) {
      this.#documents.set(wordOf(document), { ...document, version: expected + 1, seq });
    }
    for (const one of push.documents) {
      if (one.kind !== 'conversation' || one.body === null) continue;
      const rev = one.body['rev'];
      const end = this.#events.get(one.id)?.length ?? 0;
      if (rev !== end) throw new Error(`a document at ${JSON.stringify(rev)} with a log of ${String(end)}`);
    }
    const versions = push.documents.map(({ kind, id, expected }) => ({ kind, id, version: expected + 1 }));
    const answer: PushAnswer = { kind: 'accepted', seq, versions };
    this.#answers.set(push.id, answer);
    return answer;
  }

  pull(after: number, atMost: number): Page {
    const changed = this.documents.filter(({ seq }) => seq > after).sort((a, b) => a.seq - b.seq);
    const upTo = changed[Math.min(atMost, changed.length) - 1]?.seq ?? this.#seq;
    const documents = changed.filter(({ seq }) => seq <= upTo);
    const streams = new Set(documents.map(({ id }) => id));
    return {
      documents,
      events: this.#eventsOf(streams).filter(({ seq }) => seq > after),
      upTo,
      more: documents.length < changed.length,
    };
  }

  fetch(keys: readonly DocumentKey[]): Page {
    const documents = keys.map((key) => this.#documents.get(wordOf(key))).filter((one) => one !== undefined);
    return {
      documents,
      events: this.#eventsOf(new Set(documents.map(({ id }) => id))),
      upTo: this.#seq,
      more: false,
    };
  }

  #eventsOf(streams: ReadonlySet<string>): readonly (TeamEvent & { readonly seq: number })[] {
    return [...streams].sort().flatMap((stream) => this.#events.get(stream) ?? []);
  }
}
