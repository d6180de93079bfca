import { existsSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppState } from '#shared/contract/app.ts';
import type { CallName } from '#shared/contract/contract.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { Answer } from '#shared/contract/wire.ts';
import type { ConversationId, FollowUpId } from '#shared/kit/brand.ts';
import { isManaged, managed, noPolicy } from '#shared/domain/policy/policy.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Transport } from '#shared/kit/transport.ts';
import type { Channel } from '#main/channels/kit/channel.ts';
import { answerCall } from './api/dispatch.ts';
import type { EngineHandlers } from './api/dispatch.ts';
import { Pages } from './api/pages.ts';
import type { AccountLoops } from './ingest/account-loops.ts';
import { Keyring } from './keyring.ts';
import type { KeySource } from './keyring.ts';
import { EngineLanguage } from './language.ts';
import { openLog, silentLog } from './log.ts';
import { openWorkspace } from './open-workspace.ts';
import type { OpenedWorkspace, Threads } from './open-workspace.ts';
import type { LookDelays } from './outbox/plan.ts';
import type { NoticeAnswer, ShellPort } from './shell-port.ts';
import { governedChannels } from './policy/governed-channels.ts';
import { passphraseRule } from './policy/rules.ts';
import { policyState } from './policy/policy-state.ts';
import { connectedAccounts, memberOfWorkspace } from './store/read/account.ts';
import { isSending } from './store/read/outbox.ts';
import { storeReason } from './store/failure.ts';
import { InvitationAtTheDoor } from './team/opened-invitation.ts';
import type { ImageFetchOptions } from './web/remote-images.ts';
import type { SyncOptions } from './team/sync.ts';
import type { Workspace } from './workspace.ts';
import { workspaceFiles } from './workspace-files.ts';

/** Everything the engine takes from where it runs. */
export type EngineOptions = {
  readonly workspaceDir: string;
  readonly kind: 'own' | 'sample';
  readonly key: KeySource;
  readonly shell: ShellPort;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A number in [0, 1) that spreads retries. */
  readonly chance: () => number;
  readonly threads: Threads;
  readonly version: string;
  /** `off`: nothing connects, sends or indexes by itself; single calls still may. */
  readonly traffic?: 'on' | 'off';
  /** `off`: nothing comes up by itself, because nobody is there who would be told; as `traffic` when left out. */
  readonly reminders?: 'on' | 'off';
  /** What the machine's admin has laid down; nothing when left out. */
  readonly policy?: Policy;
  /** How remote pictures are fetched; tests let loopback through. */
  readonly images?: ImageFetchOptions;
  /** Where the build has put the website chat's file. */
  readonly chatFile?: string;
  /** Times of the exchange with a team, for tests to shorten. */
  readonly team?: SyncOptions;
  /** The pauses between looks for what became of a send, in ms, for tests to shorten. */
  readonly lookDelaysMs?: LookDelays;
};

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
  /** Ends everything within five seconds. */
  close(): Promise<void>;
}

type Unusable = Extract<AppState, { kind: 'unusable' }>;

const unusable = (error: unknown): Unusable => ({
  kind: 'unusable',
  reason: storeReason(error) ?? 'damaged',
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
  #sealedBy: 'os' | 'passphrase' | 'file' = 'file';
  readonly #policy: Policy;
  readonly #invitation = new InvitationAtTheDoor();
  readonly #language: EngineLanguage;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#policy = options.policy ?? noPolicy;
    const passphrase = passphraseRule(this.#policy);
    this.#keyring = new Keyring(options.workspaceDir, options.key, options.shell, passphrase);
    const logFile = join(options.workspaceDir, workspaceFiles.log);
    this.#log =
      options.kind === 'sample'
        ? silentLog
        : openLog(logFile, options.clock, {
            salt: randomBytes(16),
            references: () => options.ids.next().slice(-12),
            level: this.#policy.values['log.level'] ?? 'all',
          });
    this.#logPolicy();
    this.#pages = new Pages((name, input) => this.call(name, input));
    this.#language = new EngineLanguage(options.shell);
    this.#handlers = this.#engineHandlers();
  }

  /** What is wrong with the policy stands in the log too, whatever its level. */
  #logPolicy(): void {
    for (const { kind, source, where, line, path } of this.#policy.problems) {
      this.#log.trouble('policy', { kind, source, where, line, path });
    }
  }

  /** Opens the workspace as far as that can be done without a person. */
  async start(): Promise<void> {
    const exists =
      this.#options.key.kind !== 'in-memory' &&
      existsSync(join(this.#options.workspaceDir, workspaceFiles.database));
    try {
      const key = await this.#keyring.state(exists);
      switch (key.kind) {
        case 'open':
          this.#sealedBy = key.sealedBy;
          await this.#open(key.root);
          break;
        case 'unusable':
          this.#state = { kind: 'unusable', reason: 'wrong-key', detail: key.detail };
          break;
        case 'choose-passphrase':
        case 'locked':
          this.#state = { kind: key.kind };
          break;
      }
    } catch (error) {
      this.#log.fault('open', error);
      this.#state = unusable(error);
    }
    this.#pages.changed([{ topic: 'app' }]);
  }

  async #open(root: Uint8Array): Promise<void> {
    const { workspaceDir, kind, shell, channels, clock, ids, chance, threads, images } = this.#options;
    try {
      await this.#language.speak(null);
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
        changed: (...topics) => this.#pages.changed(topics),
        tell: (event) => this.#pages.tell(event),
      });
    } catch (error) {
      this.#log.fault('open', error);
      this.#state = unusable(error);
    }
    this.#pages.changed([{ topic: 'app' }]);
  }

  state(): AppState {
    if (this.#opened === null) return this.#state;
    const { db, kind } = this.#opened.workspace;
    return {
      kind: 'ready',
      workspace: kind,
      me: memberOfWorkspace(db),
      accounts: connectedAccounts(db).length,
      version: this.#options.version,
      sealedBy: this.#sealedBy,
    };
  }

  #engineHandlers(): EngineHandlers {
    return {
      'app.state': () => ok(this.state()),
      'app.choosePassphrase': async ({ passphrase }) => {
        if (this.#state.kind !== 'choose-passphrase' || this.#opened !== null) return ok(null);
        const root = await this.#keyring.choosePassphrase(passphrase);
        this.#sealedBy = 'passphrase';
        await this.#open(root);
        return ok(null);
      },
      'app.unlock': async ({ passphrase }) => {
        if (this.#state.kind !== 'locked' || this.#opened !== null) return ok(null);
        const root = await this.#keyring.unlock(passphrase);
        if (root === null) return fail({ kind: 'wrong-passphrase' });
        this.#sealedBy = 'passphrase';
        await this.#open(root);
        return ok(null);
      },
      'policy.state': () => ok(policyState(this.#policy)),
      'update.state': async () => ok(await this.#options.shell.update('state')),
      'update.act': async ({ act }) => {
        // What is being handed to a server is not cut off for a newer version; all else is saved before it is done.
        if (act === 'install' && this.#isSending()) return fail({ kind: 'update-while-sending' });
        return ok(await this.#options.shell.update(act));
      },
      'language.state': async () => ok(await this.#language.speak(null)),
      'language.choose': async ({ choice }) => {
        if (isManaged(this.#policy, 'language')) return fail(managed(this.#policy, 'language'));
        const state = await this.#language.speak(choice);
        this.#pages.changed([{ topic: 'app' }]);
        return ok(state);
      },
      'app.sample': ({ open }) => {
        this.#options.shell.switchWorkspace(open ? 'sample' : 'own');
        return ok(null);
      },
    };
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

  power(event: 'suspend' | 'resume'): void {
    if (event === 'resume') this.#opened?.resumed();
  }

  network(online: boolean): void {
    if (online) this.#opened?.networkChanged();
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
    const opened = this.#opened;
    this.#opened = null;
    this.#state = { kind: 'locked' };
    await opened?.close();
    this.#pages.close();
  }
}

/** Makes an engine and opens its workspace as far as that can be done without a person; `state()` says how far. */
export const createEngine = async (options: EngineOptions): Promise<Engine> => {
  const engine = new SteadyEngine(options);
  await engine.start();
  return engine;
};
