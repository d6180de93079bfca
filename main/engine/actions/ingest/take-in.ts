import type { Inbound } from '#main/channels/kit/inbound.ts';
import { comparable, shownName } from '#shared/domain/contact/address.ts';
import { otherSide } from '#shared/domain/contact/correspondent.ts';
import type { Oddity } from '#shared/domain/message.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import { messageIdsOf } from '../../ingest/identity.ts';
import type { ParsedItem } from '../../ingest/parsed-item.ts';
import { isErased, wordsOf } from '../../store/erase/tombstones.ts';
import { messageKnownAs } from '../../store/read/message-lookup.ts';
import { addToConversation } from '../../store/write/conversation.ts';
import { meet } from '../../store/write/customer.ts';
import { followFlags, locationAt, putLocation, removeLocation } from '../../store/write/locations.ts';
import { insertMessage } from '../../store/write/message.ts';
import { holdPlanned, markOutbox } from '../../store/write/outbox.ts';
import type { ActionContext } from '../action.ts';
import type { TakenIn } from '../../store/team/op.ts';
import type { Arrival, IngestBatch, Intake, Taken } from './intake.ts';
import { applyBounce } from './bounce.ts';
import { tellUnread } from './changes.ts';
import { findEcho } from './echo.ts';
import { takeParked } from './facts.ts';
import { namesOf } from './names.ts';
import { asNewMessage } from './new-message.ts';
import { release } from './quarantine.ts';
import { isStranger } from './stranger.ts';
import { tell } from './tell.ts';
import { threadMessage } from './thread-message.ts';

/** Takes in one message: where it lies, whether it is known, what it belongs to, and what follows from it. */
export const takeIn = (context: ActionContext, intake: Intake, item: ParsedItem, inbound: Inbound): Taken => {
  const { db } = context;
  const { batch } = intake;
  const place = { account: batch.account, stream: batch.stream, item: item.key };
  const there = locationAt(db, place);
  if (there !== undefined && there.seq !== null) return { kind: 'known' };
  const released =
    there?.quarantine_id === undefined || there.quarantine_id === null
      ? null
      : release(context, there.quarantine_id);
  const ids = messageIdsOf(db, batch.channel, inbound);
  const [id] = ids;
  const copy = messageKnownAs(db, ids);
  if (copy !== undefined) {
    putLocation(db, place, { seq: copy }, inbound);
    noteFlags(context, copy);
    return { kind: 'known' };
  }
  if (isErased(db, context.erasures.hash, wordsOf(namesOf(batch, inbound, ids)))) {
    // It was erased after its source had been put away, for this batch or because nobody could read it.
    for (const blob of [item.kept, released])
      if (blob !== undefined && blob !== null) context.vault.wipe(blob);
    removeLocation(db, place);
    return { kind: 'known' };
  }
  const names = { name: inbound.name ?? null, room: inbound.thread.room };
  const echo = findEcho(context, intake, inbound);
  if (echo !== null) {
    putLocation(db, place, { seq: echo.seq }, inbound);
    takeParked(context, factsOf(intake), { ...names, clientId: echo.clientId });
    return { kind: 'echo', echo };
  }
  const added = addMessage(context, intake, inbound, id, (place, at) =>
    insertMessage(db, asNewMessage(context, batch, item, { ...inbound, at }, { id, ...place })),
  );
  context.team?.save(takenIn(intake, inbound, id));
  putLocation(db, place, { seq: added.seq }, inbound);
  takeParked(context, factsOf(intake), { ...names, clientId: null });
  return added;
};

const factsOf = ({ batch, historic }: Intake) => ({ ...batch, historic });

/** A copy that somebody has read elsewhere is read; a fresh copy never makes a read message unread. */
const noteFlags = (context: ActionContext, seq: number): void => {
  const conversation = followFlags(context.db, seq);
  if (conversation !== null) tellUnread(context, [conversation]);
};

/** Clocks of chat servers differ from ours by less than this, and many date by the second. */
const mostSkewMs = 2 * 60_000;

/** When we last wrote here in a conversation, in ms UTC; null for never. */
const lastWritten = ({ db }: ActionContext, conversation: number): number | null =>
  db.get<{ at: number }>(
    `SELECT at FROM message WHERE conversation_num = ? AND direction = 'out' AND client_id IS NOT NULL
     ORDER BY at DESC, seq DESC LIMIT 1`,
    [conversation],
  )?.at ?? null;

/**
 * When a message was written, as this desk counts. In a chat the order is the server's: what comes while we look on, and was not here when
 * we last answered, is not answered by that and does not stand before it because two clocks differ.
 */
const writtenAt = (
  context: ActionContext,
  intake: Judged,
  inbound: Inbound,
  conversation: number,
): number => {
  const live = !intake.importing && inbound.direction === 'in' && inbound.thread.room !== null;
  const written = live ? lastWritten(context, conversation) : null;
  if (written === null || inbound.at > written) return inbound.at;
  return written - inbound.at < mostSkewMs ? written + 1 : inbound.at;
};

/** What taking this message in again would need beside its row. */
const takenIn = (intake: Intake, inbound: Inbound, message: MessageId): TakenIn => ({
  kind: 'take-in',
  message,
  account: intake.batch.account,
  channel: intake.batch.channel,
  own: [...intake.own],
  importing: intake.importing,
  historic: intake.historic(inbound.at),
  at: inbound.at,
  thread: inbound.thread,
  bounce: inbound.bounce,
  aside: inbound.aside === true,
  oddities: inbound.oddities,
});

type Judged = Omit<Intake, 'batch' | 'stream'> & { readonly batch: Pick<IngestBatch, 'account' | 'channel'> };

/** Threads a message, has its row written by `put`, and lets what follows from it happen. */
export const addMessage = (
  context: ActionContext,
  intake: Judged,
  given: Inbound,
  id: MessageId,
  put: (place: { readonly conversation: number; readonly oddities: readonly Oddity[] }, at: number) => number,
): Extract<Taken, { kind: 'added' }> => {
  const { db } = context;
  const { batch, own } = intake;
  const customer = customerOf(context, intake, given);
  const threaded = threadMessage(context, intake, given, { id, customer });
  const inbound = { ...given, at: writtenAt(context, intake, given, threaded.conversation) };
  const stranger =
    !threaded.isNew && !intake.importing && isStranger(db, threaded.conversation, inbound, own);
  const oddities: readonly Oddity[] = stranger ? [...inbound.oddities, 'stranger'] : inbound.oddities;
  const seq = put({ conversation: threaded.conversation, oddities }, inbound.at);
  threaded.note(seq);
  addToConversation(db, threaded.conversation, {
    id,
    at: inbound.at,
    subject: inbound.subject,
    snippet: inbound.snippet,
    unseen: inbound.direction === 'in' && !inbound.seen,
    files: inbound.parts.length > 0,
    customer: customer.id,
    customerAddress: customer.address,
    stranger: stranger || inbound.aside === true,
  });
  const historic = intake.historic(inbound.at);
  const asksNothing = inbound.automatic !== null || inbound.aside === true;
  const conversation = tell(context, threaded.conversation, {
    kind: 'take-in',
    message: {
      id,
      direction: inbound.direction,
      automatic: asksNothing,
      historic,
      imported: intake.importing,
    },
    at: inbound.at,
  });
  if (!historic && !asksNothing && holdPlanned(db, threaded.conversation)) {
    markOutbox(db, threaded.conversation);
    context.changed({ topic: 'outbox' });
  }
  if (inbound.bounce !== null) applyBounce(context, batch.channel, inbound.bounce, inbound.at, historic);
  const arrival: Arrival | null =
    intake.importing || historic || inbound.direction === 'out' || asksNothing
      ? null
      : {
          conversation,
          message: id,
          from: shownName(inbound.from),
          subject: inbound.subject,
          snippet: inbound.snippet,
        };
  return { kind: 'added', seq, at: inbound.at, arrival };
};

/** The outside correspondent, as a customer, and everybody we wrote to as somebody we know. */
const customerOf = (context: ActionContext, { batch, own }: Judged, inbound: Inbound) => {
  const meeting = { channel: batch.channel, at: inbound.at };
  // A bounce is about the person it did not reach, never about the machine that says so.
  const failed = inbound.bounce?.failures[0]?.recipient ?? '';
  if (failed !== '') {
    const person = { name: '', address: failed };
    return { id: meet(context, person, { ...meeting, how: 'named' }), address: comparable(failed) };
  }
  const person = otherSide(inbound, own);
  if (inbound.direction === 'out') {
    for (const recipient of [...inbound.to, ...inbound.cc]) {
      if (comparable(recipient.address) === comparable(person.address)) continue;
      if (recipient.address.trim() !== '') meet(context, recipient, { ...meeting, how: 'written' });
    }
  }
  const how = inbound.direction === 'in' ? 'heard' : 'written';
  return { id: meet(context, person, { ...meeting, how }), address: comparable(person.address) };
};
