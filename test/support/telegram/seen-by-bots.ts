import type { Upload } from './parameters.ts';

/** A person on Telegram. */
export type Person = {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
};

/** A chat as updates show it. */
export type EmulatedChat = {
  readonly id: number;
  readonly type: 'private' | 'group' | 'supergroup' | 'channel';
  readonly title?: string;
  readonly is_forum?: boolean;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly username?: string;
};

/** A message as updates show it. */
export type EmulatedMessage = Readonly<Record<string, unknown>> & {
  readonly message_id: number;
  readonly date: number;
  readonly chat: EmulatedChat;
};

/** A message that the bot said, and the file that came with it. */
export type SaidByBot = {
  readonly message: EmulatedMessage;
  readonly file: Upload | null;
  readonly fields: ReadonlyMap<string, unknown>;
};
