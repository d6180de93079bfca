import type { ConversationId } from '#shared/kit/brand.ts';
import type { Push, PushAnswer, PushedDocument } from '../../team/wire.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { setAside } from '../../store/team/aside.ts';
import { conversationBody } from '../../store/team/conversation-document.ts';
import { noteAccepted, wordOf } from '../../store/team/known.ts';
import { teamLink } from '../../store/team/link.ts';
import { nextPush } from '../../store/team/next-push.ts';
import type { PushLimits } from '../../store/team/next-push.ts';
import { forgetChanges, forgetTxns } from '../../store/team/op.ts';
import { pushUnderWay } from '../../store/team/pending.ts';
import type { Action } from '../action.ts';
import { noteOld } from '../../store/team/old.ts';

/** Conversations that were here at joining and are noted at once, when nothing newer waits. */
const notedAtOnce = 50;

/**
 * Begins the next push and keeps it until it is answered: asked again before that, the same one comes, so that a push
 * whose end is not known can be tried again. `alone`: with nothing in it that need not be. Null when nothing waits.
 */
export const beginPush: Action<{ readonly alone?: boolean; readonly limits?: PushLimits }, Push | null> = (
  { db, ids, clock },
  options,
) => {
  if (teamLink(db) === null) return null;
  const under = pushUnderWay(db);
  if (under !== null) return under.push;
  for (;;) {
    const next = nextPush(db, ids.next(), options);
    if (next === null) {
      if (noteOld(db, notedAtOnce)) continue;
      return null;
    }
    if ('unreadable' in next) {
      setAside(db, next.unreadable, 'failed', clock.now());
      continue;
    }
    const { push, txns, cut, idle } = next;
    if (cut) forgetChanges(db, txns, idle);
    else if (push.documents.length === 0) forgetTxns(db, txns);
    // Nothing of it is left to tell.
    if (push.documents.length === 0) continue;
    db.run('INSERT INTO team_push (one, push, txns, cut) VALUES (1, ?, ?, ?)', [
      ...[JSON.stringify(push), JSON.stringify(txns), Number(cut)],
    ]);
    return push;
  }
};

/** The database would not have a push, and what it is made of goes another way. */
export const dropPush: Action<{ readonly push: string }, null> = ({ db }, { push }) => {
  if (pushUnderWay(db)?.push.id === push) db.run('DELETE FROM team_push');
  return null;
};

/** Whether more has happened in a conversation than a push told. */
const isToldWhole = (db: ReadableDb, { kind, id, body }: PushedDocument): boolean => {
  if (kind !== 'conversation' || body === null) return true;
  const row = db.get<{ rev: number }>('SELECT rev FROM conversation WHERE id = ?', [id]);
  return row === undefined || row.rev <= conversationBody(body).rev;
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
  if (under.cut) {
    const told = under.push.documents.filter((one) => isToldWhole(db, one));
    forgetChanges(db, under.txns, told);
  } else forgetTxns(db, under.txns);
  db.run('DELETE FROM team_push');
  changed({ topic: 'team' });
  // What waited for this may leave now.
  changed({ topic: 'outbox' });
  return true;
};
