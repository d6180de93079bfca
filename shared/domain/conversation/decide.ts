import { assertNever } from '../../kit/assert-never.ts';
import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import type { Circumstances, Command, ConversationRefusal } from './commands.ts';
import { bounce, queueReply, takeIn } from './decide-messages.ts';
import { assign, claim, cover, giveBack, resolve, transfer } from './decide-ownership.ts';
import {
  confirmCheck,
  decideFollowUp,
  fallDue,
  giveFollowUp,
  promise,
  waiveCheck,
} from './decide-follow-ups.ts';
import { askReview, endReview, giveReview } from './decide-reviews.ts';
import type { ConversationEvent } from './events.ts';
import type { ConversationState } from './state.ts';

/** Fourteen days: what has been quiet for longer when an account is connected is history, not work. */
const historyAfterMs = 14 * 24 * 60 * 60 * 1_000;

/** Whether a message written at `at` is history, seen from `reference`: the start of the first import, later the present. */
export const isHistoric = (at: number, reference: number): boolean => at < reference - historyAfterMs;

/** Decides what happens, or why not. Pure. */
export const decide = (
  state: ConversationState,
  command: Command,
  circumstances: Circumstances,
): Result<readonly ConversationEvent[], ConversationRefusal> => {
  if (state.status === 'merged') return fail({ kind: 'conversation-gone', mergedInto: state.mergedInto });
  switch (command.kind) {
    case 'take-in':
      return ok(takeIn(state, command.message, circumstances));
    case 'claim':
      return claim(state, circumstances);
    case 'assign':
      return assign(state, command, circumstances);
    case 'transfer':
      return transfer(state, command, circumstances);
    case 'resolve':
      return resolve(state, circumstances);
    case 'reopen':
      return ok(state.status === 'open' ? [] : [{ kind: 'conversation.reopened', because: 'agent' }]);
    case 'snooze':
      return state.status === 'open'
        ? ok([{ kind: 'conversation.snoozed', until: command.until }])
        : fail({ kind: 'not-open' });
    case 'wake':
      return ok(
        state.snoozedUntil === null ? [] : [{ kind: 'conversation.woken', because: command.because }],
      );
    case 'tag':
      return ok(tag(state, command));
    case 'note':
      return note(command);
    case 'promise':
      return ok(promise(circumstances.me, command.followUp));
    case 'move-follow-up':
    case 'keep-follow-up':
    case 'cancel-follow-up':
      return decideFollowUp(state, command, circumstances);
    case 'give-follow-up':
      return giveFollowUp(state, command, circumstances);
    case 'fall-due':
      return ok(fallDue(state, command, circumstances));
    case 'confirm-check':
      return confirmCheck(state, command, circumstances);
    case 'waive-check':
      return waiveCheck(state, command, circumstances);
    case 'cover':
      return ok(cover(state, circumstances));
    case 'give-back':
      return ok(giveBack(state, circumstances));
    case 'queue-reply':
      return queueReply(state, command, circumstances);
    case 'ask-review':
      return askReview(state, command, circumstances);
    case 'give-review':
      return giveReview(state, command, circumstances);
    case 'end-review':
      return endReview(state, command, circumstances);
    case 'bounce':
      return ok(bounce(state, command));
    case 'contact':
      return ok([{ kind: 'contact.named', channel: command.channel, address: command.address }]);
    default:
      return assertNever(command);
  }
};

/** A tag as it is kept: one word or a few, without surrounding space; letter case tells none apart. */
export const plainTag = (name: string): string => name.trim().replace(/\s+/gu, ' ').toLowerCase();

const tag = (
  state: ConversationState,
  { add, remove }: Extract<Command, { kind: 'tag' }>,
): readonly ConversationEvent[] => {
  const wanted = new Set(add.map(plainTag).filter((name) => name !== '' && !state.tags.includes(name)));
  const unwanted = new Set(
    remove.map(plainTag).filter((name) => state.tags.includes(name) && !wanted.has(name)),
  );
  return [
    ...[...wanted].map((name): ConversationEvent => ({ kind: 'tag.added', tag: name })),
    ...[...unwanted].map((name): ConversationEvent => ({ kind: 'tag.removed', tag: name })),
  ];
};

const note = (
  command: Extract<Command, { kind: 'note' }>,
): Result<readonly ConversationEvent[], ConversationRefusal> => {
  if (command.text.trim() === '') return fail({ kind: 'nothing-to-say' });
  return ok([
    { kind: 'note.added', note: command.note, text: command.text, mentions: [...new Set(command.mentions)] },
  ]);
};
