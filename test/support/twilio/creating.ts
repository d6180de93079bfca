import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import type { Content, EmulatedAccount } from './account.ts';
import { messageJson } from './messages.ts';
import type { Stage } from './messages.ts';
import { refusal } from './refusals.ts';

// The parameters of CreateMessage in twilio_api_v2010.
const parameters = new Set([
  ...['To', 'From', 'MessagingServiceSid', 'Body', 'MediaUrl', 'ContentSid', 'ContentVariables'],
  ...['StatusCallback', 'ApplicationSid', 'MaxPrice', 'ProvideFeedback', 'Attempt', 'ValidityPeriod'],
  ...['ForceDelivery', 'ContentRetention', 'AddressRetention', 'SmartEncoded', 'PersistentAction'],
  ...['TrafficType', 'ShortenUrls', 'ScheduleType', 'SendAt', 'SendAsMms', 'RiskCheck'],
]);

const number = /^\+[1-9]\d{6,14}$/;
const day = 24 * 60 * 60_000;
const channelPrefix = 'whatsapp:';

/** Whether a free text outside the window is refused at once, or accepted and failed later as WhatsApp does by itself. */
export type WindowRefusal = 'at-once' | 'later';

type Wanted = {
  readonly to: string;
  readonly from: string;
  readonly content: Content | null;
  readonly body: string;
};

const filled = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => values[name] ?? place);

const bodyOf = (content: Content): string => {
  for (const type of Object.values(content.types))
    if (typeof type === 'object' && type !== null && 'body' in type && typeof type.body === 'string')
      return type.body;
  return '';
};

function variablesIn(said: string | null): Readonly<Record<string, string>> | null {
  if (said === null) return {};
  try {
    const read: unknown = JSON.parse(said);
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return null;
    const entries = Object.entries(read);
    return entries.every(([, value]) => typeof value === 'string') ? Object.fromEntries(entries) : null;
  } catch {
    return null;
  }
}

function wrongAddress(account: EmulatedAccount, to: string, from: string): EmulatedAnswer | null {
  const overWhatsapp = from.startsWith(channelPrefix);
  if (overWhatsapp !== to.startsWith(channelPrefix))
    return refusal(
      400,
      21_910,
      "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel",
    );
  if (!number.test(to.replace(channelPrefix, '')))
    return refusal(400, 21_211, `Invalid 'To' Phone Number: ${to}`);
  if (to === from) return refusal(400, 21_266, "'To' and 'From' number cannot be the same");
  if (overWhatsapp && !account.whatsapp.has(from.replace(channelPrefix, '')))
    return refusal(400, 63_007, 'Twilio could not find a Channel with the specified From address');
  if (!overWhatsapp && !account.numbers.has(from))
    return refusal(
      400,
      21_606,
      `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination/account`,
    );
  if (account.optedOut.has(`${from}|${to}`))
    return refusal(400, 21_610, 'Attempt to send to unsubscribed recipient');
  return null;
}

/** Reads the form as CreateMessage does; an answer instead when it is refused. */
function wantedIn(account: EmulatedAccount, request: EmulatedRequest): Wanted | EmulatedAnswer {
  const type = request.headers['content-type']?.split(';', 1)[0] ?? '';
  const form = new URLSearchParams(
    type === 'application/x-www-form-urlencoded' ? request.body.toString('utf8') : '',
  );
  const strange = [...form.keys()].find((name) => !parameters.has(name));
  if (strange !== undefined) return refusal(400, 20_001, `Unknown parameter ${strange}`);
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  if (to === '') return refusal(400, 21_604, "A 'To' phone number is required.");
  if (from === '') return refusal(400, 21_603, "A 'From' phone number is required.");
  const [said, contentSid] = [form.get('Body') ?? '', form.get('ContentSid')];
  if (said === '' && contentSid === null && !form.has('MediaUrl'))
    return refusal(400, 21_602, 'Message body is required.');
  if (contentSid !== null && said !== '')
    return refusal(400, 21_654, 'Body and ContentSid must not be used together');
  const wrong = wrongAddress(account, to, from);
  if (wrong !== null) return wrong;
  const content = contentSid === null ? null : account.contents.find(({ sid }) => sid === contentSid);
  if (content === undefined) return refusal(400, 21_655, 'The ContentSid is Invalid');
  const values = variablesIn(form.get('ContentVariables'));
  if (values === null) return refusal(400, 21_656, 'The ContentVariables Parameter is invalid');
  const body = content === null ? said : filled(bodyOf(content), { ...content.variables, ...values });
  if (body.length > 1_600)
    return refusal(400, 21_617, 'The concatenated message body exceeds the 1600 character limit');
  return { to, from, content, body };
}

/** Whether the customer has written within the last day (https://www.twilio.com/docs/whatsapp/key-concepts#the-whatsapp-24-hour-window). */
const isOpen = ({ messages }: EmulatedAccount, { to, from }: Wanted, now: number): boolean =>
  messages.some(
    (one) => one.direction === 'inbound' && one.from === to && one.to === from && now - one.createdAt < day,
  );

/** POST Messages.json: refuses what Twilio refuses, in its words; what is accepted is kept and goes its way. */
export function createMessage(
  account: EmulatedAccount,
  request: EmulatedRequest,
  { now, windowRefusal }: { readonly now: number; readonly windowRefusal: WindowRefusal },
): EmulatedAnswer {
  const wanted = wantedIn(account, request);
  if (!('to' in wanted)) return wanted;
  const { to, from, body, content } = wanted;
  const closed =
    to.startsWith(channelPrefix) && content?.approval !== 'approved' && !isOpen(account, wanted, now);
  if (closed && windowRefusal === 'at-once')
    return refusal(
      400,
      63_016,
      'Failed to send freeform message because you are outside the allowed window. If you are using WhatsApp, please use a Message Template.',
    );
  const failing: readonly Stage[] = [
    { afterMs: 0, status: 'queued' },
    { afterMs: 1_000, status: 'failed', errorCode: 63_016 },
  ];
  const sid = account.post(
    { to, from, body, at: now },
    { ...(closed ? { stages: failing } : {}), ...(content === null ? {} : { contentSid: content.sid }) },
  );
  const made = account.find(sid);
  if (made === undefined) throw new Error('the message is gone');
  return { status: 201, json: messageJson(account.sid, made, now) };
}
