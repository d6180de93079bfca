import type { InboundFact } from '#main/channels/kit/inbound.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import { threadNames } from '#shared/domain/threading/names.ts';
import { assertNever } from '#shared/kit/assert-never.ts';
import type { ConversationId, CustomerId } from '#shared/kit/brand.ts';
import { isErasedName } from '../../store/erase/tombstones.ts';
import { recountConversation } from '../../store/write/conversation.ts';
import { nameAddress } from '../../store/write/customer.ts';
import {
  applyEdit,
  applyReaction,
  applyReceipt,
  applyRemoval,
  parkFact,
  parkingWord,
  subjectOf,
  unparkFacts,
} from '../../store/write/facts.ts';
import type { Subject } from '../../store/write/facts.ts';
import { conversationsByName } from '../../store/write/threads.ts';
import type { ActionContext } from '../action.ts';
import type { IngestBatch, Taken } from './intake.ts';
import { tell } from './tell.ts';

type Where = Pick<IngestBatch, 'account' | 'channel'> & { readonly historic: (at: number) => boolean };
type AboutMessage = Extract<InboundFact, { about: unknown }>;
type AboutPerson = Extract<InboundFact, { room: string }>;

/** Takes in a fact: it is applied to its message, or waits until that is here. */
export const takeFact = (context: ActionContext, where: Where, fact: InboundFact): Taken => {
  switch (fact.kind) {
    case 'nothing':
      return { kind: 'known' };
    case 'contact':
    case 'visit':
      takePersonal(context, where, fact);
      noteFact(context, where, fact);
      return { kind: 'known' };
    default: {
      if (
        'name' in fact.about &&
        isErasedName(context.db, context.erasures.hash, where.account, fact.about.name)
      )
        return { kind: 'known' };
      const subject = subjectOf(context.db, where.account, fact.about);
      if (subject === undefined) park(context, where, parkingWord(fact.about), fact);
      else {
        applyTo(context, where, subject, fact);
        noteFact(context, where, fact);
      }
      return { kind: 'known' };
    }
  }
};

/** Lets what waited for a message happen to it, now that it is here under these names. */
export const takeParked = (
  context: ActionContext,
  where: Where,
  names: { readonly name: string | null; readonly clientId: string | null; readonly room: string | null },
): void => {
  const { name, clientId, room } = names;
  const words = [
    ...(name === null ? [] : [parkingWord({ name })]),
    ...(clientId === null ? [] : [parkingWord({ clientId })]),
    ...(room === null ? [] : [parkingWord({ room })]),
  ];
  for (const word of words)
    for (const fact of unparkFacts(context.db, where.account, word)) takeFact(context, where, fact);
};

/** What is told again changes nothing that it has changed before. */
const noteFact = (
  { team }: ActionContext,
  { account, channel, historic }: Where,
  fact: AboutMessage | AboutPerson,
): void => {
  team?.save({ kind: 'fact', account, channel, historic: historic(fact.at), fact });
};

const park = ({ db, clock }: ActionContext, { account }: Where, word: string, fact: InboundFact): void =>
  parkFact(db, account, word, fact, clock.now());

const applyTo = (context: ActionContext, where: Where, subject: Subject, fact: AboutMessage): void => {
  const changed = ((): boolean => {
    switch (fact.kind) {
      case 'edit':
        return applyEdit(context.db, subject, fact);
      case 'remove':
        return applyRemoval(context.db, subject, fact.at);
      case 'receipt':
        return applyReceipt(context.db, where.account, subject, fact);
      case 'reaction':
        return applyReaction(context.db, subject, fact);
      case 'undelivered':
        return applyUndelivered(context, where, subject, fact);
      default:
        return assertNever(fact);
    }
  })();
  if (!changed) return;
  if (fact.kind === 'edit' || fact.kind === 'remove')
    recountConversation(context.db, subject.conversation_num);
  tellPage(context, subject.conversation_num);
};

/** It was accepted and did not arrive: the message says so, and its conversation comes back. */
const applyUndelivered = (
  context: ActionContext,
  { historic }: Where,
  subject: Subject,
  { recipient, said, at }: Extract<InboundFact, { kind: 'undelivered' }>,
): boolean => {
  if (subject.direction !== 'out') return false;
  const failures = [{ recipient, action: 'failed', status: '', diagnostic: said }];
  const changed = context.db.run('UPDATE message SET bounced = ? WHERE seq = ? AND bounced IS NULL', [
    JSON.stringify({ at, failures }),
    subject.seq,
  ]);
  if (changed === 0) return false;
  tell(context, subject.conversation_num, {
    kind: 'bounce',
    message: subject.id,
    recipient,
    status: said,
    historic: historic(at),
    // Channels date by the second, and what comes back came after what was sent.
    at: Math.max(at, subject.at + 1),
  });
  return true;
};

const tellPage = ({ db, changed }: ActionContext, num: number): void => {
  const row = db.get<{ id: ConversationId }>('SELECT id FROM conversation WHERE num = ?', [num]);
  if (row === undefined) return;
  changed({ topic: 'conversation', id: row.id });
  changed({ topic: 'lists' });
};

/** Something a person said of themselves; it belongs to the customer of their room. */
const takePersonal = (context: ActionContext, where: Where, fact: AboutPerson): void => {
  const { db } = context;
  const { parents } = threadNames(where.channel, where.account, { self: null, parents: [], room: fact.room });
  const [conversation] = conversationsByName(db, parents);
  const address = comparable(fact.person.address);
  const identity = db.get<{ num: number; customer_id: CustomerId; visit: string | null }>(
    'SELECT num, customer_id, visit FROM identity WHERE channel = ? AND address = ?',
    [where.channel, address],
  );
  if (conversation === undefined || identity === undefined) {
    park(context, where, parkingWord({ room: fact.room }), fact);
    return;
  }
  if (fact.kind === 'visit') {
    db.run(
      `UPDATE identity SET visit = ? WHERE num = ? AND (visit IS NULL OR json_extract(visit, '$.at') <= ?)`,
      [JSON.stringify({ at: fact.at, facts: boundedFacts(fact.facts) }), identity.num, fact.at],
    );
    context.changed({ topic: 'customers' });
    return;
  }
  const named = { channel: fact.channel, address: fact.address, at: fact.at };
  if (!nameAddress(context, identity.customer_id, named)) return;
  tell(context, conversation, { kind: 'contact', channel: fact.channel, address: fact.address, at: fact.at });
  context.changed({ topic: 'customers' });
  tellPage(context, conversation);
};

const mostFacts = 20;
const longestFact = 2_000;

const boundedFacts = (facts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(facts)
      .slice(0, mostFacts)
      .map(([name, value]) => [name.slice(0, 100), value.slice(0, longestFact)]),
  );
