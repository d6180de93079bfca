import type { Bounce } from '#main/channels/kit/inbound.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { ActionContext } from '../action.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { tell } from './tell.ts';

/** The message of ours that a bounce is about. */
export type Bounced = { readonly seq: number; readonly id: MessageId; readonly conversation_num: number };

/** Finds the message a bounce is about, by our own id first; null when it is not here. */
export const findBounced = (db: ReadableDb, channel: string, bounce: Bounce): Bounced | null => {
  const columns = 'SELECT seq, id, conversation_num FROM message';
  const own =
    bounce.clientId === null
      ? undefined
      : db.get<Bounced>(`${columns} WHERE client_id = ?`, [bounce.clientId]);
  if (own !== undefined) return own;
  if (bounce.originalExternalId === null) return null;
  return (
    db.get<Bounced>(`${columns} WHERE external_id = ? AND channel = ? AND direction = 'out'`, [
      bounce.originalExternalId,
      channel,
    ]) ?? null
  );
};

/** RFC 3464 2.3.3 and RFC 3463: a delay is no failure, and class 5 is final whatever the action says. */
const isFinal = ({ action, status }: Bounce['failures'][number]): boolean =>
  action.toLowerCase() === 'failed' || status.startsWith('5');

/** Marks the very message that did not arrive and brings its conversation back; old bounces only mark. */
export const applyBounce = (
  context: ActionContext,
  channel: string,
  bounce: Bounce,
  at: number,
  historic: boolean,
): void => {
  const failures = bounce.failures.filter(isFinal);
  const original = findBounced(context.db, channel, bounce);
  if (original === null || failures.length === 0) return;
  context.db.run('UPDATE message SET bounced = ? WHERE seq = ?', [
    JSON.stringify({ at, failures }),
    original.seq,
  ]);
  for (const { recipient, status } of failures) {
    tell(context, original.conversation_num, {
      kind: 'bounce',
      message: original.id,
      recipient,
      status,
      historic,
      at,
    });
  }
};
