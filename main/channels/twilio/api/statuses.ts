import type { ReceiptLevel } from '#shared/domain/message.ts';
import { wordsOf } from '../../kit/connection-codes.ts';
import type { TwilioKind } from '../kinds.ts';
import type { MessageResource } from './resources.ts';

/** How far a message of ours has come, in rising order, or that it did not arrive. One letter, since cursors keep many. */
export type Standing = 's' | 'd' | 'r' | 'f';

const rank: Readonly<Record<Standing, number>> = { s: 0, f: 1, d: 2, r: 3 };

/** The standing behind a status (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values); unknown ones prove no more than that the server has it. */
export function standingOf(status: string): Standing {
  switch (status) {
    case 'delivered':
      return 'd';
    case 'read':
      return 'r';
    case 'failed':
    case 'undelivered':
    case 'canceled':
      return 'f';
    default:
      return 's';
  }
}

/** Whether `now` tells more than `before`: standings only rise. */
export const hasRisen = (before: Standing, now: Standing): boolean => rank[now] > rank[before];

/** Whether something more may still be said of it: SMS end with the delivery, WhatsApp messages may be read after it. */
export const isOpen = (kind: TwilioKind, standing: Standing): boolean =>
  standing === 's' || (standing === 'd' && kind === 'whatsapp');

/** What is shown of a standing; null for a message that did not arrive, which is no receipt. */
export const receiptOf: Readonly<Record<Standing, ReceiptLevel | null>> = {
  s: 'server',
  d: 'delivered',
  r: 'read',
  f: null,
};

// Twilio's own words for its codes (https://www.twilio.com/docs/api/errors), which the list often leaves out.
const wordsByCode: ReadonlyMap<number, string> = new Map([
  [21_610, 'The recipient has replied STOP and receives nothing from this number'],
  [30_002, 'The account was suspended between queueing and sending'],
  [30_003, 'Unreachable destination handset'],
  [30_004, 'Message blocked'],
  [30_005, 'Unknown destination handset'],
  [30_006, 'Landline or unreachable carrier'],
  [30_007, 'Message filtered'],
  [30_008, 'Unknown error at the carrier'],
  [30_034, 'Message from an unregistered number'],
  [63_003, 'Channel could not find the recipient'],
  [63_016, 'Outside the allowed window; only a message template can be sent'],
  [63_024, 'Invalid message recipient'],
]);

/** Why a message did not arrive, in the server's words. */
export function undeliveredWords({ status, error_code, error_message }: MessageResource): string {
  const words =
    wordsOf(error_message) ?? (error_code === null ? undefined : wordsByCode.get(error_code)) ?? status;
  return wordsOf(error_code === null ? words : `${words} (${String(error_code)})`) ?? status;
}
