import { createEngine } from '#main/engine/engine.ts';
import type { EngineOptions } from '#main/engine/engine-options.ts';
import type { Engine } from '#main/engine/engine.ts';
import type { Notice, ShellPort } from '#main/engine/shell-port.ts';
import { systemChance, systemClock, systemIds } from '#main/engine/host/system-ports.ts';
import { channels } from '#main/channels/registry.ts';
import type { CallName, Input, Output } from '#shared/contract/contract.ts';
import type { Draft, DraftEdit } from '#shared/contract/compose.ts';
import { localeFor, type LanguageChoice } from '#shared/messages/locale.ts';
import { makeTempDirectory } from './temp.ts';

/** What an engine under test asked of its shell. */
export type ShellRecord = {
  readonly notices: Notice[];
  readonly badges: number[];
  readonly opened: string[];
  readonly files: string[];
  readonly marked: string[];
  readonly switched: string[];
  readonly updates: string[];
};

/** A shell for tests: a key store in memory, a record of what was asked, and the answers a person would give. */
export function testShell(
  answers: {
    readonly savePath?: () => string | null;
    readonly folder?: () => string | null;
    readonly files?: () => readonly string[];
    readonly browser?: (url: string) => Promise<void>;
    readonly sealing?: 'os' | 'none';
  } = {},
): { readonly shell: ShellPort; readonly record: ShellRecord } {
  const record: ShellRecord = {
    notices: [],
    badges: [],
    opened: [],
    files: [],
    marked: [],
    switched: [],
    updates: [],
  };
  let spoken: LanguageChoice = 'system';
  const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xa5);
  const shell: ShellPort = {
    sealing: async () => answers.sealing ?? 'os',
    seal: async (plain) => flip(plain),
    open: async (sealed) => flip(sealed),
    notify: (notice) => {
      record.notices.push(notice);
    },
    badge: (unread) => {
      record.badges.push(unread);
    },
    openBrowser: async (url) => {
      record.opened.push(url);
      await answers.browser?.(url);
    },
    chooseSavePath: async () => answers.savePath?.() ?? null,
    chooseFolder: async () => answers.folder?.() ?? null,
    chooseFiles: async () => answers.files?.() ?? [],
    openFile: async (path) => {
      record.files.push(path);
    },
    markFromInternet: async (path) => {
      record.marked.push(path);
    },
    spelling: async () => ({ source: 'none', available: [], chosen: [] }),
    language: async (choice) => {
      spoken = choice ?? spoken;
      return { choice: spoken, locale: localeFor(spoken, 'en') };
    },
    update: async (act) => {
      record.updates.push(act);
      return {
        version: '1.0.0',
        channel: 'latest',
        by: 'steward',
        stand: { kind: 'ready', version: '1.1.0' },
      };
    },
    switchWorkspace: (to) => {
      record.switched.push(to);
    },
  };
  return { shell, record };
}

/** An engine in this process with its store in a temporary folder. */
export type TestEngine = {
  readonly engine: Engine;
  readonly dir: string;
  readonly record: ShellRecord;
  /** Makes a call that must be answered; a refusal or a failure is thrown. */
  readonly ask: <Name extends CallName>(name: Name, input: Input<Name>) => Promise<Output<Name>>;
  /** Makes a call and answers with the refusal's kind; throws when it was answered. */
  readonly refusal: <Name extends CallName>(name: Name, input: Input<Name>) => Promise<string>;
  /** Closes the engine and starts another on the same folder. */
  readonly restart: () => Promise<TestEngine>;
  readonly close: () => Promise<void>;
};

/** Starts an engine on sources, everything on one thread; `dir` is a new temporary folder unless given. */
export async function startEngine(
  options: Partial<EngineOptions> & { readonly answers?: Parameters<typeof testShell>[0] } = {},
): Promise<TestEngine> {
  const own = options.workspaceDir === undefined ? makeTempDirectory('engine') : null;
  const workspaceDir = options.workspaceDir ?? own?.path ?? '';
  const { shell, record } = testShell(options.answers);
  const { answers: _answers, ...given } = options;
  const engine = await createEngine({
    workspaceDir,
    kind: 'own',
    key: { kind: 'shell' },
    shell,
    channels,
    clock: systemClock,
    ids: systemIds(systemClock),
    chance: systemChance,
    threads: 'inline',
    version: '0.0.0-test',
    ...given,
  });
  const ask: TestEngine['ask'] = async (name, input) => {
    const answer = await engine.call(name, input);
    if (!answer.ok) throw new Error(`${name} was refused: ${JSON.stringify(answer.failure)}`);
    return answer.value;
  };
  return {
    engine,
    dir: workspaceDir,
    record,
    ask,
    refusal: async (name, input) => {
      const answer = await engine.call(name, input);
      if (answer.ok) throw new Error(`${name} was answered: ${JSON.stringify(answer.value)}`);
      return answer.failure.kind;
    },
    restart: async () => {
      await engine.close();
      return startEngine({ ...options, workspaceDir });
    },
    close: async () => {
      await engine.close();
      own?.remove();
    },
  };
}

/** What the page would save for a draft as it is, with some fields changed. */
export function editOf(draft: Draft, change: Partial<DraftEdit>): DraftEdit {
  return {
    account: draft.account,
    to: [...draft.to],
    cc: [...draft.cc],
    bcc: [...draft.bcc],
    subject: draft.subject,
    html: draft.html,
    quote: draft.quote,
    plain: draft.plain,
    ...change,
  };
}
