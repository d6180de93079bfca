import { readdirSync, statSync } from 'node:fs';
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ScreenFacts } from '#shared/contract/diagnostics.ts';
import type { AccountLoops } from '../ingest/account-loops.ts';
import { magnitude, age, sizeMagnitude } from './about-size.ts';
import { logLines } from './log-lines.ts';
import { providerClass } from './provider-class.ts';
import { connectedAccounts } from '../store/read/account.ts';
import { readPreferences } from '../store/read/preferences.ts';
import { countsOf, lastContact } from '../store/read/diagnostics.ts';
import { teamLink } from '../store/team/link.ts';
import { verify } from '../store/verify.ts';
import type { Workspace } from '../workspace.ts';
import { workspaceFiles } from '../workspace-files.ts';

/** What diagnostics are collected from, beside the workspace. */
export type DiagnosticsPorts = {
  readonly loops: AccountLoops;
  readonly version: string;
  readonly sealedBy: string;
  /** How the line to the team stands, as its kind. */
  readonly line: () => string;
};

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const bytesIn = (folder: string): number => {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + bytesOf(join(folder, name)), 0);
  } catch {
    return 0;
  }
};

const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);

const workspaceFacts = (workspace: Workspace, { sealedBy }: DiagnosticsPorts): unknown => {
  const { db, dir, kind } = workspace;
  const { schema, sqlite, ...counts } = countsOf(db);
  return {
    ...{ kind, schema, keyGuardedBy: sealedBy, sqlite },
    database: sizeMagnitude(bytesOf(join(dir, workspaceFiles.database))),
    writeAheadLog: sizeMagnitude(bytesOf(join(dir, `${workspaceFiles.database}-wal`))),
    vault: sizeMagnitude(bytesIn(join(dir, workspaceFiles.vault))),
    counts: Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, magnitude(count)])),
  };
};

const accountFacts = ({ db, clock }: Workspace, { loops }: DiagnosticsPorts): unknown =>
  connectedAccounts(db).map(({ id, kind, address, settings, paused, archive }) => {
    const health = loops.health(id);
    return {
      channel: kind,
      provider: providerClass(settings, address),
      health: archive ? 'archive' : paused ? 'paused' : health.kind,
      ...('failure' in health ? { failure: health.failure.kind } : {}),
      lastContact: age(lastContact(db, id), clock.now()),
    };
  });

const teamFacts = ({ db }: Workspace, { line }: DiagnosticsPorts): unknown =>
  teamLink(db) === null ? 'none' : { line: line() };

const check = ({ db, vault }: Workspace): unknown => {
  const { problems, checked } = verify(db, vault, { everyNthBlob: 1 });
  const kinds = new Map<string, number>();
  for (const { kind } of problems) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    problems: Object.fromEntries(kinds),
    checked: Object.fromEntries(Object.entries(checked).map(([name, count]) => [name, magnitude(count)])),
  };
};

/**
 * Facts about this Steward for whoever helps, as text. Nothing is left out of what would be personal, since nothing of
 * it is put in: names of kinds, counts in orders of magnitude, and versions.
 */
export const collectDiagnostics = (
  workspace: Workspace,
  ports: DiagnosticsPorts,
  wanted: { readonly check: boolean; readonly screen: ScreenFacts | null },
): string => {
  const { clock, db, dir, policy, words } = workspace;
  const { theme, notifications, notificationPreview, spelling } = readPreferences(db);
  const { rss, heapUsed } = process.memoryUsage();
  const { electron = null, chrome = null, node } = process.versions;
  const facts = {
    made: new Date(clock.now()).toISOString(),
    versions: { steward: ports.version, electron, chrome, node },
    system: {
      ...{ platform: platform(), release: release(), architecture: arch(), processors: cpus().length },
      memoryMB: { all: megabytes(totalmem()), free: megabytes(freemem()) },
    },
    engine: {
      memoryMB: { resident: megabytes(rss), heap: megabytes(heapUsed) },
      upSeconds: Math.round(process.uptime()),
    },
    screen: wanted.screen,
    settings: { language: words.locale, theme, notifications, notificationPreview, spelling },
    workspace: workspaceFacts(workspace, ports),
    accounts: accountFacts(workspace, ports),
    team: teamFacts(workspace, ports),
    policies: policy.entries.map(({ key, source, state }) => ({ key, source, state })),
    policyProblems: policy.problems.map(({ kind, source }) => ({ kind, source })),
    check: wanted.check ? check(workspace) : 'not asked for',
    log: logLines(join(dir, workspaceFiles.log)),
  };
  return `${JSON.stringify(facts, null, 2)}\n`;
};
