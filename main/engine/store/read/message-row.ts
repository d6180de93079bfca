import type {
  Attachment,
  Automatic,
  Direction,
  Invitation,
  MessageFacts,
  Oddity,
  PartKind,
  Reaction,
  ReceiptLevel,
  Visibility,
} from '#shared/domain/message.ts';
import { oddities } from '#shared/domain/message.ts';
import type { AccountId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { beginningOf, snippetFrom, textColumns, unpackText } from '../packed-text.ts';
import type { KeptSnippet, StoredText } from '../packed-text.ts';
import { readPeople } from './people.ts';

/** The columns of a message as the timeline shows it. */
export type MessageColumns = StoredText &
  KeptSnippet & {
    readonly seq: number;
    readonly id: MessageId;
    readonly direction: Direction;
    readonly channel: string;
    readonly account_id: AccountId | null;
    readonly at: number;
    readonly from_name: string;
    readonly from_address: string;
    readonly people: string;
    readonly subject: string;
    readonly has_html: number;
    readonly seen: number;
    readonly automatic: Automatic | null;
    readonly oddities: string;
    readonly invitation: string | null;
    readonly attachments: number;
    readonly bounced: string | null;
    readonly room: string | null;
    readonly visibility: Visibility | null;
    readonly warning: string;
    readonly permalink: string | null;
    readonly edited_at: number | null;
    readonly removed_at: number | null;
    readonly receipt: ReceiptLevel | null;
    readonly receipt_at: number | null;
    readonly reactions: number;
  };

/** The timeline carries at most this much of a text, in UTF-16 units; the rest comes with `message.body`. */
const longestText = 64 * 1024;

/** Who gave no name with a message is called as they are otherwise known there. Reads messages `m`; a WHERE follows. */
export const selectMessages = `SELECT m.seq, m.id, m.direction, m.channel, m.account_id, m.at,
  CASE m.from_name WHEN '' THEN ifnull((SELECT i.name FROM identity i WHERE i.channel = m.channel
    AND i.address = lower(m.from_address)), '') ELSE m.from_name END AS from_name,
  m.from_address, m.people, m.subject, m.snippet, m.lead, ${textColumns}, m.has_html, m.seen,
  m.automatic, m.oddities, m.invitation, m.attachments, m.bounced, m.room, m.visibility, m.warning, m.permalink,
  m.edited_at, m.removed_at, m.receipt, m.receipt_at,
  EXISTS (SELECT 1 FROM reaction r WHERE r.seq = m.seq AND r.given = 1) AS reactions
FROM message m JOIN message_text t ON t.seq = m.seq`;

const known: ReadonlySet<unknown> = new Set(oddities);
const isOddity = (value: unknown): value is Oddity => known.has(value);

const readOddities = (json: string): readonly Oddity[] => {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter(isOddity) : [];
};

const timeOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const readInvitation = (json: string | null): Invitation | null => {
  if (json === null) return null;
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) return null;
  const field = (name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;
  return {
    method: textOf(field('method')),
    summary: textOf(field('summary')),
    start: timeOrNull(field('start')),
    end: timeOrNull(field('end')),
    location: textOf(field('location')),
    organiser: textOf(field('organiser')),
  };
};

type AttachmentColumns = {
  readonly part: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size: number;
  readonly content_id: string | null;
  readonly inline: number;
  readonly kind: PartKind;
  readonly dangerous: number;
};

/** The files of a message, in the order of its parts. */
export const attachmentsOf = (db: ReadableDb, seq: number): readonly Attachment[] =>
  db
    .all<AttachmentColumns>(
      'SELECT part, name, mime_type, size, content_id, inline, kind, dangerous FROM attachment WHERE seq = ? ORDER BY part',
      [seq],
    )
    .map((row) => ({
      part: row.part,
      name: row.name,
      mimeType: row.mime_type,
      size: row.size,
      contentId: row.content_id,
      inline: row.inline === 1,
      kind: row.kind,
      dangerous: row.dangerous === 1,
    }));

/** What a message says, and the first of it. */
const wordsOf = (row: MessageColumns): Pick<MessageFacts, 'snippet' | 'text'> => {
  const text = unpackText(row);
  return { snippet: snippetFrom(row, () => text), text: beginningOf(text, longestText) };
};

/** A message as the contract has it. */
export const asMessageFacts = (db: ReadableDb, row: MessageColumns): MessageFacts => ({
  id: row.id,
  direction: row.direction,
  channel: row.channel,
  account: row.account_id,
  at: row.at,
  from: { name: row.from_name, address: row.from_address },
  ...readPeople(row.people),
  subject: row.subject,
  ...wordsOf(row),
  hasHtml: row.has_html === 1,
  seen: row.seen === 1,
  automatic: row.automatic,
  oddities: readOddities(row.oddities),
  attachments: row.attachments === 0 ? [] : attachmentsOf(db, row.seq),
  invitation: readInvitation(row.invitation),
  room: row.room,
  visibility: row.visibility,
  warning: row.warning,
  permalink: row.permalink,
  editedAt: row.edited_at,
  removedAt: row.removed_at,
  receipt: row.receipt === null ? null : { level: row.receipt, at: row.receipt_at ?? row.at },
  reactions: row.reactions === 0 ? [] : reactionsTo(db, row.seq),
});

/** More than this of one sort, or more sorts, nobody reads. */
const mostReactions = 200;

/** Reactions to a message by sort, the first given first. */
const reactionsTo = (db: ReadableDb, seq: number): readonly Reaction[] => {
  const by = new Map<string, string[]>();
  const rows = db.all<{ emoji: string; who: string }>(
    `SELECT emoji, CASE name WHEN '' THEN address ELSE name END AS who FROM reaction WHERE seq = ? AND given = 1
     ORDER BY at, address LIMIT ?`,
    [seq, mostReactions],
  );
  for (const { emoji, who } of rows) by.set(emoji, [...(by.get(emoji) ?? []), who]);
  return [...by].map(([emoji, people]) => ({ emoji, by: people }));
};
