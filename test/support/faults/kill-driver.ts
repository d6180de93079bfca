import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { createEngine } from '#main/engine/engine.ts';
import type { EngineOptions } from '#main/engine/engine-options.ts';
import type { Engine } from '#main/engine/engine.ts';
import { systemChance, systemClock, systemIds } from '#main/engine/host/system-ports.ts';
import type { CallName, Input, Output } from '#shared/contract/contract.ts';
import { seededRandom } from '../mailbox-generator/seeded-random.ts';
import { editOf, testShell } from '../engine.ts';

/** What the driver is told to do: one life on one workspace. */
export type Life = {
  readonly workspaceDir: string;
  readonly keyHex: string;
  readonly seed: number;
  /** Tells the words of this life from those of every other. */
  readonly name: string;
  readonly recipient: string;
  readonly threads: EngineOptions['threads'];
};

/** What the driver says, a line each: where it is, and each local fact after the engine acknowledged it. */
export type Said =
  | { readonly kind: 'ready' | 'opened' | 'did' | 'closed' }
  | { readonly kind: 'unusable'; readonly detail: string }
  | {
      readonly kind: 'note' | 'claim' | 'draft' | 'promise' | 'send';
      readonly id: string;
      readonly words: string;
    };

/** Written before the next thing is done, so that a kill cannot take back what was acknowledged. */
const say = (said: Said): void => {
  writeSync(1, `${JSON.stringify(said)}\n`);
};

/** So much is done in one life at most: a slow machine is not to fill the workspace. */
const mostDeeds = 12;
const day = 86_400_000;

const ask = async <Name extends CallName>(
  engine: Engine,
  name: Name,
  input: Input<Name>,
): Promise<Output<Name> | null> => {
  const answer = await engine.call(name, input);
  if (answer.ok) return answer.value;
  if (answer.failure.kind === 'engine-fault' || answer.failure.kind === 'not-understood')
    throw new Error(`${name}: ${JSON.stringify(answer.failure)}`);
  return null;
};

type Deed = (engine: Engine, words: string, life: Life) => Promise<void>;

const someConversation = async (engine: Engine, seed: number) => {
  const query = { view: 'all' as const, account: null };
  const { rows } = (await ask(engine, 'conversation.list', { query, after: null, limit: 40 })) ?? {
    rows: [],
  };
  return rows.length === 0 ? null : (rows[seed % rows.length] ?? null);
};

const note: Deed = async (engine, words, { seed }) => {
  const row = await someConversation(engine, seed + words.length);
  if (row === null) return;
  const done = await ask(engine, 'note.add', { conversation: row.id, text: words, mentions: [] });
  if (done !== null) say({ kind: 'note', id: done.note, words });
};

const claim: Deed = async (engine, words, { seed }) => {
  const row = await someConversation(engine, seed);
  if (row?.owner !== null) return;
  const done = await ask(engine, 'conversation.claim', { ids: [row.id] });
  if (done?.done === 1) say({ kind: 'claim', id: row.id, words });
};

const promise: Deed = async (engine, words, { seed }) => {
  const row = await someConversation(engine, seed + 7);
  if (row === null) return;
  const followUp = { dueAt: Date.now() + 30 * day, ifNoReply: false, every: null, why: words };
  const done = await ask(engine, 'follow-up.promise', { conversation: row.id, followUp });
  if (done !== null) say({ kind: 'promise', id: done.id, words });
};

/** A reply that is begun and left; one that lies there already is left as it is. */
const draft: Deed = async (engine, words, { seed }) => {
  const row = await someConversation(engine, seed + 3);
  if (row === null) return;
  const place = { conversation: row.id, message: null, mode: 'reply', account: null } as const;
  const started = await ask(engine, 'draft.start', place);
  if (started === null || started.html.includes('draft ')) return;
  const edit = editOf(started, { html: `<p>${words}</p>` });
  if ((await ask(engine, 'draft.save', { id: started.id, edit })) !== null)
    say({ kind: 'draft', id: started.id, words });
};

const send: Deed = async (engine, words, { recipient }) => {
  const account = (await ask(engine, 'account.list', {}))?.accounts[0]?.id ?? null;
  const place = { conversation: null, message: null, mode: 'new', account } as const;
  const started = await ask(engine, 'draft.start', place);
  if (started === null) return;
  const edit = editOf(started, {
    to: [{ name: '', address: recipient }],
    subject: words,
    html: '<p>Here it is.</p>',
  });
  await ask(engine, 'draft.save', { id: started.id, edit });
  const sent = await ask(engine, 'draft.send', { id: started.id, seenRev: null, resolve: false, now: true });
  if (sent !== null) say({ kind: 'send', id: sent.outbox, words });
};

const live = async (life: Life, ended: Promise<void>): Promise<void> => {
  const engine = await createEngine({
    workspaceDir: life.workspaceDir,
    kind: 'own',
    key: { kind: 'given', hex: life.keyHex },
    shell: testShell().shell,
    channels: new Map([['email', createEmailChannel({ timeouts: { filedPerhaps: 100 } })]]),
    clock: systemClock,
    ids: systemIds(systemClock),
    chance: systemChance,
    threads: life.threads,
    version: '0.0.0-test',
    lookDelaysMs: [0, 50, 100],
  });
  const state = engine.state();
  if (state.kind !== 'ready') {
    say({ kind: 'unusable', detail: JSON.stringify(state) });
    process.exit(1);
  }
  say({ kind: 'opened' });
  const ending = { over: false };
  const closing = ended.then(() => {
    ending.over = true;
  });
  const random = seededRandom(life.seed);
  const deeds = [note, claim, draft, promise, send] as const;
  for (let count = 0; count < mostDeeds && !ending.over; count += 1) {
    const deed = count === 1 ? send : random.pick(deeds);
    await deed(engine, `${deed.name} ${life.name}.${String(count)}`, life);
    say({ kind: 'did' });
    await Promise.race([delay(random.below(20)), closing]);
  }
  await closing;
  await engine.close();
  say({ kind: 'closed' });
  process.exit(0);
};

const lines = createInterface({ input: process.stdin });
let begun = false;
let end = (): void => undefined;
const ended = new Promise<void>((resolve) => {
  end = resolve;
});
lines.on('line', (line) => {
  if (begun) {
    end();
    return;
  }
  begun = true;
  live(JSON.parse(line) as Life, ended).catch((error: unknown) => {
    say({
      kind: 'unusable',
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    process.exit(1);
  });
});
// Nobody is left who could end it.
lines.on('close', () => process.exit(0));
say({ kind: 'ready' });
