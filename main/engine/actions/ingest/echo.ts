import type { Inbound } from '#main/channels/kit/inbound.ts';
import { threadNames } from '#shared/domain/threading/names.ts';
import { nameConversation } from '../../store/write/threads.ts';
import type { ActionContext } from '../action.ts';
import type { Echo, Intake } from './intake.ts';

type OwnRow = {
  readonly seq: number;
  readonly conversation_num: number;
  readonly client_id: string;
  readonly subject: string;
  readonly text: string;
};

const columns = 'm.seq, m.conversation_num, m.client_id, m.subject, t.text';

/**
 * Recognises something we sent when it comes back from the server: by our own id first, then by the channel's.
 * In a folder that others can write to, the words must be the same too: an id of ours is known to everyone who ever
 * got a mail from us, and a forged copy must not hide behind the real one.
 */
export const findEcho = (context: ActionContext, intake: Intake, inbound: Inbound): Echo | null => {
  if (inbound.direction !== 'out') return null;
  const own = byClientId(context, inbound) ?? byExternalId(context, intake, inbound);
  if (own === undefined) return null;
  const { role } = intake.batch;
  if (role !== 'sent' && !sameWords(own, inbound)) return null;
  // A provider may have given it another name; the customer's answer will refer to that one.
  const names = threadNames(intake.batch.channel, intake.batch.account, inbound.thread);
  if (names.self !== null) nameConversation(context.db, [names.self], own.conversation_num);
  return { seq: own.seq, clientId: own.client_id, role };
};

const byClientId = ({ db }: ActionContext, { clientId }: Inbound): OwnRow | undefined =>
  clientId === null
    ? undefined
    : db.get<OwnRow>(
        `SELECT ${columns} FROM message m JOIN message_text t ON t.seq = m.seq WHERE m.client_id = ?`,
        [clientId],
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
  gist(own.subject) === gist(inbound.subject) && gist(own.text) === gist(inbound.text);
