import { createHash } from 'node:crypto';
import type { ImapFlow } from 'imapflow';
import type { StreamChange } from '../../kit/channel.ts';
import { keyOf } from './folder-cursor.ts';
import type { FolderCursor, FolderProof } from './folder-cursor.ts';
import { searchUids } from './folder-state.ts';
import { blocksOf, formatUidSet, listUids } from './uid-set.ts';
import type { UidRange, UidSet } from './uid-set.ts';

// Whether what the server tells by itself is all there is: docs/adr/0023-trusting-mod-sequences.md.

const minute = 60_000;
/** Trust is earned: the first comparison is followed by another after this, and so on twice as long each time. */
const soonest = 15 * minute;
/** However long a server has told the truth. */
const day = 24 * 60 * minute;

/** A folder has at most so many blocks, and a block at least so many UIDs. */
const mostBlocks = 128;
const leastWidth = 512;

/** Marks told at once: what the store takes without anybody waiting for it. */
const mostTold = 8_192;

/** What comparing found. `isWhole` is false where the next look is to go on. */
export type Proven = {
  readonly changes: readonly StreamChange[];
  readonly proof: FolderProof;
  readonly isWhole: boolean;
  /** Whether the messages are to be listed as well. */
  readonly isListDue: boolean;
};

/** Whether the marks are to be compared at this look. A time in the future is one of a clock that was wrong. */
export const isProofDue = (proof: FolderProof | null, now: number): boolean =>
  proof === null || now < proof.at || now - proof.at >= proof.every;

/** What a proof is still good for after something was told: the blocks in which these UIDs lie are not known any more. */
export function withoutProofOf(
  proof: FolderProof | null,
  uids: readonly number[],
  news: UidRange,
): FolderProof | null {
  if (proof === null || (uids.length === 0 && news.high < news.low)) return proof;
  const { width } = proof;
  const blockOf = (uid: number): number => Math.floor((uid - 1) / width);
  const told = new Set(uids.map(blockOf));
  const [first, last] = news.high < news.low ? [Infinity, -1] : [blockOf(news.low), blockOf(news.high)];
  const blocks = proof.blocks.map((digest, block) =>
    told.has(block) || (first <= block && block <= last) ? '' : digest,
  );
  return { ...proof, blocks };
}

const widthFor = (last: number): number => {
  let width = leastWidth;
  while (Math.ceil(last / width) > mostBlocks) width *= 2;
  return width;
};

const digestOf = (unseen: UidSet, answered: UidSet): string =>
  createHash('sha256')
    .update(`${formatUidSet(unseen)} ${formatUidSet(answered)}`)
    .digest('base64')
    .slice(0, 8);

/**
 * Compares the marks of all messages with those of the last time, by two searches that answer in ranges and not by the flags of
 * each, and tells them where a block differs. `isTrusted` says that the server has told of changes since: that some were not
 * among them makes the next comparison come soon.
 */
export async function proveMarks(
  client: ImapFlow,
  before: FolderCursor,
  prior: FolderProof | null,
  now: number,
  isTrusted: boolean,
): Promise<Proven> {
  const last = before.uidNext - 1;
  const unseen = await searchUids(client, 1, last, { seen: false });
  const answered = await searchUids(client, 1, last, { answered: true });
  const width = widthFor(last);
  const known = prior?.width === width ? prior.blocks : [];
  const found = { unseen: blocksOf(unseen, width), answered: blocksOf(answered, width) };
  const blocks = Array.from({ length: Math.ceil(last / width) }, (_, block) =>
    digestOf(found.unseen.get(block) ?? [], found.answered.get(block) ?? []),
  );
  const changes: StreamChange[] = [];
  let wasDeceived = false;
  let isWhole = true;
  // The newest first, as everywhere.
  for (let block = blocks.length - 1; block >= 0; block -= 1) {
    const digest = known[block] ?? '';
    if (digest === blocks[block]) continue;
    if (changes.length >= mostTold) {
      isWhole = false;
      blocks[block] = digest;
      continue;
    }
    if (digest !== '') wasDeceived = true;
    changes.push(
      ...(await marksOf(
        client,
        before.uidValidity,
        { low: block * width + 1, high: (block + 1) * width },
        {
          unseen: found.unseen.get(block) ?? [],
          answered: found.answered.get(block) ?? [],
        },
      )),
    );
  }
  const listedAt = prior?.listedAt ?? now;
  const isListDue = isWhole && (now < listedAt || now - listedAt >= day);
  const every = !isTrusted || wasDeceived || prior === null ? soonest : Math.min(prior.every * 2, day);
  const proof = {
    at: isWhole ? now : (prior?.at ?? 0),
    every,
    listedAt: isListDue ? now : listedAt,
    width,
    blocks,
  };
  return { changes, proof, isWhole, isListDue };
}

async function marksOf(
  client: ImapFlow,
  uidValidity: string,
  { low, high }: UidRange,
  marks: { readonly unseen: UidSet; readonly answered: UidSet },
): Promise<readonly StreamChange[]> {
  const there = listUids(await searchUids(client, low, high), 5_000_000);
  const unseen = new Set(listUids(marks.unseen, there.length));
  const answered = new Set(listUids(marks.answered, there.length));
  return there.map((uid) => ({
    kind: 'flags',
    key: keyOf(uidValidity, uid),
    seen: !unseen.has(uid),
    answered: answered.has(uid),
  }));
}
