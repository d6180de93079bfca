import type { Inbound } from '#main/channels/kit/inbound.ts';
import { assertNever } from '#shared/kit/assert-never.ts';
import type { ConversationId, CustomerId, MessageId } from '#shared/kit/brand.ts';
import { outsideAddresses } from '#shared/domain/contact/correspondent.ts';
import { decideThread } from '#shared/domain/threading/decide-thread.ts';
import { threadNames } from '#shared/domain/threading/names.ts';
import { bareSubject, saysSomething } from '#shared/domain/threading/subject.ts';
import { insertConversation } from '../../store/write/conversation.ts';
import { conversationIdOf } from '../../ingest/team-ids.ts';
import { areKeptApart } from '../../store/write/merge.ts';
import {
  conversationsByName,
  conversationsBySubject,
  nameConversation,
  noteSubject,
} from '../../store/write/threads.ts';
import type { SubjectKey } from '../../store/write/threads.ts';
import type { ActionContext } from '../action.ts';
import { mergeConversations } from '../conversations/merge.ts';
import type { Intake } from './intake.ts';
import { findBounced } from './bounce.ts';
import { isStranger } from './stranger.ts';

/** Where a message belongs. `note` lets it be found by its subject once its row is there. */
export type Threaded = {
  readonly conversation: number;
  readonly isNew: boolean;
  readonly note: (seq: number) => void;
};

/** What threading looks at: whose mailbox it is, and whether it is read for the first time. */
type Judged = Pick<Intake, 'own' | 'importing'> & {
  readonly batch: Pick<Intake['batch'], 'account' | 'channel'>;
};

/** Finds or opens the conversation of a message, merging those that it shows to be one. */
export const threadMessage = (
  context: ActionContext,
  intake: Judged,
  inbound: Inbound,
  facts: {
    readonly id: MessageId;
    readonly customer: { readonly id: CustomerId; readonly address: string };
  },
): Threaded => {
  const { db } = context;
  const names = namesOf(intake, inbound);
  const subject = subjectKey(intake, inbound, names.parents.length > 0);
  const bounced = inbound.bounce === null ? null : findBounced(db, intake.batch.channel, inbound.bounce);
  const all = names.self === null ? names.parents : [names.self, ...names.parents];
  const byName = mayTieTogether(context, intake, inbound, [
    ...conversationsByName(db, all),
    ...(bounced === null ? [] : [bounced.conversation_num]),
  ]);
  const bySubject = subject === null ? [] : conversationsBySubject(db, subject);
  // What a person took apart is not tied together by a subject either.
  const apart = areKeptApart(db, [...byName, ...bySubject]);
  const decision = decideThread({
    byName,
    bySubject: apart ? bySubject.slice(-1).filter(() => byName.length === 0) : bySubject,
  });
  const conversation = ((): number => {
    switch (decision.kind) {
      case 'new':
        return open(context, intake, inbound, facts);
      case 'join':
        return decision.conversation;
      case 'merge':
        return mergeConversations(context, decision.conversations, { author: null }).survivor;
      default:
        return assertNever(decision);
    }
  })();
  nameConversation(db, all, conversation);
  return {
    conversation,
    isNew: decision.kind === 'new',
    note: (seq) => {
      if (subject !== null) noteSubject(db, subject, conversation, seq);
    },
  };
};

/**
 * Which of the conversations that a message names it may join or tie together. Whoever got two mails from us knows two
 * ids, and an answer that names both would make one conversation of them, with the sender as its customer: new mail
 * ties together only conversations in which its sender is known, and others of the same customers. What lay in the mailbox before we came is history,
 * where the order of arrival means nothing.
 */
const mayTieTogether = (
  { db }: ActionContext,
  { importing, own }: Judged,
  inbound: Inbound,
  named: readonly number[],
): readonly number[] => {
  const found = [...new Set(named)];
  if (found.length < 2) return found;
  // What a person took apart stays apart: the mail goes where the nearest that it answers is.
  if (areKeptApart(db, found)) return named.slice(-1);
  if (importing) return found;
  const customerOf = (conversation: number) =>
    db.get<{ id: string }>('SELECT customer_id AS id FROM conversation WHERE num = ?', [conversation])?.id;
  const known = found.filter((conversation) => !isStranger(db, conversation, inbound, own));
  const customers = new Set(known.map(customerOf));
  return known.length > 0 ? found.filter((one) => customers.has(customerOf(one))) : found.slice(-1);
};

/** A bounce refers to what it is about, whether that is here yet or not. */
const namesOf = ({ batch }: Judged, { thread, bounce }: Inbound) =>
  threadNames(batch.channel, batch.account, {
    ...thread,
    parents:
      bounce?.originalExternalId === undefined || bounce.originalExternalId === null
        ? thread.parents
        : [...thread.parents, bounce.originalExternalId],
  });

const subjectKey = ({ own, batch }: Judged, inbound: Inbound, hasParents: boolean): SubjectKey | null => {
  // Machines repeat their subjects; only what people write hangs together by them.
  if (inbound.thread.room !== null || inbound.automatic !== null) return null;
  const { bare, answers } = bareSubject(inbound.subject);
  const people = outsideAddresses(inbound, own);
  if (!saysSomething(bare) || people.length === 0) return null;
  return {
    subject: `${batch.channel}:${bare}`,
    people: people.join(' '),
    at: inbound.at,
    loose: answers && !hasParents,
  };
};

/** In a team two devices may meet the same message: both open the same conversation with it. */
const newId = ({ db, ids, team }: ActionContext, message: MessageId): ConversationId => {
  const derived = conversationIdOf(message);
  const isTaken = db.get('SELECT 1 AS yes FROM conversation WHERE id = ?', [derived]) !== undefined;
  return team === undefined || isTaken ? (ids.next() as ConversationId) : derived;
};

const open = (
  context: ActionContext,
  { batch }: Judged,
  inbound: Inbound,
  { id, customer }: Parameters<typeof threadMessage>[3],
): number =>
  insertConversation(context.db, {
    id: newId(context, id),
    channel: batch.channel,
    account: batch.account,
    customer: customer.id,
    customerAddress: customer.address,
    subject: inbound.subject,
    firstAt: inbound.at,
    firstMessage: id,
  });
