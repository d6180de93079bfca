import type { Correspondent, Oddity } from '#shared/domain/message.ts';
import type { Account } from '../api/entities.ts';
import { addressOf } from '../names.ts';

const longestName = 200;

const bidi = /[\u202a-\u202e\u2066-\u2069]/u;
const addressInName = /[^\s<>@"'(),;:]{1,64}@[^\s<>@"'(),;:]{1,200}\.[^\s<>@"'(),;:.]{2,}/u;

/** One line of text, bounded, without control characters. */
export const oneLine = (text: string, longest: number): string =>
  text
    .slice(0, longest * 4)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longest);

/** The name of an account as it is shown, without the codes of its server's own emoji; empty where nothing else is in it. */
function nameOf({ display_name: name, emojis }: Account): string {
  const codes = new Set(emojis.map(({ shortcode }) => `:${shortcode}:`));
  const shown = name.slice(0, 2_000).replaceAll(/:\w{1,100}:/g, (code) => (codes.has(code) ? '' : code));
  return oneLine(shown.replaceAll(/ {2,}/g, ' '), longestName);
}

/** Who an account is, or null where it has no address. */
export function personOf(account: Account, home: string): Correspondent | null {
  const address = addressOf(account.acct, home);
  return address === null ? null : { name: nameOf(account), address };
}

/** What is odd about how somebody calls themselves. */
export function odditiesOf({ name, address }: Correspondent): readonly Oddity[] {
  const claimed = addressInName.exec(name.replaceAll(/ ?[@＠﹫] ?/gu, '@'))?.[0];
  return [
    ...(bidi.test(name) ? (['bidi-in-name'] as const) : []),
    ...(claimed !== undefined && claimed.toLowerCase() !== address ? (['address-in-name'] as const) : []),
  ];
}
