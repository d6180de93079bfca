/** A chat of the Bot API, or the part of one that is a conversation by itself. Ids are decimal, negative ones of groups. */
export type Room = {
  readonly chat: string;
  /** The topic of a forum (`message_thread_id`). */
  readonly topic: string | null;
  /** Whom a channel talks to in its direct messages (`direct_messages_topic`). */
  readonly direct: string | null;
  /** The business account on whose behalf the bot speaks (`business_connection_id`). */
  readonly connection: string | null;
};

/** A message: unique among all that one bot sees. */
type MessageName = {
  readonly chat: string;
  readonly message: string;
  readonly connection: string | null;
};

const suffix = (connection: string | null): string => (connection === null ? '' : `@${connection}`);

/** The room as one word. */
export function roomName({ chat, topic, direct, connection }: Room): string {
  const part = topic !== null ? `/t${topic}` : direct !== null ? `/d${direct}` : '';
  return `${chat}${part}${suffix(connection)}`;
}

/** What {@link roomName} wrote; null for anything else. */
export function readRoom(written: string): Room | null {
  const found = /^(-?\d{1,16})(?:\/([td])(\d{1,16}))?(?:@(\S{1,200}))?$/.exec(written);
  if (found === null) return null;
  const [, chat = '', kind, part = null, connection = null] = found;
  return { chat, topic: kind === 't' ? part : null, direct: kind === 'd' ? part : null, connection };
}

/** The message as one word. */
export const messageName = ({ chat, message, connection }: MessageName): string =>
  `${chat}:${message}${suffix(connection)}`;

/** What {@link messageName} wrote; null for anything else. */
export function readMessageName(written: string): MessageName | null {
  const found = /^(-?\d{1,16}):(\d{1,16})(?:@(\S{1,200}))?$/.exec(written);
  if (found === null) return null;
  const [, chat = '', message = '', connection = null] = found;
  return { chat, message, connection };
}
