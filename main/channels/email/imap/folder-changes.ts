import type { ExpungeEvent, FetchMessageObject, ImapFlow } from 'imapflow';
import type { StreamChange } from '../../kit/channel.ts';
import type { FolderMemory } from './fetch-slice.ts';
import { keyOf, prefixOf } from './folder-cursor.ts';
import type { FolderCursor, FolderProof, FolderState } from './folder-cursor.ts';
import { isProofDue, proveMarks, withoutProofOf } from './folder-proof.ts';
import { searchUids } from './folder-state.ts';
import { countUids, hasUid, listUids } from './uid-set.ts';

// Beyond this many deletions the list of what is left is told instead: a server that forgot names every UID ever given.
const mostGone = 5_000;
// A folder of more messages than this is nothing that a person answers from.
const mostListed = 5_000_000;

/** How to look: `check` asks for more than what the server says by itself. `now` is ms UTC, `elapsed` the monotonic clock in ms. */
export type Look = { readonly check: boolean; readonly now: number; readonly elapsed: number };

/** What happened to messages pulled before. `isWhole` is false where comparing goes on with the next pull. */
export type FolderChanges = {
  readonly changes: readonly StreamChange[];
  readonly proof: FolderProof | null;
  readonly isWhole: boolean;
};

/** What happened to messages pulled before, between the cursor's state and the server's. */
export async function readChanges(
  client: ImapFlow,
  before: FolderCursor,
  state: FolderState,
  memory: FolderMemory,
  look: Look,
): Promise<FolderChanges> {
  const from = before.modseq === null ? null : BigInt(before.modseq);
  const to = state.modseq === null ? null : BigInt(state.modseq);
  const isTrusted = from !== null && to !== null && to >= from;
  const told = await whatIsTold(client, before, state, memory, look);
  const isMissing =
    told.gone.length > mostGone || (await somethingIsMissing(client, before, state, told.gone.length));
  // A mod-sequence that went back, or came or went, says nothing about what was before.
  const isNewOrder = !isTrusted && (from !== null || to !== null);
  const prior = isNewOrder
    ? null
    : withoutProofOf(before.proof, told.uids, { low: before.uidNext, high: state.uidNext - 1 });
  const changes: StreamChange[] = [...told.flags];
  if (told.gone.length <= mostGone) changes.push(...told.gone);
  const isDue = memory.proving || isNewOrder || (look.check && isProofDue(prior, look.now));
  // What is not here yet comes with its marks.
  if (!isDue || before.gaps.length > 0 || before.uidNext <= 1) {
    if (isMissing || isNewOrder) changes.push(await whatIsPresent(client, state));
    return { changes, proof: prior, isWhole: true };
  }
  const proven = await proveMarks(client, before, prior, look.now, isTrusted);
  memory.proving = !proven.isWhole;
  changes.push(...proven.changes);
  if (isMissing || isNewOrder || proven.isListDue) changes.push(await whatIsPresent(client, state));
  return { changes, proof: proven.proof, isWhole: proven.isWhole };
}

type Told = {
  readonly flags: readonly StreamChange[];
  readonly gone: readonly StreamChange[];
  /** Whom the changes are about. */
  readonly uids: readonly number[];
};

const nothing: Told = { flags: [], gone: [], uids: [] };

/** What the server tells when it is asked for changes alone. */
async function whatIsTold(
  client: ImapFlow,
  before: FolderCursor,
  state: FolderState,
  memory: FolderMemory,
  look: Look,
): Promise<Told> {
  if (before.modseq === null || state.modseq === null)
    return compareNewest(client, before, state, memory, look);
  if (BigInt(state.modseq) <= BigInt(before.modseq)) return nothing;
  return changedSince(client, before, BigInt(before.modseq));
}

const isKnown = (before: FolderCursor, uid: number): boolean =>
  uid > 0 && uid < before.uidNext && !hasUid(before.gaps, uid);

const flagsOf = (row: FetchMessageObject): { readonly seen: boolean; readonly answered: boolean } => ({
  seen: row.flags?.has('\\Seen') ?? false,
  answered: row.flags?.has('\\Answered') ?? false,
});

/** Flags by mod-sequence, and with QRESYNC deletions too (RFC 7162 sections 3.1.4.1 and 3.2.6). */
async function changedSince(client: ImapFlow, before: FolderCursor, modseq: bigint): Promise<Told> {
  const flags: StreamChange[] = [];
  const uids: number[] = [];
  const gone = new Set<number>();
  const path = client.mailbox === false ? '' : client.mailbox.path;
  const onExpunge = (event: ExpungeEvent): void => {
    if (event.path === path && event.uid !== undefined && isKnown(before, event.uid)) gone.add(event.uid);
  };
  client.on('expunge', onExpunge);
  try {
    const rows = client.fetch(
      `1:${String(Math.max(1, before.uidNext - 1))}`,
      { uid: true, flags: true },
      {
        uid: true,
        changedSince: modseq,
      },
    );
    for await (const row of rows) {
      if (row.flags === undefined || !isKnown(before, row.uid)) continue;
      uids.push(row.uid);
      flags.push({ kind: 'flags', key: keyOf(before.uidValidity, row.uid), ...flagsOf(row) });
    }
  } finally {
    client.off('expunge', onExpunge);
  }
  return {
    flags,
    gone: [...gone].map((uid) => ({ kind: 'gone', key: keyOf(before.uidValidity, uid) })),
    uids: [...uids, ...gone],
  };
}

// Without mod-sequences the newest messages are compared at every look, but not more often than this; the others when all are.
const betweenFlagLooks = 30_000;
const newestFlags = 300;

async function compareNewest(
  client: ImapFlow,
  before: FolderCursor,
  state: FolderState,
  memory: FolderMemory,
  look: Look,
): Promise<Told> {
  if (state.exists === 0 || look.elapsed - memory.flagsAt < betweenFlagLooks) return nothing;
  memory.flagsAt = look.elapsed;
  const first = Math.max(1, state.exists - newestFlags + 1);
  const flags: StreamChange[] = [];
  const uids: number[] = [];
  for await (const row of client.fetch(`${String(first)}:*`, { uid: true, flags: true })) {
    if (row.flags === undefined || !isKnown(before, row.uid)) continue;
    const marks = flagsOf(row);
    const packed = (marks.seen ? 1 : 0) + (marks.answered ? 2 : 0);
    if (memory.flags.get(row.uid) === packed) continue;
    memory.flags.set(row.uid, packed);
    uids.push(row.uid);
    flags.push({ kind: 'flags', key: keyOf(before.uidValidity, row.uid), ...marks });
  }
  return { flags, gone: [], uids };
}

/**
 * Whether more messages are gone than the server told: what there was, plus what came, less what vanished, must be what there is.
 * The arithmetic is exact because every count belongs to the same two states.
 */
async function somethingIsMissing(
  client: ImapFlow,
  before: FolderCursor,
  state: FolderState,
  vanished: number,
): Promise<boolean> {
  const given = Math.max(0, state.uidNext - before.uidNext);
  // No more can have come than numbers were given: with so many here nothing else is gone, and nobody has to count what came.
  if (before.exists + given - vanished === state.exists) return false;
  const arrived = given === 0 ? 0 : countUids(await searchUids(client, before.uidNext, state.uidNext - 1));
  return before.exists + arrived - vanished !== state.exists;
}

/** The complete list of what the folder holds. */
export async function whatIsPresent(client: ImapFlow, state: FolderState): Promise<StreamChange> {
  const set = state.exists === 0 ? [] : await searchUids(client, 1, Math.max(1, state.uidNext - 1));
  return {
    kind: 'present',
    prefix: prefixOf(state.uidValidity),
    keys: listUids(set, mostListed).map((uid) => keyOf(state.uidValidity, uid)),
  };
}
