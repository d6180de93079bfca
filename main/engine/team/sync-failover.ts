import { knownOf } from '../store/team/known.ts';
import { recentlyKnown } from '../store/team/progress.ts';
import { sentAfter } from '../store/team/sent.ts';
import { eventIds } from '../store/team/unlearn.ts';
import type { Unlearned } from '../store/team/unlearn.ts';
import type { Workspace } from '../workspace.ts';
import type { TeamCalls } from './connection-calls.ts';
import { TeamError } from './connection-failure.ts';
import type { LocalTeam } from './sync-local.ts';
import type { DocumentKey, Page } from './wire.ts';

/** Documents compared at once. */
const comparedAtOnce = 200;
/** So many of the last pushes are pulled again; a standby that takes over is behind by a few. */
const pulledAgain = 10_000;

const isSame = (one: DocumentKey, other: DocumentKey): boolean =>
  one.kind === other.kind && one.id === other.id;

/**
 * Makes good what a server lost that went back to an earlier state: after a failover to a standby that was behind, or
 * with a restored copy. Our last pushes are offered again as they were: those it still has answer as before, those it
 * lost are accepted anew, and where others went on without them the commands run again. What colleagues pushed comes
 * back from them; what the server has on another course replaces what is here.
 */
export const makeGood = async (
  workspace: Workspace,
  local: LocalTeam,
  calls: TeamCalls,
  serverSeq: number,
): Promise<void> => {
  const { db, writer } = workspace;
  const restored: DocumentKey[] = [];
  for (let sent = sentAfter(db, 0); sent !== null; sent = sentAfter(db, sent.num)) {
    // What hangs together with one that others overtook cannot be offered as it was.
    const { push, num } = sent;
    const isStale = push.documents.some((one) => restored.some((other) => isSame(one, other)));
    const answer = isStale ? null : await offered(calls, push);
    if (answer === 'accepted') continue;
    restored.push(...push.documents.map(({ kind, id }) => ({ kind, id })));
    await writer.run('team.restore-sent', num);
    // What was new in it is new once more, unless somebody else has made it meanwhile.
    const made = push.documents.filter(({ expected }) => expected === 0);
    await writer.run('team.go-back', {
      to: local.last(),
      unlearned: made.map(({ kind, id }) => ({ kind, id, rev: null })),
    });
  }
  const to = Math.max(0, Math.min(serverSeq, local.last()) - pulledAgain);
  await writer.run('team.go-back', { to, unlearned: [] });
  let before: number | null = null;
  for (;;) {
    const known = recentlyKnown(db, before, comparedAtOnce);
    const last = known.at(-1);
    if (last === undefined) break;
    before = last.num;
    const page = await calls.fetch(known, false);
    const unlearned = known.flatMap((key) => otherCourse(workspace, key, page));
    if (unlearned.length > 0) await writer.run('team.go-back', { to, unlearned });
  }
  if (restored.length > 0) await local.rebase(calls, restored, null);
};

const offered = async (calls: TeamCalls, push: Parameters<TeamCalls['push']>[0]): Promise<string> => {
  try {
    return (await calls.push(push)).kind;
  } catch (error) {
    if (error instanceof TeamError && error.isRace) return (await calls.push(push)).kind;
    throw error;
  }
};

/** What has to be forgotten of a document because the server's is another one; nothing where it is the same, or not there. */
const otherCourse = (
  { db }: Workspace,
  key: DocumentKey & { readonly version: number },
  page: Page,
): readonly Unlearned[] => {
  const there = page.documents.find((one) => isSame(one, key));
  if (there === undefined) return [];
  const { kind, id } = key;
  if (kind !== 'conversation') return there.version < key.version ? [{ kind, id, rev: null }] : [];
  const log = new Map(
    page.events.filter(({ stream }) => stream === id).map((event) => [event.rev, event.id]),
  );
  const ours = eventIds(db, id);
  const parted = ours.find((event) => log.get(event.rev) !== event.id);
  const isBehind = there.version < key.version;
  if (parted === undefined && !isBehind) return [];
  return [{ kind, id, rev: parted === undefined ? knownOf(db, key).rev : parted.rev - 1 }];
};
