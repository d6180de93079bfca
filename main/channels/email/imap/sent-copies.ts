import type { ImapFlow } from 'imapflow';
import type { Attempt } from '../../kit/outgoing.ts';

// A day back for clocks that differ, and because SINCE compares days in the server's own time zone (RFC 9051 section 6.4.4).
const margin = 2 * 86_400_000;

/**
 * The UIDs of the copies of a sent message in a folder: by our Message-ID, or by our own header where a relay gave it another.
 * SINCE keeps the search short in a folder of many years.
 */
export async function findCopies(
  client: ImapFlow,
  folder: string,
  attempt: Attempt,
): Promise<readonly number[]> {
  await client.mailboxOpen(folder, { readOnly: true });
  const byOurs = { header: { 'x-steward-id': attempt.clientId } };
  const query =
    attempt.externalId === null ? byOurs : { or: [{ header: { 'message-id': attempt.externalId } }, byOurs] };
  const found = await client.search({ since: new Date(attempt.since - margin), ...query }, { uid: true });
  if (found === false || found === undefined) throw new Error('the server did not search');
  return found;
}

/** Puts the message into the folder, read; answers the UID it got where the server says so (RFC 4315). */
export async function appendCopy(client: ImapFlow, folder: string, attempt: Attempt): Promise<number | null> {
  // imapflow leaves out flags that the open folder does not take, and a folder opened for reading takes none.
  await client.mailboxOpen(folder);
  const done = await client.append(folder, Buffer.from(attempt.bytes), ['\\Seen'], new Date(attempt.since));
  if (done === false) throw new Error('the server did not take the copy');
  return done.uid ?? null;
}

/** Takes one copy away again. */
export async function removeCopy(client: ImapFlow, folder: string, uid: number): Promise<void> {
  await client.mailboxOpen(folder);
  await client.messageDelete(String(uid), { uid: true });
}
