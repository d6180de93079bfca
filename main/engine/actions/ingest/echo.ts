import type { Inbound } from '#main/channels/kit/inbound.ts';
import { threadNames } from '#shared/domain/threading/names.ts';
import { learnt } from '../../store/team/op.ts';
import { textColumns, unpackText } from '../../store/packed-text.ts';
import type { StoredText } from '../../store/packed-text.ts';
import { nameConversation } from '../../store/write/threads.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { ActionContext } from '../action.ts';
import type { Echo, Intake } from './intake.ts';

type OwnRow = StoredText & {
  readonly seq: number;
  readonly id: MessageId;
  readonly conversation_num: number;
  readonly client_id: string;
  readonly subject: string;
};

const columns = `m.seq, m.id, m.conversation_num, m.client_id, m.subject, ${textColumns}`;

/**
 * Recognises something we sent when it comes back from the server: by our own id first, then by the channel's.
 * In a folder that others can write to, the words must be the same too: an id of ours is known to everyone who ever
 * got a mail from us, and a forged copy must not hide behind the real one.
 */
export const findEcho = (context: ActionContext, intake: Intake, inbound: Inbound): Echo | null => {
  if (inbound.direction !== 'out') return null;
  const own =
    byClientId(context, inbound) ??
    byName(context, intake, inbound) ??
    byExternalId(context, intake, inbound);
  if (own === undefined) return null;
  const { role } = intake.batch;
  // Where the server names its messages it has also checked who wrote them.
  const vouched = role === 'sent' || inbound.name !== undefined;
  if (!vouched && !sameWords(own, inbound)) return null;
  if (inbound.name !== undefined) {
    context.db.run('UPDATE message SET name = ?, permalink = ifnull(permalink, ?) WHERE seq = ?', [
      inbound.name,
      inbound.permalink ?? null,
      own.seq,
    ]);
  }
  // A provider may have given it another name; the customer's answer will refer to that one.
  const names = threadNames(intake.batch.channel, intake.batch.account, inbound.thread);
  const called = names.self === null ? (inbound.thread.room === null ? [] : names.parents) : [names.self];
  nameConversation(context.db, called, own.conversation_num);
  const { name = null, permalink = null } = inbound;
  context.team?.save(learnt(own.id, { name, permalink: name === null ? null : permalink, names: called }));
  return { seq: own.seq, clientId: own.client_id, role, vouched };
};

const byClientId = ({ db }: ActionContext, { clientId }: Inbound): OwnRow | undefined =>
  clientId === null
    ? undefined
    : db.get<OwnRow>(
        `SELECT ${columns} FROM message m JOIN message_text t ON t.seq = m.seq WHERE m.client_id = ?`,
        [clientId],
      );

const byName = ({ db }: ActionContext, { batch }: Intake, { name }: Inbound): OwnRow | undefined =>
  name === undefined
    ? undefined
    : db.get<OwnRow>(
        `SELECT ${columns} FROM message m JOIN message_text t ON t.seq = m.seq
         WHERE m.account_id = ? AND m.name = ? AND m.client_id IS NOT NULL`,
        [batch.account, name],
      );

const byExternalId = ({ db }: ActionContext, { batch }: Intake, { thread }: Inbound): OwnRow | undefined =>
  thread.self === null
    ? undefined
    : db.get<OwnRow>(
        `SELECT ${columns} FROM message m JOIN message_text t ON t.seq = m.seq
         WHERE m.external_id = ? AND m.channel = ? AND m.client_id IS NOT NULL AND m.direction = 'out'`,
        [thread.self, batch.channel],
      );

/** Compared without white space, which servers and encodings change; 4,000 characters tell two mails apart. */
const gist = (text: string): string => text.replace(/\s+/gu, '').slice(0, 4_000);

const sameWords = (own: OwnRow, inbound: Inbound): boolean =>
  gist(own.subject) === gist(inbound.subject) && gist(unpackText(own)) === gist(inbound.text);
