/** How a server numbers and compares what it has. */
export type Numbering = {
  /** The id of something made at `at`. */
  readonly next: (at: number) => string;
  /** Negative when `one` is before `other`; `other` may be anything that came in a query. */
  readonly compare: (one: string, other: string) => number;
};

const castToInteger = (text: string): bigint => BigInt(/^\d+/.exec(text)?.[0] ?? '0');

/**
 * Mastodon's ids: milliseconds shifted by 16 bits and a sequence (lib/mastodon/snowflake.rb); what comes in a query is cast as the
 * database casts it, so that letters are zero.
 */
export const snowflakes = (): Numbering => {
  let sequence = 0n;
  return {
    next: (at) => {
      sequence = (sequence + 1n) % 65_536n;
      return String((BigInt(Math.trunc(at)) << 16n) + sequence);
    },
    compare: (one, other) => {
      const difference = castToInteger(one) - castToInteger(other);
      return difference < 0n ? -1 : difference > 0n ? 1 : 0;
    },
  };
};

/** Numbers one after another, as Mastodon gives to notifications. */
export const counting = (): Numbering => {
  let last = 34_000_000;
  return {
    next: () => {
      last += 1;
      return String(last);
    },
    compare: snowflakes().compare,
  };
};

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const base32 = (value: number, length: number): string => {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32))
    text = `${letters[rest % 32] ?? '0'}${text}`;
  return text;
};

/** GoToSocial's ids: ULIDs, compared as text. */
export const ulids = (): Numbering => {
  let sequence = 0;
  return {
    next: (at) => {
      sequence += 1;
      return `${base32(Math.trunc(at), 10)}${base32(sequence, 16)}`;
    },
    compare: (one, other) => (one < other ? -1 : one > other ? 1 : 0),
  };
};
