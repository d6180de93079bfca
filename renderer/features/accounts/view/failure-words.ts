import type { AccountFailure } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { MessageKey } from '#shared/messages/en.ts';
import type { Words } from '#shared/messages/format.ts';

/** What the words about a failure depend on: a token is not typed wrong like a password, and a chat is no mailbox. */
export type Spoken = Pick<ChannelProfile, 'credential' | 'capabilities'>;

/**
 * The catalogue entries for a failure's title and words: those for a token, else those for what is not mail, else the
 * usual ones.
 */
export const failureKeys = (
  words: Words,
  { kind }: AccountFailure,
  spoken: Spoken | null,
): { readonly title: MessageKey; readonly text: MessageKey } => {
  const variants = [
    ...(spoken?.credential === 'token' ? ['.token'] : []),
    ...(spoken === null || spoken.capabilities.subject ? [] : ['.chat']),
    '',
  ];
  const first = (end: string, fallback: MessageKey): MessageKey =>
    variants.map((variant) => `account.failure.${kind}${variant}${end}`).find(words.has) ?? fallback;
  return { title: first('.title', 'account.failure.title'), text: first('', 'account.failure.other') };
};
