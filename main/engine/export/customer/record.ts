import type { ExportedMessage } from '../../archive/export-messages.ts';
import { notesIn, openEventsOf } from '../../store/read/customer-file.ts';
import type { TheirConversation } from '../../store/read/customer-file.ts';
import { versionsOf } from '../../store/read/message-lookup.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { findMessage } from '../../store/read/message-lookup.ts';
import type { CustomerFile } from './collected.ts';

/** Counts up when the shape of data.json changes so that a reader of the old one would be wrong; docs/privacy.md describes it. */
const schema = 1;

const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const messageRecord = (db: ReadableDb, file: CustomerFile, message: ExportedMessage): unknown => {
  const { id, direction, channel, at, from, to, cc, subject, text, editedAt, removedAt, receipt, reactions } =
    message;
  const { original, files } = file.collected(id);
  const row = editedAt === null ? undefined : findMessage(db, id);
  return {
    ...{ id, direction, channel, at: time(at), from, to, cc, subject, text, original, files },
    ...{ editedAt: time(editedAt), removedAt: time(removedAt) },
    receipt: receipt === null ? null : { level: receipt.level, at: time(receipt.at) },
    reactions,
    earlierVersions:
      row === undefined ? [] : versionsOf(db, row.seq).map((one) => ({ at: time(one.at), text: one.text })),
  };
};

const conversationHead = (conversation: TheirConversation): Readonly<Record<string, unknown>> => {
  const { id, channel, subject, status, firstAt, lastAt, own } = conversation;
  return { id, channel, subject, status, firstAt: time(firstAt), lastAt: time(lastAt), own };
};

const conversationTail = (
  db: ReadableDb,
  { num }: TheirConversation,
  notes: boolean,
): Readonly<Record<string, unknown>> => ({
  events: openEventsOf(db, num).map(({ at, kind, payload }) => ({
    at: time(at),
    kind,
    values: JSON.parse(payload) as unknown,
  })),
  ...(notes ? { notes: notesIn(db, num).map(({ at, by, text }) => ({ at: time(at), by, text })) } : {}),
});

/** An object's text without its last brace, or without its first. */
const opened = (value: unknown): string => JSON.stringify(value).slice(0, -1);
const closed = (value: unknown): string => JSON.stringify(value).slice(1);

/** data.json, piece by piece: the same as index.html, for other programs. */
export const recordPieces = function* (
  db: ReadableDb,
  file: CustomerFile,
  facts: { readonly madeAt: number; readonly version: string; readonly notes: boolean },
): Generator<string> {
  const { customer } = file;
  const { id, name, company, note, identities } = customer;
  yield opened({
    ...{ format: 'steward-customer', schema, madeAt: time(facts.madeAt), madeBy: `Steward ${facts.version}` },
    customer: {
      ...{ id, name, company },
      ...(facts.notes ? { note } : {}),
      identities: identities.map((one) => ({
        ...{ channel: one.channel, address: one.address, name: one.name },
        ...{ firstAt: time(one.firstAt), lastAt: time(one.lastAt) },
        visit: one.visit === null ? null : { at: time(one.visit.at), ...one.visit.facts },
      })),
    },
  });
  yield ',\n"conversations":[';
  let between = '\n';
  for (const conversation of file.conversations) {
    let begun = false;
    for (const message of file.messagesIn(conversation)) {
      yield begun ? ',\n' : `${between}${opened(conversationHead(conversation))},"messages":[\n`;
      begun = true;
      yield JSON.stringify(messageRecord(db, file, message));
    }
    if (!begun) continue;
    yield `],${closed(conversationTail(db, conversation, facts.notes))}`;
    between = ',\n';
  }
  yield `\n],\n${closed({
    leftOut: { messagesOfOthers: file.others },
    missing: file.missing.map((one) => ({ ...one, at: time(one.at) })),
  })}\n`;
};
