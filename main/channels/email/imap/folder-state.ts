import type { ImapFlow, MailboxObject } from 'imapflow';
import type { FolderState } from './folder-cursor.ts';
import { parseUidSet, uidSetOf } from './uid-set.ts';
import type { UidSet } from './uid-set.ts';

/**
 * Opens a folder for reading and says how it stands. SELECT is asked every time rather than STATUS: only its answer is
 * guaranteed to be fresh for the folder that is open (RFC 9051 section 6.3.11).
 */
export async function openFolder(
  client: ImapFlow,
  path: string,
  uidNextBefore: number,
): Promise<FolderState> {
  // Old servers leave out some of what the library's types promise; a missing UIDVALIDITY counts as one that never changes.
  const mailbox: Partial<MailboxObject> = await client.mailboxOpen(path, { readOnly: true });
  const modseq = mailbox.noModseq === true ? undefined : mailbox.highestModseq;
  const { uidNext, uidValidity, exists } = mailbox;
  return {
    uidValidity: String(uidValidity ?? 0n),
    uidNext: isUid(uidNext) ? uidNext : await uidAfterLast(client, exists ?? 0, uidNextBefore),
    modseq: modseq === undefined || modseq === 0n ? null : String(modseq),
    exists: exists ?? 0,
  };
}

const isUid = (value: number | undefined): value is number => value !== undefined && value > 0;

// UIDNEXT is missing or 0: the UID of the last message tells as much, except when the last ones have been deleted.
async function uidAfterLast(client: ImapFlow, exists: number, before: number): Promise<number> {
  if (exists === 0) return Math.max(1, before);
  const last = await client.fetchOne('*', { uid: true });
  return Math.max(last === false || last === undefined ? 1 : last.uid + 1, before);
}

/** A mark by which a search may choose. */
export type Mark = { readonly seen: false } | { readonly answered: true };

/** Which UIDs from `low` to `high` exist, or have a mark, by a search that answers in ranges where the server can (RFC 4731). */
export async function searchUids(client: ImapFlow, low: number, high: number, mark?: Mark): Promise<UidSet> {
  if (high < low) return [];
  const found = await client.search(
    { uid: `${String(low)}:${String(high)}`, ...mark },
    { uid: true, returnOptions: ['ALL'] },
  );
  if (found === false || found === undefined) throw new Error('the server did not search');
  const set = Array.isArray(found) ? uidSetOf(found) : parseUidSet(found.all ?? '');
  // "low:high" also names the last message when low is beyond it (RFC 9051 section 6.4.8), and some servers ignore the bounds.
  return set
    .filter((range) => range.high >= low && range.low <= high)
    .map((range) => ({ low: Math.max(range.low, low), high: Math.min(range.high, high) }));
}
