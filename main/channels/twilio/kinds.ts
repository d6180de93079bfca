/** The two channels that Twilio's messages make: the same resources, other addresses (https://www.twilio.com/docs/whatsapp/api). */
export type TwilioKind = 'sms' | 'whatsapp';

const prefix = 'whatsapp:';

/** A number as the API wants it in To and From. */
export const wireAddress = (kind: TwilioKind, number: string): string =>
  kind === 'whatsapp' ? `${prefix}${number}` : number;

const longestAddress = 120;

/** The other way round, for whatever the API says: numbers, short codes, names of senders; bounded and on one line. */
export const plainAddress = (said: string): string =>
  said
    .replace(/^whatsapp:/i, '')
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestAddress);

/** The conversation of two numbers. */
export const roomOf = (own: string, peer: string): string => `${own}|${peer}`;
