import type { ExpungeEvent, FetchMessageObject, ImapFlow } from 'imapflow';
import type { StreamChange } from '../../kit/channel.ts';
import type { FolderMemory } from './fetch-slice.ts';
import { keyOf, prefixOf } from './folder-cursor.ts';
import type { FolderCursor, FolderState } from './folder-cursor.ts';
import { searchUids } from './folder-state.ts';
import { countUids, hasUid, listUids } from './uid-set.ts';

// Beyond this many deletions the list of what is left is told instead: a server that forgot names every UID ever given.
const mostGone = 5_000;
// A folder of more messages than this is nothing that a person answers from.
const mostListed = 5_000_000;

/** How to look: `full` compares everything with the server, `now` is the monotonic clock in ms. */
export type Look = { readonly full: boolean; readonly now: number };

/** What happened to messages pulled before, between the cursor's state and the server's. */
export async function readChanges(
  client: ImapFlow,
  before: FolderCursor,
  state: FolderState,
  memory: FolderMemory,
  look: Look,
): Promise<readonly StreamChange[]> {
  const from = before.modseq === null ? null : BigInt(before.modseq);
  const to = state.modseq === null ? null : BigInt(state.modseq);
  const full = look.full || (from !== null && to !== null && to < from);
  const changes: StreamChange[] = [];
  let vanished = 0;
  if (full || from === null || to === null) {
    changes.push(...(await compareFlags(client, before, state, memory, { ...look, full })));
  } else if (to !== from) {
    const found = await changedSince(client, before, from);
    vanished = found.gone.length;
    changes.push(...found.flags);
    if (vanished <= mostGone) changes.push(...found.gone);
  }
  if (full || vanished > mostGone || (await somethingIsMissing(client, before, state, vanished))) {
    changes.push(await whatIsPresent(client, state));
  }
  return changes;
}

const isKnown = (before: FolderCursor, uid: number): boolean =>
  uid > 0 && uid < before.uidNext && !hasUid(before.gaps, uid);

const flagsOf = (row: FetchMessageObject): { readonly seen: boolean; readonly answered: boolean } => ({
  seen: row.flags?.has('\\Seen') ?? false,
  answered: row.flags?.has('\\Answered') ?? false,
});

/** Flags by mod-sequence, and with QRESYNC deletions too (RFC 7162 sections 3.1.4.1 and 3.2.6). */
async function changedSince(
  client: ImapFlow,
  before: FolderCursor,
  modseq: bigint,
): Promise<{ readonly flags: readonly StreamChange[]; readonly gone: readonly StreamChange[] }> {
  const flags: StreamChange[] = [];
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
      flags.push({ kind: 'flags', key: keyOf(before.uidValidity, row.uid), ...flagsOf(row) });
    }
  } finally {
    client.off('expunge', onExpunge);
  }
  return { flags, gone: [...gone].map((uid) => ({ kind: 'gone', key: keyOf(before.uidValidity, uid) })) };
}

// Without mod-sequences the newest messages are compared at every look, but not more often than this, and all on a full check.
const betweenFlagLooks = 30_000;
const newestFlags = 300;

async function compareFlags(
  client: ImapFlow,
  before: FolderCursor,
  state: FolderState,
  memory: FolderMemory,
  look: Look,
): Promise<readonly StreamChange[]> {
  if (state.exists === 0 || (!look.full && look.now - memory.flagsAt < betweenFlagLooks)) return [];
  memory.flagsAt = look.now;
  const first = look.full ? 1 : Math.max(1, state.exists - newestFlags + 1);
  const changes: StreamChange[] = [];
  for await (const row of client.fetch(`${String(first)}:*`, { uid: true, flags: true })) {
    if (row.flags === undefined || !isKnown(before, row.uid)) continue;
    const flags = flagsOf(row);
    const packed = (flags.seen ? 1 : 0) + (flags.answered ? 2 : 0);
    if (!look.full && memory.flags.get(row.uid) === packed) continue;
    memory.flags.set(row.uid, packed);
    changes.push({ kind: 'flags', key: keyOf(before.uidValidity, row.uid), ...flags });
  }
  return changes;
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
  const arrived =
    state.uidNext > before.uidNext
      ? countUids(await searchUids(client, before.uidNext, state.uidNext - 1))
      : 0;
  return before.exists + arrived - vanished !== state.exists;
}

/** The complete list of what the folder holds. */
async function whatIsPresent(client: ImapFlow, state: FolderState): Promise<StreamChange> {
  const set = state.exists === 0 ? [] : await searchUids(client, 1, Math.max(1, state.uidNext - 1));
  return {
    kind: 'present',
    prefix: prefixOf(state.uidValidity),
    keys: listUids(set, mostListed).map((uid) => keyOf(state.uidValidity, uid)),
  };
}
