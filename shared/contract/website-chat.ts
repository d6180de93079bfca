import * as v from 'valibot';
import type { WebsiteChat } from '../domain/website-chat/snippet.ts';
import type { AccountId } from '../kit/brand.ts';
import { call } from './define.ts';
import { accountId } from './schemas.ts';

const short = v.pipe(v.string(), v.trim(), v.maxLength(300));

/** What a person sets of a website chat; which fields are wrong is said by `wrongFields`. */
const chat = v.strictObject({
  url: v.pipe(v.string(), v.trim(), v.maxLength(2_000)),
  host: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.maxLength(253)),
  title: short,
  greeting: v.pipe(v.string(), v.trim(), v.maxLength(500)),
  colour: v.pipe(v.string(), v.trim(), v.maxLength(7)),
  language: v.pipe(v.string(), v.trim(), v.maxLength(35)),
});

/** An account that visitors of a website write to. */
export type WebsiteChatRow = {
  readonly id: AccountId;
  readonly label: string;
  readonly chat: WebsiteChat;
  /** Whether somebody has saved its settings before; otherwise they are a guess from its address. */
  readonly saved: boolean;
};

/** One step of a look from where visitors stand; its words are under `website-chat.examine.<step>.<good|bad>`. */
export type ExaminedStep = { readonly step: string; readonly ok: boolean; readonly said: string | null };

type Gone = { readonly kind: 'account-gone' };

export const websiteChatCalls = {
  /** The accounts that visitors of a website write to, with what their pages need to know. */
  'websiteChat.list': call(v.strictObject({})).answers<{ readonly chats: readonly WebsiteChatRow[] }>(),
  'websiteChat.save': call(v.strictObject({ id: accountId, chat }))
    .answers<null>()
    .refuses<Gone | { readonly kind: 'website-chat-wrong'; readonly field: string }>(),
  /** Comes in as a visitor does and looks whether that leads to us, with the settings as saved. */
  'websiteChat.examine': call(v.strictObject({ id: accountId }))
    .answers<{ readonly steps: readonly ExaminedStep[] }>()
    .refuses<Gone>(),
  /** Asks where to save the chat's file for the website, and saves it there. */
  'websiteChat.saveFile': call(v.strictObject({}))
    .answers<{ readonly kind: 'saved'; readonly name: string } | { readonly kind: 'cancelled' }>()
    .refuses<{ readonly kind: 'chat-file-missing' } | { readonly kind: 'chat-file-not-saved' }>(),
} as const;
