import type { ConversationId } from '#shared/kit/brand.ts';
import type { Push, PushAnswer } from '../../team/wire.ts';
import { conversationBody } from '../../store/team/conversation-document.ts';
import { noteAccepted, wordOf } from '../../store/team/known.ts';
import { teamLink } from '../../store/team/link.ts';
import { forgetTxns } from '../../store/team/op.ts';
import { nextPush, pushUnderWay } from '../../store/team/pending.ts';
import type { Action } from '../action.ts';
import { noteOld } from '../../store/team/old.ts';

/** Conversations that were here at joining and are noted at once, when nothing newer waits. */
const notedAtOnce = 50;

/**
 * Begins the next push and keeps it until it is answered: asked again before that, the same one comes, so that a push
 * whose end is not known can be tried again. Null when nothing waits.
 */
export const beginPush: Action<Readonly<Record<string, never>>, Push | null> = ({ db, ids }) => {
  if (teamLink(db) === null) return null;
  const under = pushUnderWay(db);
  if (under !== null) return under.push;
  for (;;) {
    const next = nextPush(db, ids.next());
    if (next === null) {
      if (noteOld(db, notedAtOnce)) continue;
      return null;
    }
    if (next.push.documents.length === 0) {
      // Nothing of it is left to tell.
      forgetTxns(db, next.txns);
      continue;
    }
    db.run('INSERT INTO team_push (one, push, txns) VALUES (1, ?, ?)', [
      ...[JSON.stringify(next.push), JSON.stringify(next.txns)],
    ]);
    return next.push;
  }
};

/** The team has a push: its documents are known by their versions now, and its commands are done. Answers false for one that is not under way. */
export const pushed: Action<
  { readonly push: string; readonly answer: Extract<PushAnswer, { readonly kind: 'accepted' }> },
  boolean
> = ({ db, changed }, { push, answer }) => {
  const under = pushUnderWay(db);
  if (under?.push.id !== push) return false;
  const versions = new Map(answer.versions.map((one) => [wordOf(one), one.version]));
  for (const document of under.push.documents) {
    const { kind, body, expected } = document;
    const rev = kind === 'conversation' && body !== null ? conversationBody(body).rev : null;
    noteAccepted(db, document, versions.get(wordOf(document)) ?? expected + 1, rev);
    if (kind === 'conversation') changed({ topic: 'conversation', id: document.id as ConversationId });
  }
  forgetTxns(db, under.txns);
  db.run('DELETE FROM team_push');
  changed({ topic: 'team' });
  // What waited for this may leave now.
  changed({ topic: 'outbox' });
  return true;
};
