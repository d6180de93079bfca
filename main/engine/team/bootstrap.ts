import { teamProgress } from '../store/team/progress.ts';
import type { Workspace } from '../workspace.ts';
import type { TeamCalls } from './connection-calls.ts';
import type { Page } from './wire.ts';

/** Who joins works with the last 90 days first; in ms. */
const recentMs = 90 * 24 * 60 * 60_000;
/** Conversations in a page, with all they need: few enough that nobody's click waits behind one. */
const recentAtOnce = 50;
const olderAtOnce = 25;

/** What the past is fetched with. */
export type BootstrapPorts = {
  readonly calls: TeamCalls;
  /** Writes a page; `upTo` null leaves alone how far the team is followed. */
  readonly write: (page: Page, upTo: number | null) => Promise<void>;
};

/**
 * Fetches one page of what was there before this device joined: the newest conversations first, and each page from where
 * the last one ended, whatever happened in between. Answers how far this device has come.
 */
export const fetchPast = async (
  { db, clock, writer }: Workspace,
  { calls, write }: BootstrapPorts,
): Promise<'recent' | 'older' | 'whole'> => {
  const progress = teamProgress(db);
  if (progress === null || progress.phase === 'whole') return 'whole';
  const { before } = progress;
  const page = await calls.recent(before, progress.phase === 'recent' ? recentAtOnce : olderAtOnce);
  // The first page says from where on the team is followed; a page that is written twice changes nothing.
  await write(page, before === null ? page.upTo : null);
  const isRecent = page.next !== null && page.next.activeAt > clock.now() - recentMs;
  const phase = page.next === null ? 'whole' : isRecent ? 'recent' : 'older';
  await writer.run('team.progress', { phase, before: page.next ?? before });
  return phase;
};
