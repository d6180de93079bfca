import { randomUUID } from 'node:crypto';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import { retell } from '#shared/domain/conversation/history.ts';
import type { Logged, Other } from '#shared/domain/conversation/history.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ConversationId, MemberId, MessageId } from '#shared/kit/brand.ts';
import type {
  ConversationBody,
  JsonObject,
  Push,
  PushAnswer,
  PushedDocument,
  TeamEvent,
} from '#main/engine/team/wire.ts';
import type { TestMember } from './team.ts';

/** One event to be told, and in whose name. */
export type Telling = {
  readonly conversation: ConversationId;
  readonly author: MemberId | null;
  readonly event: ConversationEvent;
  readonly at?: number;
  readonly undo?: string;
};

const asJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

/** What a device knows of the team's conversations: their logs, and the versions of their documents. */
export class Known {
  readonly #logs = new Map<string, TeamEvent[]>();
  readonly #versions = new Map<string, number>();
  readonly accounts = new Map<string, string>();
  #at = Date.UTC(2026, 0, 1);

  /** Every conversation so far. */
  get conversations(): readonly ConversationId[] {
    return [...this.#logs.keys()] as ConversationId[];
  }

  /** A conversation's log. */
  log(conversation: ConversationId): readonly TeamEvent[] {
    return this.#logs.get(conversation) ?? [];
  }

  /** The state that the domain tells of a conversation's log. */
  state(conversation: ConversationId, upTo = Number.MAX_SAFE_INTEGER): ConversationState {
    const other: Other = (id, rev, gone) => retell(this.#logged(id as ConversationId, rev), other, gone);
    return retell(this.#logged(conversation, upTo), other);
  }

  #logged(conversation: ConversationId, upTo: number): readonly Logged[] {
    return this.log(conversation)
      .filter(({ rev }) => rev <= upTo)
      .map(({ kind, payload, at, rev }) => ({ event: { kind, ...payload } as ConversationEvent, at, rev }));
  }

  /** The next version of a document to expect. */
  version(kind: string, id: string): number {
    return this.#versions.get(`${kind} ${id}`) ?? 0;
  }

  /** A push that tells these events, with the documents of their conversations as they are after them; nothing is known of it yet. */
  push(tellings: readonly Telling[], more: readonly PushedDocument[] = []): Push {
    const next = new Known();
    for (const [id, log] of this.#logs) next.#logs.set(id, [...log]);
    const events = tellings.map(({ conversation, author, event, at, undo }): TeamEvent => {
      const log = next.#logs.get(conversation) ?? [];
      const { kind, ...payload } = event;
      const told: TeamEvent = {
        id: randomUUID(),
        stream: conversation,
        rev: log.length + 1,
        schema: 1,
        kind,
        payload: asJson(payload),
        author,
        at: at ?? (this.#at += 1_000),
        undo: undo ?? null,
      };
      next.#logs.set(conversation, [...log, told]);
      return told;
    });
    const documents = [...new Set(tellings.map(({ conversation }) => conversation))].map((id) => {
      const { rev, owner, status, coveredFor, mergedInto } = next.state(id);
      const body: ConversationBody & JsonObject = {
        rev,
        owner,
        status,
        coveredFor,
        mergedInto,
        customer: 'customer-1',
      };
      return {
        ...{ kind: 'conversation' as const, id, account: this.accounts.get(id) ?? null, activeAt: this.#at },
        body,
        expected: this.version('conversation', id),
      };
    });
    return { id: randomUUID(), documents: [...documents, ...more], events };
  }

  /** Notes a push that was accepted. */
  note({ documents, events }: Push): void {
    for (const event of events) {
      this.#logs.set(event.stream, [...this.log(event.stream), event]);
    }
    for (const { kind, id, expected } of documents) this.#versions.set(`${kind} ${id}`, expected + 1);
  }

  /** Pushes, and notes it where it is accepted. */
  async tell(
    member: TestMember,
    tellings: readonly Telling[],
    more: readonly PushedDocument[] = [],
  ): Promise<PushAnswer> {
    const push = this.push(tellings, more);
    const answer = await pushAs(member, push);
    if (answer.kind === 'accepted') this.note(push);
    return answer;
  }
}

/** Pushes as somebody. */
export const pushAs = async (member: TestMember, { id, documents, events }: Push): Promise<PushAnswer> =>
  (await member.call('push', id, documents, events)) as PushAnswer;

/** A message's document. */
export const messageDocument = (
  conversation: ConversationId,
  text: string,
  options: { readonly id?: string; readonly account?: string | null; readonly at?: number } = {},
): PushedDocument & { readonly id: MessageId } => ({
  ...{ kind: 'message', id: (options.id ?? randomUUID()) as MessageId, account: options.account ?? null },
  ...{ activeAt: options.at ?? Date.UTC(2026, 0, 1), body: { conversation, subject: 'A question', text } },
  expected: 0,
});

/** A conversation as a message from outside opens it. */
export const opening = (message: MessageId): readonly ConversationEvent[] => [
  { kind: 'conversation.opened', message },
  { kind: 'message.received', message, automatic: false },
];
