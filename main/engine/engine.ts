import { existsSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppState } from '#shared/contract/app.ts';
import type { CallName } from '#shared/contract/contract.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { Answer } from '#shared/contract/wire.ts';
import type { ConversationId, FollowUpId } from '#shared/kit/brand.ts';
import { noPolicy } from '#shared/domain/policy/policy.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import type { Transport } from '#shared/kit/transport.ts';
import { appHandlers } from './api/app-handlers.ts';
import { answerCall } from './api/dispatch.ts';
import type { EngineHandlers } from './api/dispatch.ts';
import { Pages } from './api/pages.ts';
import type { EngineOptions } from './engine-options.ts';
import type { AccountLoops } from './ingest/account-loops.ts';
import { Keyring } from './keyring.ts';
import type { KeyState } from './keyring.ts';
import { EngineLanguage } from './language.ts';
import { openLog, quietly, silentLog, watchedLog } from './log.ts';
import { openWorkspace } from './open-workspace.ts';
import type { OpenedWorkspace } from './open-workspace.ts';
import type { NoticeAnswer } from './shell-port.ts';
import { governedChannels } from './policy/governed-channels.ts';
import { passphraseRule } from './policy/rules.ts';
import { connectedAccounts, memberOfWorkspace } from './store/read/account.ts';
import { isSending } from './store/read/outbox.ts';
import { hasOpenedBefore, noteOpened } from './recovery/key-check.ts';
import { hasMarks } from './recovery/marks.ts';
import { Recovery } from './recovery/recovery.ts';
import { settleRestore } from './recovery/restore.ts';
import { StoreError } from './store/failure.ts';
import { InvitationAtTheDoor } from './team/opened-invitation.ts';
import type { Workspace } from './workspace.ts';
import { workspaceFiles } from './workspace-files.ts';
import { reasonOf } from './writer/writer.ts';

/** The engine: answers calls, tells what changed, and keeps its accounts in step. */
export interface Engine {
  /** Takes on one page. */
  connect(transport: Transport): void;
  /** The same checked calls that a page makes, in this process. */
  call<Name extends CallName>(name: Name, input: unknown): Promise<Answer<Name>>;
  onEvent(listener: (event: EngineEvent) => void): () => void;
  state(): AppState;
  /** The open workspace, for what works on all of it: import, export, verify, backup. */
  workspace(): Workspace | null;
  loops(): AccountLoops | null;
  power(event: 'suspend' | 'resume'): void;
  network(online: boolean): void;
  /** The person clicked a notice, or one of its buttons. */
  noticeAnswered(answer: NoticeAnswer): void;
  /** The person opened an invitation to a team; the window shows what it says, and nothing else happens by it. */
  invited(text: string): void;
  /** Updates stand differently now. */
  updateChanged(): void;
  /** What brings the workspace back: backups, words, restores. */
  recovery(): Recovery;
  /** Ends everything within five seconds. */
  close(): Promise<void>;
}

/** SQLite, the system and the other programs need some room too (256 MiB). */
const usualReserve = 256 * 1024 * 1024;

type Unusable = Extract<AppState, { kind: 'unusable' }>;

const unusable = (error: unknown): Unusable => ({
  kind: 'unusable',
  reason: reasonOf(error) ?? 'damaged',
  detail: error instanceof Error ? error.message : String(error),
});

class SteadyEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #keyring: Keyring;
  readonly #log;
  readonly #pages: Pages;
  readonly #handlers: EngineHandlers;
  #state: AppState = { kind: 'locked' };
  #opened: OpenedWorkspace | null = null;
  #closing: Promise<void> | null = null;
  #sealedBy: 'os' | 'passphrase' | 'file' = 'file';
  readonly #policy: Policy;
  readonly #invitation = new InvitationAtTheDoor();
  readonly #language: EngineLanguage;
  readonly #recovery: Recovery;
  #root: Uint8Array | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#policy = options.policy ?? noPolicy;
    const passphrase = passphraseRule(this.#policy);
    this.#keyring = new Keyring(options.workspaceDir, options.key, options.shell, passphrase);
    const logFile = join(options.workspaceDir, workspaceFiles.log);
    this.#log =
      options.kind === 'sample'
        ? silentLog
        : watchedLog(
            openLog(logFile, options.clock, {
              salt: randomBytes(16),
              references: () => options.ids.next().slice(-12),
              level: this.#policy.values['log.level'] ?? 'all',
            }),
            (error) => this.#suspect(error),
          );
    this.#pages = new Pages((name, input) => this.call(name, input));
    this.#language = new EngineLanguage(options.shell);
    this.#recovery = new Recovery({
      workspaceDir: options.workspaceDir,
      kind: options.kind,
      keyring: this.#keyring,
      keySource: options.key.kind,
      shell: options.shell,
      policy: this.#policy,
      clock: options.clock,
      thread: options.threads === 'inline' ? null : options.threads.keeper,
      version: options.version,
      times: options.upkeep ?? 'off',
      reserve: options.reserveBytes ?? usualReserve,
      log: () => this.#log,
      state: () => this.state(),
      root: () => this.#root,
      close: () => this.#closeWorkspace(),
      open: (key) => this.#enter(key),
      start: () => this.start(),
      damaged: (detail) => this.#damaged(detail),
      changed: (...topics) => this.#pages.changed(topics),
    });
    this.#handlers = {
      ...this.#recovery.handlers(() => this.#opened?.workspace ?? null),
      ...appHandlers({
        state: () => this.state(),
        at: () => (this.#opened === null ? this.#state.kind : 'ready'),
        enter: (key) => this.#enter(key),
        isSending: () => this.#isSending(),
        changed: (topic) => this.#pages.changed([topic]),
        keyring: this.#keyring,
        policy: this.#policy,
        language: this.#language,
        shell: options.shell,
      }),
    };
  }

  /** What is wrong with the policy stands in the log too, whatever its level. */
  tellPolicy(): void {
    for (const { kind, source, where, line, path } of this.#policy.problems) {
      this.#log.trouble('policy', { kind, source, where, line, path });
    }
  }

  /** Opens the workspace as far as that can be done without a person. */
  async start(): Promise<void> {
    const { key, workspaceDir } = this.#options;
    const path = join(workspaceDir, workspaceFiles.database);
    try {
      const isOwn = key.kind !== 'in-memory';
      if (isOwn) settleRestore(workspaceDir);
      await this.#enter(await this.#keyring.state(isOwn && (existsSync(path) || hasMarks(workspaceDir))));
    } catch (error) {
      this.#log.fault('open', error);
      this.#state = unusable(error);
      this.#pages.changed([{ topic: 'app' }]);
    }
  }

  /** A workspace that was worked with has a database, and it is not empty. */
  #isGone(): boolean {
    const { kind, workspaceDir } = this.#options;
    const path = join(workspaceDir, workspaceFiles.database);
    return (
      kind === 'own' && hasMarks(workspaceDir) && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0
    );
  }

  /** Opens the workspace with its key, or shows the screen that asks for what is missing. */
  async #enter(key: KeyState): Promise<void> {
    switch (key.kind) {
      case 'open':
        this.#sealedBy = key.sealedBy;
        await this.#open(key.root);
        return;
      case 'unusable':
        this.#state = { kind: 'unusable', reason: 'wrong-key', detail: key.detail };
        break;
      case 'choose-passphrase':
      case 'locked':
        this.#state = { kind: key.kind };
        break;
    }
    this.#pages.changed([{ topic: 'app' }]);
  }

  /** An open workspace has the right key: a page that does not fit it is damaged like any other. */
  #suspect(error: unknown): void {
    const reason = reasonOf(error);
    if (reason === 'damaged' || (reason === 'wrong-key' && this.#opened !== null)) this.#recovery.suspect();
  }

  /** Answers when nothing of it is open any more, whoever has begun to close it. */
  async #closeWorkspace(): Promise<void> {
    const opened = this.#opened;
    this.#recovery.closed();
    this.#opened = null;
    if (opened !== null) this.#closing = opened.close();
    await this.#closing;
  }

  /** What is damaged is worked in no longer: every further write could lose more. */
  async #damaged(detail: string): Promise<void> {
    if (this.#opened === null) return;
    this.#state = { kind: 'unusable', reason: 'damaged', detail };
    await this.#closeWorkspace();
    this.#pages.changed([{ topic: 'app' }, { topic: 'recovery' }]);
  }

  async #open(root: Uint8Array): Promise<void> {
    const { workspaceDir, kind, shell, channels, clock, ids, chance, threads, images } = this.#options;
    this.#root = root;
    try {
      await this.#language.speak(null);
      if (this.#isGone()) throw new StoreError('damaged', 'the database is gone');
      this.#opened = await openWorkspace({
        dir: workspaceDir,
        kind,
        root,
        channels: governedChannels(channels, this.#policy),
        policy: this.#policy,
        clock,
        ids,
        chance,
        shell,
        threads,
        log: this.#log,
        words: this.#language.words,
        images: images ?? {},
        chatFile: this.#options.chatFile ?? null,
        ...(this.#options.team === undefined ? {} : { team: this.#options.team }),
        ...(this.#options.lookDelaysMs === undefined ? {} : { lookDelaysMs: this.#options.lookDelaysMs }),
        traffic: this.#options.traffic ?? 'on',
        reminders: this.#options.reminders ?? this.#options.traffic ?? 'on',
        invitation: this.#invitation,
        version: this.#options.version,
        sealedBy: this.#sealedBy,
        changed: (...topics) => this.#pages.changed(topics),
        tell: (event) => this.#pages.tell(event),
      });
      if (kind === 'own') noteOpened(workspaceDir, root);
      this.#recovery.opened(this.#opened.workspace);
    } catch (error) {
      this.#log.fault('open', error);
      this.#state = unusable(error);
      if (this.#state.reason === 'wrong-key' && hasOpenedBefore(workspaceDir, root))
        this.#state = { ...this.#state, reason: 'damaged' };
    }
    this.#pages.changed([{ topic: 'app' }]);
  }

  state(): AppState {
    if (this.#opened === null) return this.#state;
    const { db, kind } = this.#opened.workspace;
    try {
      return {
        kind: 'ready',
        workspace: kind,
        me: memberOfWorkspace(db),
        accounts: connectedAccounts(db).length,
        version: this.#options.version,
        sealedBy: this.#sealedBy,
      };
    } catch (error) {
      // Whoever asks is told in words; whether it stays so is settled by reading all of it.
      this.#log.fault('state', error);
      return unusable(error);
    }
  }

  #isSending(): boolean {
    return this.#opened !== null && isSending(this.#opened.workspace.db);
  }

  updateChanged(): void {
    this.#pages.changed([{ topic: 'update' }]);
  }

  connect(transport: Transport): void {
    this.#pages.connect(transport);
  }

  call<Name extends CallName>(name: Name, input: unknown): Promise<Answer<Name>> {
    const source = {
      engine: this.#handlers,
      workspace: () => this.#opened?.handlers ?? null,
      log: () => this.#log,
    };
    return answerCall(source, name, input);
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    return this.#pages.onEvent(listener);
  }

  workspace(): Workspace | null {
    return this.#opened?.workspace ?? null;
  }

  loops(): AccountLoops | null {
    return this.#opened?.loops ?? null;
  }

  recovery(): Recovery {
    return this.#recovery;
  }

  power(event: 'suspend' | 'resume'): void {
    if (event !== 'resume') return;
    quietly(this.#log, 'power', () => this.#opened?.resumed());
    this.#recovery.resumed();
  }

  network(online: boolean): void {
    if (online) quietly(this.#log, 'network', () => this.#opened?.networkChanged());
  }

  noticeAnswered({ act, conversation, followUp }: NoticeAnswer): void {
    if (act !== 'open') {
      if (followUp !== null) this.#opened?.reminderAnswered(act, followUp as FollowUpId);
    } else if (conversation === null) this.#pages.tell({ event: 'show-follow-ups' });
    else this.#pages.tell({ event: 'show', conversation: conversation as ConversationId });
  }

  invited(text: string): void {
    this.#invitation.put(text);
    this.#pages.changed([{ topic: 'team' }]);
  }

  async close(): Promise<void> {
    this.#recovery.close();
    this.#state = { kind: 'locked' };
    await this.#closeWorkspace();
    this.#pages.close();
  }
}

/** Makes an engine and opens its workspace as far as that can be done without a person; `state()` says how far. */
export const createEngine = async (options: EngineOptions): Promise<Engine> => {
  const engine = new SteadyEngine(options);
  await engine.start();
  // Not before: a restore that was cut off is settled first, and nothing may be written where its workspace goes.
  engine.tellPolicy();
  return engine;
};
