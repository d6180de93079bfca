import { describe, expect } from 'vitest';
import type { Channel, Session } from '#main/channels/kit/channel.ts';
import type { Attempt } from '#main/channels/kit/outgoing.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { AccountId, ConversationId } from '#shared/kit/brand.ts';
import { editOf, startEngine } from '../engine.ts';
import type { TestEngine } from '../engine.ts';
import { eventually } from '../eventually.ts';
import { question } from './conformance.ts';
import type { Conformance } from './conformance.ts';
import type { StagedAccount } from './harness.ts';

/** Where a send stops for ever, as it does when the process is killed there. */
type Halt = 'before anything' | 'handed over, not said' | 'said, not noted';

/** The product looks for a minute; every server of these tests shows what it took within a second. */
const lookDelaysMs = [0, 500, 1_000, 2_000, 4_000];

/** A channel whose sends are seen, and stop where the test says. */
type Watched = {
  readonly channel: Channel;
  readonly attempts: Attempt[];
  /** The sends that stop, by words of theirs. */
  readonly halts: Map<string, Halt>;
};

const speaksOf = (attempt: Attempt, words: string): boolean =>
  Buffer.from(attempt.bytes).toString('utf8').includes(words);

const forEver = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('killed')), { once: true });
    if (signal.aborted) reject(new Error('killed'));
  });

const watch = (channel: Channel): Watched => {
  const watched: Watched = {
    attempts: [],
    halts: new Map(),
    channel: { ...channel, open: (context) => watchedSession(channel.open(context)) },
  };
  const watchedSession = (session: Session): Session =>
    new Proxy(session, {
      get: (target, name) => {
        if (name !== 'send') {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
        const send: Session['send'] = async (attempt, hooks, signal) => {
          watched.attempts.push(attempt);
          const halt = [...watched.halts].find(([words]) => speaksOf(attempt, words))?.[1];
          if (halt === 'before anything') return forEver(signal);
          if (halt === 'handed over, not said') {
            await hooks.handingOver();
            return forEver(signal);
          }
          const result = await target.send(attempt, hooks, signal);
          return halt === 'said, not noted' ? forEver(signal) : result;
        };
        return send;
      },
    });
  return watched;
};

const connect = async (engine: TestEngine, channel: Channel, account: StagedAccount): Promise<AccountId> => {
  const { context } = account;
  const secrets = context.secrets();
  const { id } = await engine.ask('account.add', {
    kind: channel.profile.kind,
    address: channel.profile.address === 'found' ? '' : context.address,
    senderName: 'The shop',
    settings: { ...context.settings },
    credential:
      secrets.kind === 'password' ? { kind: 'password', password: secrets.password } : { kind: 'none' },
  });
  return id;
};

const conversationIn = async (engine: TestEngine, account: AccountId): Promise<ConversationId> => {
  const rows = await eventually(
    async () => {
      const page = await engine.ask('conversation.list', {
        query: { view: 'all', account },
        after: null,
        limit: 10,
      });
      return page.rows.length > 0 ? page.rows : null;
    },
    { message: 'the conversation', withinMs: 60_000 },
  );
  const [row] = rows;
  if (row === undefined) throw new Error('no conversation');
  return row.id;
};

type Said = Extract<TimelineItem, { kind: 'message' }>;

const ours = async (engine: TestEngine, id: ConversationId): Promise<readonly Said[]> => {
  const { items } = await engine.ask('conversation.timeline', { id, before: null, limit: 50 });
  return items.flatMap((item) => (item.kind === 'message' && item.direction === 'out' ? [item] : []));
};

const answer = async (engine: TestEngine, conversation: ConversationId, words: string): Promise<void> => {
  const draft = await engine.ask('draft.start', {
    conversation,
    message: null,
    mode: 'reply',
    account: null,
  });
  const edit = editOf(draft, { html: `<p>${words}</p>`, quote: false });
  await engine.ask('draft.save', { id: draft.id, edit });
  await engine.ask('draft.send', { id: draft.id, seenRev: null, resolve: false, now: true });
};

/** The customer's question and our answer, through the real engine; and what becomes of the answer when everything goes wrong. */
export function describeJourney({ harness, given, account: newAccount, stage }: Conformance): void {
  if (harness.without.includes('write') || harness.kind === 'sample') return;

  describe('in the engine', () => {
    given(
      ['write'],
      'shows a question, and sends the answer once, to where it was asked',
      async () => {
        const watched = watch(stage().channel);
        const engine = await startEngine({ channels: new Map([[harness.kind, watched.channel]]) });
        try {
          const staged = await newAccount();
          await staged.write([question(1)]);
          const account = await connect(engine, watched.channel, staged);
          const conversation = await conversationIn(engine, account);
          await answer(engine, conversation, 'It left yesterday.');
          const sent = await eventually(
            async () =>
              (await ours(engine, conversation)).find(({ delivery }) => delivery?.kind === 'sent') ?? null,
            { message: 'the answer to be sent', withinMs: 60_000 },
          );
          expect(sent.text).toContain('It left yesterday.');
          const [attempt, ...more] = watched.attempts;
          if (attempt === undefined) throw new Error('nothing was tried');
          expect(more).toEqual([]);
          expect(await staged.taken(attempt)).toBe(1);
          await staged.write([question(2)]);
          await eventually(
            async () => {
              const page = await engine.ask('conversation.list', {
                query: { view: 'all', account },
                after: null,
                limit: 10,
              });
              // Where every first word is a talk of its own the two questions are two conversations.
              const here = page.rows.reduce((sum, { messages }) => sum + messages, 0);
              return here >= 3 && page.rows.some(({ turn }) => turn === 'ours');
            },
            { message: 'the second question', withinMs: 60_000 },
          );
          // Our own words have come back by now where the server tells them at all: they are still one message.
          expect(await ours(engine, conversation)).toHaveLength(1);
        } finally {
          await engine.close();
        }
      },
      300_000,
    );

    given(
      ['write'],
      'keeps the promise of its class wherever a send is killed',
      async () => {
        const { channel } = stage();
        const promise = channel.profile.capabilities.send;
        const watched = watch(channel);
        const registered = new Map([[harness.kind, watched.channel]]);
        let engine = await startEngine({ channels: registered, lookDelaysMs });
        try {
          const halts: readonly Halt[] = ['before anything', 'handed over, not said', 'said, not noted'];
          const cases = [];
          for (const halt of halts) {
            const staged = await newAccount();
            await staged.write([question(1)]);
            const conversation = await conversationIn(engine, await connect(engine, watched.channel, staged));
            const words = `Killed ${halt.split(',')[0] ?? ''}`;
            watched.halts.set(words, halt);
            await answer(engine, conversation, words);
            const attempt = await eventually(
              () => watched.attempts.find((one) => speaksOf(one, words)) ?? null,
              {
                message: 'the try',
                withinMs: 60_000,
              },
            );
            if (halt === 'said, not noted')
              await eventually(async () => (await staged.taken(attempt)) === 1, {
                message: 'the server to have it',
              });
            if (halt === 'handed over, not said')
              await eventually(
                async () =>
                  (await ours(engine, conversation)).some(({ delivery }) => delivery?.kind === 'sending'),
                { message: 'the hand-over' },
              );
            watched.halts.clear();
            engine = await engine.restart();
            cases.push({ halt, staged, conversation, attempt });
          }
          for (const { halt, staged, conversation, attempt } of cases) {
            const settled = await eventually(
              async () => {
                const [message] = await ours(engine, conversation);
                const kind = message?.delivery?.kind;
                return kind === 'sent' || kind === 'unknown' ? kind : null;
              },
              { message: `the fate of what was killed: ${halt}`, withinMs: 120_000 },
            );
            const taken = await staged.taken(attempt);
            if (halt === 'before anything') expect([settled, taken]).toEqual(['sent', 1]);
            else if (promise === 'none') {
              expect(settled).toBe('unknown');
              expect(taken).toBe(halt === 'said, not noted' ? 1 : 0);
            } else if (promise === 'key') expect([settled, taken]).toEqual(['sent', 1]);
            else {
              // Found, or the agent is asked; what was not said is never said to have arrived, and nothing is there twice.
              expect(taken).toBeLessThanOrEqual(1);
              if (settled === 'sent') expect(taken).toBe(1);
            }
          }
        } finally {
          await engine.close();
        }
      },
      600_000,
    );
  });
}
