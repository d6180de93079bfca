import { quoteFromLines } from '../mail-files/mbox-lines.ts';

const LF = 10;

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A time as asctime writes it, in UTC (RFC 4155, appendix A). */
const asctime = (at: number): string => {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return [
    days[date.getUTCDay()] ?? 'Thu',
    months[date.getUTCMonth()] ?? 'Jan',
    String(date.getUTCDate()).padStart(2, ' '),
    [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':'),
    String(date.getUTCFullYear()).padStart(4, '0'),
  ].join(' ');
};

/** An address that cannot break the separator line it stands in. */
const lineAddress = (address: string): string =>
  /^[\u0021-\u007e]{1,320}$/.test(address) ? address : 'MAILER-DAEMON';

/**
 * One mail as an entry of an mboxrd file: separator line, the mail byte for byte except that `From ` at the beginning of a
 * line is quoted, and an empty line. A last line without an end gets one.
 */
export const mboxEntry = (mail: {
  readonly from: string;
  readonly at: number;
  readonly source: Uint8Array;
}): Uint8Array => {
  const quoted = quoteFromLines(mail.source);
  const end = quoted[quoted.length - 1] === LF ? '\n' : '\n\n';
  return Buffer.concat([
    Buffer.from(`From ${lineAddress(mail.from)} ${asctime(mail.at)}\n`, 'latin1'),
    quoted,
    Buffer.from(end, 'latin1'),
  ]);
};
