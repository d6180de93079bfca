import type { Batch, Cursor, Session, SessionContext } from '../kit/channel.ts';
import type { RawItem } from '../kit/inbound.ts';
import type { Attempt, SendHooks, SendResult } from '../kit/outgoing.ts';
import { sampleConversations } from './conversations/conversations.ts';
import { encodeItem, shop, type SampleItem } from './sample-item.ts';

/** The one stream of the sample. */
export const sampleStream = 'sample';

/** A customer of the sample answers after this long: soon enough to be seen, late enough to look around first. */
const answersAfterMs = 8_000;

const answers = [
  'Thank you, that helps a lot!',
  'Great, thank you for the quick answer.',
  'Perfect. I will come by tomorrow, then.',
  'Thanks! One more question: can I pay by card?',
] as const;

type Scripted = SampleItem & { readonly kind: 'scripted' };

const script = (startedAt: number): readonly Scripted[] =>
  sampleConversations
    .flatMap((conversation, number) =>
      conversation.messages.map((message, index): Scripted => ({
        kind: 'scripted',
        conversation: number,
        message: index,
        at: startedAt - message.ago * 60_000,
      })),
    )
    .toSorted((one, other) => other.at - one.at);

const rawItem = (key: string, item: SampleItem, at: number): RawItem => {
  const bytes = encodeItem(item);
  return { key, bytes, partial: false, size: bytes.length, receivedAt: at, seen: false, answered: false };
};

const numberIn = (cursor: Cursor | null, name: string, otherwise: number): number => {
  const value = cursor?.[name];
  return typeof value === 'number' ? value : otherwise;
};

/** What customers have written, for as long as the account's context lives: one session sends and another one hears the answer. */
type Correspondence = {
  readonly written: RawItem[];
  readonly listeners: Set<(stream: string) => void>;
};

const correspondences = new WeakMap<SessionContext, Correspondence>();

const correspondenceOf = (context: SessionContext): Correspondence => {
  const known = correspondences.get(context) ?? { written: [], listeners: new Set() };
  correspondences.set(context, known);
  return known;
};

/** A session that needs no network: it tells the sample from the newest message down, and customers answer. */
export const openSample = (context: SessionContext): Session => {
  const { written, listeners } = correspondenceOf(context);

  const answerLater = (attempt: Attempt): void => {
    const recipient = attempt.pending[0];
    if (recipient === undefined || attempt.externalId === null) return;
    const to = attempt.externalId;
    const timer = setTimeout(() => {
      const at = context.clock.now();
      const known = sampleConversations.find(({ customer }) => customer.address === recipient);
      const from = known?.customer ?? { name: '', address: recipient };
      const text = `${answers[written.length % answers.length] ?? answers[0]}\n\n${from.name}`;
      const subject = `Re: ${known?.subject ?? shop.name}`;
      written.push(rawItem(`answer:${to}`, { kind: 'answer', to, from, subject, text, at }, at));
      for (const hint of listeners) hint(sampleStream);
    }, answersAfterMs);
    // Nobody waits for a customer's answer when the sample is left.
    timer.unref();
  };

  return {
    streams: () => Promise.resolve([{ name: sampleStream, label: shop.name, role: 'all', chosen: true }]),
    pull: (_stream, cursor, limits): Promise<Batch> => {
      const startedAt = numberIn(cursor, 'startedAt', context.clock.now());
      const told = numberIn(cursor, 'told', 0);
      const heard = numberIn(cursor, 'heard', 0);
      const all = script(startedAt);
      const old = all.slice(told, told + limits.maxItems);
      const fresh = written.slice(heard);
      const items = [
        ...fresh,
        ...old.map((item) => rawItem(`${String(item.conversation)}:${String(item.message)}`, item, item.at)),
      ];
      const remaining = all.length - told - old.length;
      return Promise.resolve({
        items,
        changes: [],
        next: { startedAt, told: told + old.length, heard: heard + fresh.length },
        more: remaining > 0,
        onServer: all.length + written.length,
        remaining,
        gap: null,
      });
    },
    listen: (_streams, hint, signal) =>
      new Promise((resolve) => {
        listeners.add(hint);
        signal.addEventListener('abort', () => {
          listeners.delete(hint);
          resolve();
        });
      }),
    send: async (attempt: Attempt, hooks: SendHooks): Promise<SendResult> => {
      await hooks.handingOver();
      answerLater(attempt);
      return { kind: 'accepted', accepted: attempt.pending, refused: [], externalId: attempt.externalId };
    },
    reconcile: () => Promise.resolve('accepted'),
    source: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
};
