import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Topic } from '#shared/contract/events.ts';
import type { FollowUpId } from '#shared/kit/brand.ts';
import type { Arrival } from './actions/ingest/intake.ts';
import type { HandedOver } from './actions/team/handed.ts';
import type { ReviewNews } from './actions/team/reviewed.ts';
import { accountHandlers } from './api/account-handlers.ts';
import { auditHandlers } from './api/audit-handlers.ts';
import { composeHandlers } from './api/compose-handlers.ts';
import { conversationHandlers } from './api/conversation-handlers.ts';
import { customerHandlers } from './api/customer-handlers.ts';
import type { WorkspaceHandlers } from './api/dispatch.ts';
import { diagnosticsHandlers } from './api/diagnostics-handlers.ts';
import { Exports } from './api/export-handlers.ts';
import { erasureHandlers } from './api/erasure-handlers.ts';
import { leadHandlers } from './api/leads-handlers.ts';
import { OpenedFiles, messageHandlers } from './api/message-handlers.ts';
import { ownershipHandlers } from './api/ownership-handlers.ts';
import { reviewHandlers } from './api/review-handlers.ts';
import { snippetHandlers } from './api/snippet-handlers.ts';
import { targetHandlers } from './api/target-handlers.ts';
import { teamAccountHandlers } from './api/team-account-handlers.ts';
import { teamHandlers } from './api/team-handlers.ts';
import { websiteChatHandlers } from './api/website-chat-handlers.ts';
import { Badge } from './badge.ts';
import { openInlineBulkVault } from './bulk-vault/inline-bulk-vault.ts';
import { openThreadBulkVault } from './bulk-vault/thread-bulk-vault.ts';
import { makeEraser } from './erasure/eraser.ts';
import { RetentionClock } from './erasure/retention-clock.ts';
import { Reminders, reminderTopics } from './followups/reminders.ts';
import { makeTargetRecount } from './followups/target-recount.ts';
import { makeIndexer } from './indexer.ts';
import { AccountLoops } from './ingest/account-loops.ts';
import { quietly } from './log.ts';
import { MessageSources } from './message-source.ts';
import { Notices } from './notices.ts';
import { Outbox } from './outbox/outbox.ts';
import type { LookDelays } from './outbox/plan.ts';
import { inlineParser } from './parser/inline-parser.ts';
import { threadParser } from './parser/thread-parser.ts';
import { beginMarks, noMarks } from './recovery/marks.ts';
import { fillSample, sampleCare } from './sample.ts';
import { policyDigests } from './policy/policy-digests.ts';
import { openReader } from './store/driver.ts';
import { keyedHash } from './store/erase/ledger.ts';
import { teamLogin } from './store/read/team-login.ts';
import { readPreferences } from './store/read/preferences.ts';
import { deriveKeys } from './store/keys.ts';
import { openVaultReader } from './store/vault.ts';
import type { InvitationAtTheDoor } from './team/opened-invitation.ts';
import { TeamBlobs } from './team/blobs.ts';
import { TeamDesk } from './team/collector/team-desk.ts';
import { TeamSync } from './team/sync.ts';
import { TeamClock } from './team/team-clock.ts';
import type { SyncOptions } from './team/sync.ts';
import type { Workspace } from './workspace.ts';
import { workspaceFiles } from './workspace-files.ts';
import { lockWorkspace } from './workspace-lock.ts';
import { openInlineWriter } from './writer/inline-writer.ts';
import { startWriterThread } from './writer/start-thread.ts';
import { openThreadWriter } from './writer/thread-writer.ts';
import type { Writer } from './writer/writer.ts';

/** Bundles of the engine's threads, or everything on the calling thread. */
export type Threads =
  | {
      /** One that may be started before it is known what it opens, or its bundle. */
      readonly writer: string | (() => Worker);
      readonly vault: string;
      readonly parser: string;
      readonly keeper: string;
    }
  | 'inline';

/** What opening puts together. */
type Parts = Pick<Workspace, 'db' | 'vault' | 'bulk' | 'hash' | 'writer' | 'parser' | 'marks'>;

/** What opening a workspace takes. */
export type OpenWorkspace = Omit<Workspace, keyof Parts> & {
  readonly threads: Threads;
  /** `off`: nothing connects, sends or indexes by itself; single calls still may. */
  readonly traffic: 'on' | 'off';
  /** `off`: nothing comes up by itself. */
  readonly reminders: 'on' | 'off';
  /** Times of the exchange with the team, for tests to shorten. */
  readonly team?: SyncOptions;
  /** The pauses between looks for what became of a send, for tests to shorten. */
  readonly lookDelaysMs?: LookDelays;
  /** What the person opened the application with, if it was an invitation to a team. */
  readonly invitation: InvitationAtTheDoor;
  readonly version: string;
  /** Who guards the workspace's key. */
  readonly sealedBy: 'os' | 'passphrase' | 'file';
};

/** A workspace at work. */
export interface OpenedWorkspace {
  readonly workspace: Workspace;
  readonly handlers: WorkspaceHandlers;
  readonly loops: AccountLoops;
  readonly outbox: Outbox;
  /** The exchange with the team's database; at rest in a workspace that belongs to none. */
  readonly sync: TeamSync;
  /** The person used a button of a follow-up's notice. */
  reminderAnswered(act: 'done' | 'snooze', followUp: FollowUpId): void;
  /** The computer woke up, or the network came or changed. */
  resumed(): void;
  networkChanged(): void;
  /** Ends everything within five seconds, hanging servers included. */
  close(): Promise<void>;
}

/** Sources and files beyond this stay on the device that took them in (50 MiB): the team's database is no file server. */
const mostBlobBytes = 50 * 1024 * 1024;

const openParts = async (options: OpenWorkspace): Promise<Parts> => {
  const { dir: workspaceDir, root, clock, ids, channels, log, threads } = options;
  const writer: Writer =
    threads === 'inline'
      ? openInlineWriter({ workspaceDir, root }, clock, ids)
      : await openThreadWriter(
          typeof threads.writer === 'string' ? startWriterThread(threads.writer) : threads.writer(),
          { workspaceDir, root },
        );
  try {
    const marks =
      options.kind === 'sample'
        ? noMarks
        : await beginMarks(workspaceDir, writer, (doubtful) => {
            if (doubtful !== null) log.trouble('stepped back', { doubtful });
          });
    const keys = deriveKeys(root);
    const db = openReader({ path: join(workspaceDir, workspaceFiles.database), key: keys.database });
    const place = { folder: join(workspaceDir, workspaceFiles.vault), key: keys.vault };
    const vault = openVaultReader(place);
    const bulk =
      threads === 'inline' ? openInlineBulkVault(place) : openThreadBulkVault(threads.vault, place);
    const parser = threads === 'inline' ? inlineParser(channels) : threadParser(threads.parser, log);
    return { db, vault, bulk, hash: keyedHash(keys.erasures.names), writer, parser, marks };
  } catch (error) {
    await writer.close();
    throw error;
  }
};

/** Removes what a sample left behind when it was killed: its key was in memory, so nobody can read it any more. */
const clearSample = (dir: string): void => {
  for (const name of [
    workspaceFiles.database,
    `${workspaceFiles.database}-wal`,
    `${workspaceFiles.database}-shm`,
  ]) {
    rmSync(join(dir, name), { force: true });
  }
  rmSync(join(dir, workspaceFiles.vault), { recursive: true, force: true });
};

/** Opens a workspace and sets everything in it to work. Throws StoreError where it cannot be used. */
export const openWorkspace = async (options: OpenWorkspace): Promise<OpenedWorkspace> => {
  const lock = lockWorkspace(options.dir);
  try {
    if (options.kind === 'sample') clearSample(options.dir);
    const parts = await openParts(options);
    const clock = new TeamClock(options.clock, parts.db);
    const workspace: Workspace = { ...options, ...parts, clock };
    return await startWork(workspace, options, clock, lock.release);
  } catch (error) {
    lock.release();
    throw error;
  }
};

/** Has the shell check spelling as the person wants it. */
const applySpelling = ({ db, shell, log }: Workspace): void => {
  const { spelling, spellingLanguages } = readPreferences(db);
  shell.spelling({ on: spelling, languages: spellingLanguages }).catch((error: unknown) => {
    log.fault('spelling', error);
  });
};

const startWork = async (
  workspace: Workspace,
  {
    traffic,
    reminders: reminding,
    team = {},
    lookDelaysMs,
    invitation,
    clock: own,
    version,
    sealedBy,
  }: Pick<
    OpenWorkspace,
    'traffic' | 'reminders' | 'team' | 'lookDelaysMs' | 'invitation' | 'clock' | 'version' | 'sealedBy'
  >,
  time: TeamClock,
  release: () => void,
): Promise<OpenedWorkspace> => {
  const notices = new Notices(workspace);
  const loops = new AccountLoops(workspace, traffic, {
    arrived: (arrivals) => notices.arrived(arrivals),
    inStep: () => inStep(),
  });
  const reminders = new Reminders(workspace, loops);
  const inStep =
    workspace.kind === 'sample'
      ? sampleCare(workspace, () => reminders.wake())
      : (): void => reminders.mailLookedAt();
  const recount = makeTargetRecount(workspace);
  const outbox = new Outbox(workspace, loops.contexts, lookDelaysMs);
  const indexer = makeIndexer(workspace);
  const badge = new Badge(workspace);
  const news = {
    arrived: (arrivals: readonly Arrival[]) => notices.arrived(arrivals),
    handed: (handed: readonly HandedOver[]) => notices.handed(handed),
    reviewed: (reviews: readonly ReviewNews[]) => notices.reviewed(reviews),
  };
  // It is what finds out by how much this computer's own clock is wrong.
  const sync = new TeamSync({ ...workspace, clock: own }, news, team);
  const blobs = new TeamBlobs(workspace, {
    login: () => teamLogin(workspace.db)?.credentials ?? null,
    isThere: () => sync.line !== null,
    mostBytes: mostBlobBytes,
  });
  sync.onLine(() => blobs.wake());
  const desk = new TeamDesk(workspace, loops, sync);
  const sources = new MessageSources(workspace, (account) => loops.session(account), {
    fetch: (hash) => blobs.fetch(hash),
    bytes: (hash) => blobs.bytes(hash),
  });
  const opened = new OpenedFiles();
  const exports = new Exports(workspace, sources, version);
  const eraser = makeEraser(workspace, () => opened.remove());
  const retention = new RetentionClock(workspace);

  /** What cannot end as it should, such as on a damaged disk, keeps nothing else from ending. */
  const endAll = async (...ends: readonly (() => void | Promise<void>)[]): Promise<void> => {
    for (const end of await Promise.allSettled(ends.map(async (one) => one())))
      if (end.status === 'rejected') workspace.log.fault('close', end.reason);
  };

  /** Every part of the workspace whose rows may have changed looks at them. */
  const look = (topics: readonly Topic[]): void => {
    if (topics.some(({ topic }) => topic === 'team')) time.adjust();
    badge.changed(topics);
    const names = new Set(topics.map(({ topic }) => topic));
    if (names.has('targets')) recount.wake();
    if (names.has('erasure')) eraser.wake();
    if (reminderTopics.some((topic) => names.has(topic))) reminders.wake();
    if (traffic === 'off') return;
    sync.wake();
    if (names.has('team')) blobs.wake();
    if (names.has('team') || names.has('accounts') || names.has('outbox')) desk.wake();
    if (names.has('outbox') || names.has('accounts')) outbox.wake();
    if (names.has('preferences')) applySpelling(workspace);
    if (names.has('index')) indexer.wake();
    if (names.has('conversation')) loops.nudge();
  };
  workspace.writer.onChanged((topics) => {
    workspace.changed(...topics);
    quietly(workspace.log, 'changes', () => look(topics));
  });

  if (workspace.kind === 'sample') await fillSample(workspace);
  else await workspace.writer.run('audit.policies', { digests: policyDigests(workspace.policy) });
  if (traffic === 'on') {
    // In a team it decides which accounts are read here: before the first one begins.
    desk.start();
    loops.startAll();
    sync.start();
    blobs.start();
    await outbox.start();
    applySpelling(workspace);
    indexer.wake();
    badge.changed([{ topic: 'lists' }]);
  }
  recount.wake();
  eraser.wake();
  if (traffic === 'on') retention.wake();
  if (reminding === 'on') reminders.start();

  return {
    workspace,
    handlers: {
      ...accountHandlers(workspace, loops, sources),
      ...auditHandlers(workspace),
      ...conversationHandlers(workspace),
      ...exports.handlers(),
      ...diagnosticsHandlers(workspace, { loops, version, sealedBy, line: () => sync.status.kind }),
      ...customerHandlers(workspace),
      ...erasureHandlers({ ...workspace, retention }),
      ...composeHandlers(workspace, sources),
      ...ownershipHandlers(workspace),
      ...reviewHandlers(workspace),
      ...leadHandlers(workspace),
      ...messageHandlers(workspace, sources, opened),
      ...snippetHandlers(workspace),
      ...targetHandlers(workspace),
      ...teamAccountHandlers(workspace, desk),
      ...teamHandlers(workspace, {
        door: invitation,
        sync: traffic === 'on' ? sync : null,
        presence: desk,
      }),
      ...websiteChatHandlers(workspace, loops.contexts),
    },
    loops,
    outbox,
    sync,
    reminderAnswered: (act, followUp) => reminders.answered(act, followUp),
    resumed: () => {
      loops.resumed();
      reminders.resumed();
      outbox.retryNow();
      sync.reconnect();
      desk.resumed();
    },
    networkChanged: () => {
      loops.networkChanged();
      outbox.retryNow();
      sync.retryNow();
      desk.resumed();
    },
    close: async () => {
      badge.stop();
      await endAll(() => exports.stop());
      await endAll(
        ...[() => loops.stop(), () => outbox.stop(), () => indexer.stop(), () => reminders.stop()],
        ...[() => recount.stop(), () => eraser.stop(), () => retention.stop()],
        ...[() => sync.stop(), () => blobs.stop()],
      );
      // Only now does a colleague's device take the accounts over: nothing is read here any more.
      await endAll(() => desk.stop());
      // Last of what runs: until the loops have ended, a message that has just come starts its timer anew.
      notices.stop();
      const { parser, bulk, writer, vault, db } = workspace;
      await endAll(
        ...[() => parser.close(), () => bulk.close(), () => writer.close(), () => opened.remove()],
      );
      await endAll(...[() => vault.close(), () => db.close()]);
      release();
    },
  };
};
