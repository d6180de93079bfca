import type { BounceRecipient, MailBounce } from './mail-types.ts';
import { readOwnMessageId } from './message-ids.ts';
import { trimCharacters } from './trim-characters.ts';

/** Facts a mail is judged a bounce by. */
export type BounceFacts = {
  /** Text of the message/delivery-status parts (RFC 3464), if any. */
  readonly statusTexts: readonly string[];
  /** Header text of the returned message (message/rfc822 or text/rfc822-headers), if any. */
  readonly returnedHeaders: string | null;
  readonly text: string;
  readonly fromAddress: string;
  readonly subject: string;
  readonly emptyReturnPath: boolean;
  /** X-Failed-Recipients (Exim). */
  readonly failedRecipients: string | null;
};

/** Bytes of body text that are searched: reports say what failed at their start. */
const searchedChars = 64 * 1024;
const mostRecipients = 200;
const longestDiagnostic = 1000;

const bounceSender =
  /^(mailer-?daemon|postmaster|mail-daemon|mdaemon|bounces?|microsoftexchange[0-9a-f]+|mailerdaemon|maildelivery)@/i;
const bounceSubject =
  /^(undeliver|undelivered|delivery (status|failure|has failed|notification|report|incomplete)|mail delivery|failure notice|returned mail|message (undeliverable|not delivered|delivery)|non[- ]?deliver|unzustellbar|nicht zustellbar|unzustellbarkeit|mail konnte nicht|non remis|non distribu|échec de la remise|no se puede entregar|no entregado|devuelto|mancata consegna|onbestelbaar|niet afgeleverd|niedostarcz|mail system error|warning: (message|could not send)|delayed mail|配信不能|退信)/i;
const returnedMarker =
  /(below this line is a copy of the message|this is a copy of (the|your) message|original message (headers?|follows)|the header of the original message|returned message|original (mail|nachricht)|ursprüngliche nachricht|kopfzeilen der)/i;

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longestDiagnostic);
}

/** `rfc822; someone@example.com` and the bracketed forms gateways write, as a bare address. */
function bareRecipient(value: string): string {
  return trimCharacters(value.slice(0, 1000).replace(/^[a-z0-9.-]{1,30}\s{0,5};/i, ''), '<> "\t\n');
}

/** The fields of one group of a delivery-status text, unfolded, first of each name. */
function fieldsOf(group: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of group.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && colon < 60 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

function recipientsOf(statusText: string): readonly BounceRecipient[] {
  const found: BounceRecipient[] = [];
  for (const group of statusText.slice(0, searchedChars).replace(/\r\n?/g, '\n').split(/\n\n+/)) {
    const fields = fieldsOf(group);
    const recipient = fields.get('final-recipient') ?? fields.get('original-recipient');
    if (recipient === undefined || found.length >= mostRecipients) continue;
    found.push({
      recipient: bareRecipient(recipient),
      action: (fields.get('action') ?? 'failed')
        .toLowerCase()
        .split(/[\s(;]/, 1)
        .join(''),
      status: /\d\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0] ?? '',
      diagnostic: oneLine((fields.get('diagnostic-code') ?? '').replace(/^[a-z0-9-]{1,20};\s*/i, '')),
    });
  }
  return found;
}

const addressPattern = String.raw`[^\s<>"'(),:;\[\]]{1,64}@[a-z0-9][a-z0-9.-]{1,250}`;
const addressLine = new RegExp(
  String.raw`^\s{0,10}(?:to:\s?|for\s|an:\s?)?<?(${addressPattern})>?\s?(?:[:(].{0,500})?$`,
  'i',
);
const statusCode = /\b([245]\.\d{1,3}\.\d{1,3})\b/;
const replyCode = /\b([45]\d\d)[ -]/;

/** Recipients in the words of a report without a delivery-status part (qmail's QSBMF, Exim, Exchange, GMX and the like). */
function recipientsInText(text: string, listed: string | null): readonly BounceRecipient[] {
  const found = new Map<string, BounceRecipient>();
  const lines = text.slice(0, searchedChars).split('\n', 400);
  const end = lines.findIndex((line) => returnedMarker.test(line.slice(0, 200)));
  const report = end === -1 ? lines : lines.slice(0, end);
  for (const [index, line] of report.entries()) {
    const address = line.length > 800 ? undefined : addressLine.exec(line)?.[1];
    if (address === undefined || found.size >= mostRecipients) continue;
    const words = oneLine([line.replace(addressLine, ''), ...report.slice(index + 1, index + 6)].join(' '));
    const reply = replyCode.exec(words)?.[1];
    const status = statusCode.exec(words)?.[1] ?? (reply === undefined ? '' : `${reply.charAt(0)}.0.0`);
    const key = address.toLowerCase();
    if (!found.has(key))
      found.set(key, {
        recipient: address,
        action: status.startsWith('4') ? 'delayed' : 'failed',
        status,
        diagnostic: words,
      });
  }
  for (const written of (listed ?? '').split(',').slice(0, mostRecipients)) {
    const recipient = bareRecipient(written);
    if (recipient.includes('@') && !found.has(recipient.toLowerCase())) {
      found.set(recipient.toLowerCase(), { recipient, action: 'failed', status: '', diagnostic: '' });
    }
  }
  return [...found.values()];
}

function headerIn(text: string, name: string): string | null {
  const start = text.search(new RegExp(`^[> \\t|]{0,10}${name}:`, 'im'));
  if (start === -1) return null;
  const value = text.slice(start, start + 1200).replace(/\n[> \t|]{0,10}[ \t]+(?=[^\s:]+(?:\n|$))/g, ' ');
  return value
    .slice(value.indexOf(':') + 1)
    .split('\n', 1)
    .join('')
    .trim();
}

/** Whether the mail's own words and sender say that it returns another one. */
function looksLikeBounce(facts: BounceFacts): boolean {
  if (facts.statusTexts.length > 0 || facts.failedRecipients !== null) return true;
  const sender =
    bounceSender.test(facts.fromAddress) ||
    facts.fromAddress === '' ||
    /^mailer-daemon$/i.test(facts.fromAddress);
  return (sender || facts.emptyReturnPath) && bounceSubject.test(facts.subject.slice(0, 200));
}

/**
 * What a delivery report says (RFC 3464, RFC 3462, and the plain-text reports that predate them): who was not reached and
 * which of our mails it was. Null when the mail is no report.
 */
export function readBounce(facts: BounceFacts): MailBounce | null {
  if (!looksLikeBounce(facts)) return null;
  const stated = facts.statusTexts.flatMap((text) => recipientsOf(text)).slice(0, mostRecipients);
  const failed = stated.length > 0 ? stated : recipientsInText(facts.text, facts.failedRecipients);
  const text = facts.text.slice(0, searchedChars).replace(/\r\n?/g, '\n');
  const returned = facts.returnedHeaders?.replace(/\r\n?/g, '\n') ?? null;
  const messageId =
    (returned === null ? null : headerIn(returned, 'message-id')) ?? headerIn(text, 'message-id');
  const stewardId =
    (returned === null ? null : headerIn(returned, 'x-steward-id')) ?? headerIn(text, 'x-steward-id');
  return {
    failed,
    originalMessageId: readOwnMessageId(messageId),
    stewardId: stewardId === null || stewardId === '' ? null : stewardId.slice(0, 200),
  };
}
