import { decide } from '#shared/domain/conversation/decide.ts';
import type { Command } from '#shared/domain/conversation/commands.ts';
import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import type { ReadableDb } from '../../store/driver.ts';
import type { ActionContext } from '../action.ts';
import { circumstancesOf } from '../circumstances.ts';

type FromOutside = Extract<Command, { kind: 'take-in' | 'bounce' | 'contact' }> & { readonly at: number };

/** Events that say something about the outside carry the time of what was said; the rest happen now. */
const timedByTheirMessage = new Set<ConversationEvent['kind']>([
  'conversation.opened',
  'message.received',
  'message.answered',
  'reply.bounced',
  'contact.named',
]);

/** Lets something from outside happen to a conversation; answers its id and tells the page. */
export const tell = (context: ActionContext, conversation: number, command: FromOutside): ConversationId => {
  const { db, clock } = context;
  const state = stateOf(db, conversation);
  if (state === undefined) throw new Error('something happened to a conversation that is not there');
  const decided = decide(state, command, circumstancesOf(context, doneByImport(db, conversation, state)));
  if (!decided.ok) throw new Error(`a fact from outside was refused: ${decided.failure.kind}`);
  appendEvents(
    context,
    conversation,
    decided.value.map((event) => ({
      event,
      at: timedByTheirMessage.has(event.kind) ? command.at : clock.now(),
    })),
    { author: null },
    state,
  );
  const row = db.get<{ id: ConversationId }>('SELECT id FROM conversation WHERE num = ?', [conversation]);
  if (row === undefined) throw new Error('a conversation went away while something happened to it');
  context.changed({ topic: 'conversation', id: row.id });
  if (decided.value.some(({ kind }) => kind.startsWith('follow-up.')))
    context.changed({ topic: 'follow-ups' });
  return row.id;
};

/** Whether nobody here ever closed it: the import did, because all that was known then was old. */
const doneByImport = (db: ReadableDb, conversation: number, state: ConversationState): boolean =>
  state.status === 'done' &&
  db.get<{ author: string | null }>(
    `SELECT author FROM event WHERE conversation_num = ? AND kind = 'conversation.resolved' ORDER BY rev DESC LIMIT 1`,
    [conversation],
  )?.author === null;
