import { join } from 'node:path';
import { vi } from 'vitest';
import type { EngineOptions } from '#main/engine/engine-options.ts';
import { openWriter } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { Workspace } from '#main/engine/workspace.ts';
import type { NewFollowUp } from '#shared/contract/new-follow-up.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { AccountId, ConversationId, FollowUpId, MemberId } from '#shared/kit/brand.ts';
import { startEngine } from './engine.ts';
import type { TestEngine } from './engine.ts';
import { item } from './store/letters.ts';
import type { Letter } from './store/letters.ts';
import { TestClock } from './test-clock.ts';

/** The address that customers of a quiet desk write to. */
const own = 'support@shop.example';

const account = {
  kind: 'email',
  label: own,
  address: own,
  senderName: 'Shop',
  // Nobody listens there.
  settings: {
    ...{ imapHost: '127.0.0.1', imapPort: 1, imapSecurity: 'plain' },
    ...{ smtpHost: '127.0.0.1', smtpPort: 1, smtpSecurity: 'plain' },
  },
  secrets: { kind: 'none' },
} as const;

/** An engine whose time is the test's: no server, mail by hand, timers that run as the test passes the time. */
export type QuietDesk = {
  readonly engine: TestEngine;
  readonly clock: TestClock;
  readonly account: AccountId;
  readonly events: readonly EngineEvent[];
  readonly workspace: () => Workspace;
  /** A mail arrives; answers its conversation. */
  readonly hear: (letter: Letter) => Promise<ConversationId>;
  readonly promise: (conversation: ConversationId, followUp: Partial<NewFollowUp>) => Promise<FollowUpId>;
  /** Adds colleagues, as a team's workspace has them; answers their ids. */
  readonly addColleagues: <Names extends readonly string[]>(
    ...names: Names
  ) => { readonly [Place in keyof Names]: MemberId };
  /** Time goes by as on a running computer. */
  readonly pass: (ms: number) => Promise<void>;
  /** Everything under way is done. */
  readonly settle: () => Promise<void>;
  /** Stops the engine, lets time go by, and starts it again. */
  readonly offFor: (ms: number) => Promise<QuietDesk>;
  readonly close: () => Promise<void>;
};

/** A step of time shorter than any nap of the engine's. */
const stepMs = 5_000;

const workspaceOf = (engine: TestEngine): Workspace => {
  const workspace = engine.engine.workspace();
  if (workspace === null) throw new Error('no workspace is open');
  return workspace;
};

const firstAccount = async (workspace: Workspace): Promise<AccountId> => {
  const { writer } = workspace;
  const added = await writer.run('account.add', {
    account,
    streams: [{ name: 'INBOX', label: 'INBOX', role: 'inbox', chosen: true }],
  });
  const id = added.ok ? added.value.id : added.failure.id;
  // No server is looked for: what arrives is what a test puts there.
  await writer.run('account.pause', { id, paused: true });
  await ingest(workspace, id, []);
  return id;
};

const ingest = (
  { writer }: Workspace,
  id: AccountId,
  letters: readonly Letter[],
): Promise<{ readonly added: number }> =>
  writer.run('ingest.batch', {
    account: id,
    channel: 'email',
    stream: 'INBOX',
    role: 'inbox',
    own: [own],
    items: letters.map(item),
    changes: [],
    continues: false,
    followed: false,
    next: { at: 1 },
    more: false,
    onServer: null,
    remaining: null,
    gap: null,
  });

const addColleagues = <Names extends readonly string[]>(
  { dir, root }: Workspace,
  names: Names,
): { readonly [Place in keyof Names]: MemberId } => {
  const db = openWriter({ path: join(dir, workspaceFiles.database), key: deriveKeys(root).database });
  const idOf = (name: string): MemberId => `colleague-${name}` as MemberId;
  try {
    for (const name of names) {
      db.run("INSERT INTO member (id, name, is_me, created_at, role) VALUES (?, ?, 0, 0, 'agent')", [
        idOf(name),
        name,
      ]);
    }
  } finally {
    db.close();
  }
  // A mapped tuple has no constructor of its own.
  return names.map(idOf) as { readonly [Place in keyof Names]: MemberId };
};

/** Starts a quiet desk; timers are the test's until it is closed. */
export async function openQuietDesk(
  start: { readonly now: number } | { readonly clock: TestClock; readonly dir: string },
  options: Partial<EngineOptions> = {},
): Promise<QuietDesk> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const clock = 'clock' in start ? start.clock : new TestClock(start.now);
  const engine = await startEngine({
    ...options,
    clock,
    ...('dir' in start ? { workspaceDir: start.dir } : {}),
  });
  const events: EngineEvent[] = [];
  engine.engine.onEvent((event) => events.push(event));
  const workspace = () => workspaceOf(engine);
  const id = await firstAccount(workspace());

  const settle = async (): Promise<void> => {
    // What waits for the writer goes first; a round of the clock asks for it a few times.
    for (let turn = 0; turn < 12; turn += 1) {
      await workspace().writer.run('conversation.wakeDue', { now: 0, limit: 1 }, 'background');
      await new Promise(setImmediate);
    }
  };
  return {
    engine,
    clock,
    account: id,
    events,
    workspace,
    settle,
    hear: async (letter) => {
      await ingest(workspace(), id, [{ at: clock.now(), ...letter }]);
      const { rows } = await engine.ask('conversation.list', {
        query: { view: 'all', account: null },
        after: null,
        limit: 200,
      });
      const found = rows.find(({ snippet }) => snippet.includes(letter.text ?? letter.id));
      if (found === undefined) throw new Error(`the mail ${letter.id} is not in the list`);
      return found.id;
    },
    promise: async (conversation, followUp) => {
      const made = await engine.ask('follow-up.promise', {
        conversation,
        followUp: { dueAt: clock.now(), ifNoReply: false, every: null, why: '', ...followUp },
      });
      return made.id;
    },
    addColleagues: (...names) => addColleagues(workspace(), names),
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= stepMs) {
        const step = Math.min(stepMs, left);
        clock.pass(step);
        await vi.advanceTimersByTimeAsync(step);
        await settle();
      }
    },
    offFor: async (ms) => {
      const { dir } = engine;
      await engine.engine.close();
      clock.pass(ms);
      return openQuietDesk({ clock, dir }, options);
    },
    close: async () => {
      vi.useRealTimers();
      await engine.close();
    },
  };
}
