import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import type { AuditFilter, AuditFormat } from '#shared/contract/audit.ts';
import type { AccountFailure } from '#shared/contract/accounts.ts';
import type { CallName, Input } from '#shared/contract/contract.ts';
import type { Backup, BackupTrouble } from '#shared/contract/recovery.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { UpdateState } from '#shared/contract/update.ts';
import type { Answer } from '#shared/contract/wire.ts';
import { usualChannel } from '#shared/domain/update/decide-update.ts';
import type { AccountId, ConversationId, CustomerId, DraftId } from '#shared/kit/brand.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import type { PolicyDocument } from '#shared/domain/policy/read.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { LanguageState } from '#shared/messages/locale.ts';
import { channels } from '#main/channels/registry.ts';
import { exportMessages } from '../archive/export-messages.ts';
import type { ExportedMessage } from '../archive/export-messages.ts';
import { importMails } from '../archive/import-mails.ts';
import type { ArchivedMail, ImportOptions, Imported } from '../archive/import-mails.ts';
import { exportAudit } from '../export/export-audit.ts';
import { createEngine } from '../engine.ts';
import type { Engine } from '../engine.ts';
import type { ShellPort, Spelling } from '../shell-port.ts';
import { connectedAccounts } from '../store/read/account.ts';
import { outboxToFile } from '../store/read/outbox.ts';
import { usualUpkeep } from '../recovery/upkeep.ts';
import { verify } from '../store/verify.ts';
import type { VerifyReport } from '../store/verify.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { reasonOf } from '../writer/writer.ts';
import type { Workspace } from '../workspace.ts';
import { systemChance, systemClock, systemIds } from './system-ports.ts';
import { threadBundles } from './thread-bundles.ts';

export type { ArchivedMail, ExportedMessage, Imported };

/** What opening an engine without a window takes. */
export type HeadlessOptions = {
  readonly workspaceDir: string;
  /** Makes the workspace where there is none; otherwise that is refused. */
  readonly create: boolean;
  /** The workspace's key in 64 hex digits; null to ask for its passphrase. */
  readonly keyHex: string | null;
  /** Asks the person; `fresh` when a passphrase is to be chosen. */
  readonly askPassphrase: (fresh: boolean) => Promise<string>;
  readonly openBrowser: (url: string) => void;
  /** Recovery words, where the key is gone or its passphrase forgotten; a new passphrase is asked for then. */
  readonly recoveryWords?: string;
  /** `off`: nothing connects, sends or indexes by itself. */
  readonly traffic: 'on' | 'off';
  /** `off`: no follow-up comes up while nobody would be told. */
  readonly reminders: 'on' | 'off';
  readonly version: string;
  /** What the machine's admin has laid down, as it was found. */
  readonly policies: readonly PolicyDocument[];
};

/** Why a workspace was not opened; `detail` is for whoever helps. */
export type HeadlessRefusal = {
  readonly kind:
    | 'absent'
    | 'wrong-passphrase'
    | 'wrong-words'
    | 'no-recovery-file'
    | 'from-the-future'
    | 'damaged'
    | 'wrong-key'
    | 'in-use'
    | 'read-only'
    | 'disk-full'
    | 'disk-failing';
  readonly detail: string;
};

/** What an error says about the workspace's disk or files, such as that the disk is full; null where it is about something else. */
export const refusalOfError = (error: unknown): HeadlessRefusal | null => {
  const kind = reasonOf(error);
  return kind === null ? null : { kind, detail: error instanceof Error ? error.message : String(error) };
};

/** An engine without a window, with its workspace open. */
export interface Headless {
  /** The very calls that the page makes. */
  call<Name extends CallName>(name: Name, input: Input<Name>): Promise<Answer<Name>>;
  onEvent(listener: (event: EngineEvent) => void): void;
  /** Attaches files to a draft by their paths. */
  attachFiles(draft: DraftId, paths: readonly string[]): Promise<Answer<'draft.attachFiles'>>;
  /**
   * Answers when everything that an account's server has is here, or with what prevents it; null also when there is
   * nothing to wait for. `again` looks at everything once more even if that was done a moment ago.
   */
  inStep(account: AccountId, again: boolean, signal: AbortSignal): Promise<AccountFailure | null>;
  /** Answers when every sent message has its copy among the sent ones on its server, or after `withinMs`; the rest is filed next time. */
  filed(withinMs: number, signal: AbortSignal): Promise<boolean>;
  /** Takes mails from files into an account of their own; see `importMails`. */
  importMails(mails: AsyncIterable<ArchivedMail>, options: ImportOptions): Promise<Imported>;
  /** Every message, oldest first, or those of one conversation. */
  messages(conversation: ConversationId | null): Iterable<ExportedMessage>;
  /** Makes everything searchable that is not yet; answers how many messages that were. */
  catchUpIndex(signal: AbortSignal): Promise<number>;
  /** Makes a backup that is kept like the daily ones; answers what went wrong, or which it is. */
  backUp(): Promise<{ readonly trouble: BackupTrouble | null; readonly backup: Backup | null }>;
  /** Checks everything there is; quickly, a part of the attachments. Reads only. */
  verify(quick: boolean): VerifyReport;
  /** Writes everything about a customer to a file; see `export.customer`. */
  exportCustomer(customer: CustomerId, notes: boolean, path: string): Promise<Answer<'export.customer'>>;
  /** Writes who did what; answers how many rows that were. */
  exportAudit(filter: AuditFilter, format: AuditFormat, out: Writable): Promise<number>;
  /** Records that messages were taken out: of one conversation, or all. */
  exported(conversation: ConversationId | null, messages: number): Promise<void>;
  close(): Promise<void>;
}

/** So many messages are indexed in some 100 ms; nobody else waits for the writer here. */
const indexedAtOnce = 256;
/** How often is looked whether a copy is where it belongs. */
const filedEveryMs = 100;
/** A quick look at the attachments reads one in so many; the database is always read whole. */
const quickNth = 50;

/** A terminal has no key store, no notifications and no dialogs; files to attach and to write were named in the command. */
class TerminalShell implements ShellPort {
  readonly #showUrl: (url: string) => void;
  readonly #version: string;
  files: readonly string[] = [];
  savePath: string | null = null;

  constructor(showUrl: (url: string) => void, version: string) {
    this.#showUrl = showUrl;
    this.#version = version;
  }

  sealing = (): Promise<'none'> => Promise.resolve('none');
  seal = (): Promise<never> => Promise.reject(new Error('there is no key store here'));
  open = (): Promise<never> => Promise.reject(new Error('there is no key store here'));
  notify = (): void => undefined;
  badge = (): void => undefined;
  openBrowser = (url: string): Promise<void> => {
    this.#showUrl(url);
    return Promise.resolve();
  };
  chooseSavePath = (): Promise<string | null> => Promise.resolve(this.savePath);
  chooseFolder = (): Promise<null> => Promise.resolve(null);
  chooseFiles = (): Promise<readonly string[]> => Promise.resolve(this.files);
  openFile = (): Promise<void> => Promise.resolve();
  markFromInternet = (): Promise<void> => Promise.resolve();
  spelling = (): Promise<Spelling> => Promise.resolve({ source: 'none', available: [], chosen: [] });
  // Scripts read what the command line says, so it speaks one language wherever it runs.
  language = (): Promise<LanguageState> => Promise.resolve({ choice: 'en', locale: 'en' });
  // Whoever starts commands brings new versions too.
  update = (): Promise<UpdateState> =>
    Promise.resolve({
      version: this.#version,
      channel: usualChannel(this.#version),
      by: 'packages',
      stand: { kind: 'current', checkedAt: null },
    });
  switchWorkspace = (): void => undefined;
}

class OpenHeadless implements Headless {
  readonly #engine: Engine;
  readonly #workspace: Workspace;
  readonly #shell: TerminalShell;

  constructor(engine: Engine, workspace: Workspace, shell: TerminalShell) {
    this.#engine = engine;
    this.#workspace = workspace;
    this.#shell = shell;
  }

  call<Name extends CallName>(name: Name, input: Input<Name>): Promise<Answer<Name>> {
    return this.#engine.call(name, input);
  }

  onEvent(listener: (event: EngineEvent) => void): void {
    this.#engine.onEvent(listener);
  }

  attachFiles(draft: DraftId, paths: readonly string[]): Promise<Answer<'draft.attachFiles'>> {
    this.#shell.files = paths;
    return this.#engine.call('draft.attachFiles', { id: draft });
  }

  async inStep(account: AccountId, again: boolean, signal: AbortSignal): Promise<AccountFailure | null> {
    const loop = this.#engine.loops()?.loop(account);
    if (loop === undefined) return null;
    // A first look may have ended before anybody asked for it.
    if (!again && loop.health.kind === 'listening') return null;
    return loop.caughtUp(signal);
  }

  async filed(withinMs: number, signal: AbortSignal): Promise<boolean> {
    const { db } = this.#workspace;
    const until = systemClock.monotonic() + withinMs;
    const isDone = (): boolean => connectedAccounts(db).every(({ id }) => outboxToFile(db, id).length === 0);
    while (!isDone()) {
      if (signal.aborted || systemClock.monotonic() > until) return false;
      await delay(filedEveryMs);
    }
    return true;
  }

  importMails(mails: AsyncIterable<ArchivedMail>, options: ImportOptions): Promise<Imported> {
    return importMails(this.#workspace, mails, options);
  }

  messages(conversation: ConversationId | null): Iterable<ExportedMessage> {
    return exportMessages(this.#workspace, conversation);
  }

  async catchUpIndex(signal: AbortSignal): Promise<number> {
    let sum = 0;
    for (let more = true; more && !signal.aborted;) {
      const done = await this.#workspace.writer.run('search.index', { limit: indexedAtOnce });
      sum += done.indexed;
      ({ more } = done);
    }
    return sum;
  }

  async backUp(): Promise<{ readonly trouble: BackupTrouble | null; readonly backup: Backup | null }> {
    await this.#engine.recovery().backUp('asked');
    const state = await this.#engine.call('recovery.state', {});
    if (!state.ok) throw new Error('the state of recovery is not answered');
    return { trouble: state.value.trouble, backup: state.value.backups[0] ?? null };
  }

  verify(quick: boolean): VerifyReport {
    return verify(this.#workspace.db, this.#workspace.vault, { everyNthBlob: quick ? quickNth : 1 });
  }

  async exportCustomer(id: CustomerId, notes: boolean, path: string): Promise<Answer<'export.customer'>> {
    this.#shell.savePath = path;
    try {
      return await this.#engine.call('export.customer', { id, notes });
    } finally {
      this.#shell.savePath = null;
    }
  }

  exportAudit(filter: AuditFilter, format: AuditFormat, out: Writable): Promise<number> {
    return exportAudit(this.#workspace, filter, format, out);
  }

  async exported(conversation: ConversationId | null, messages: number): Promise<void> {
    await this.#workspace.writer.run('audit.record', {
      act: { kind: 'messages.exported', conversation, messages },
    });
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

/** Lets the person open what no key was given for. */
const unlock = async (engine: Engine, options: HeadlessOptions): Promise<HeadlessRefusal | null> => {
  if (options.recoveryWords !== undefined) {
    const opened = await engine.call('recovery.openWithWords', { words: options.recoveryWords });
    if (!opened.ok)
      return {
        kind: opened.failure.kind === 'no-recovery-file' ? 'no-recovery-file' : 'wrong-words',
        detail: '',
      };
  }
  const state = engine.state();
  if (state.kind === 'choose-passphrase') {
    await engine.call('app.choosePassphrase', { passphrase: await options.askPassphrase(true) });
  } else if (state.kind === 'locked') {
    const answer = await engine.call('app.unlock', { passphrase: await options.askPassphrase(false) });
    if (!answer.ok) return { kind: 'wrong-passphrase', detail: '' };
  }
  return null;
};

const refusalOf = (engine: Engine): HeadlessRefusal => {
  const state = engine.state();
  return state.kind === 'unusable'
    ? { kind: state.reason, detail: state.detail }
    : { kind: 'damaged', detail: state.kind };
};

/** Opens a workspace in this process, with the threads whose bundles lie beside this one. */
export const openHeadless = async (options: HeadlessOptions): Promise<Result<Headless, HeadlessRefusal>> => {
  const { workspaceDir, keyHex, traffic, reminders, version } = options;
  if (!options.create && !existsSync(join(workspaceDir, workspaceFiles.database))) {
    return fail({ kind: 'absent', detail: '' });
  }
  const shell = new TerminalShell(options.openBrowser, version);
  const engine = await createEngine({
    workspaceDir,
    kind: 'own',
    key: keyHex === null ? { kind: 'shell' } : { kind: 'given', hex: keyHex },
    shell,
    channels,
    clock: systemClock,
    ids: systemIds(systemClock),
    chance: systemChance,
    threads: threadBundles(__dirname),
    chatFile: join(__dirname, '..', 'widget', 'steward-chat.js'),
    version,
    policy: readPolicy(options.policies),
    traffic,
    reminders,
    // What stays and works for people looks after its workspace; a single command does one thing and ends.
    ...(reminders === 'on' ? { upkeep: usualUpkeep } : {}),
  });
  try {
    const refused = await unlock(engine, options);
    const workspace = engine.workspace();
    if (refused === null && workspace !== null) return ok(new OpenHeadless(engine, workspace, shell));
    const refusal = refused ?? refusalOf(engine);
    await engine.close();
    return fail(refusal);
  } catch (error) {
    await engine.close();
    throw error;
  }
};
