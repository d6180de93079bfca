import * as v from 'valibot';

// Only what is used is named; what is new at Telegram, or not as expected, is left out instead of failing the whole.
const maybe = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined);
/** "At most 52 significant bits" (User.id, Chat.id). */
const id = v.pipe(v.number(), v.safeInteger());
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(4_000_000_000));

const user = v.object({
  id,
  is_bot: maybe(v.boolean()),
  first_name: maybe(v.string()),
  last_name: maybe(v.string()),
  username: maybe(v.string()),
});
export type User = v.InferOutput<typeof user>;

const chat = v.object({
  id,
  type: v.string(),
  title: maybe(v.string()),
  username: maybe(v.string()),
  first_name: maybe(v.string()),
  last_name: maybe(v.string()),
});
export type Chat = v.InferOutput<typeof chat>;

const entity = v.object({
  type: v.string(),
  offset: v.pipe(v.number(), v.integer(), v.minValue(0)),
  length: v.pipe(v.number(), v.integer(), v.minValue(0)),
  url: maybe(v.string()),
});
export type Entity = v.InferOutput<typeof entity>;

const file = v.object({
  file_id: v.string(),
  file_size: maybe(v.number()),
  file_name: maybe(v.string()),
  mime_type: maybe(v.string()),
  width: maybe(v.number()),
  height: maybe(v.number()),
});
export type TelegramFile = v.InferOutput<typeof file>;

const location = v.object({ latitude: v.number(), longitude: v.number() });

/** Message, as far as it is understood (core.telegram.org/bots/api#message). */
export const message = v.object({
  message_id: id,
  date: seconds,
  chat,
  edit_date: maybe(seconds),
  from: maybe(user),
  sender_chat: maybe(chat),
  sender_business_bot: maybe(user),
  message_thread_id: maybe(id),
  is_topic_message: maybe(v.boolean()),
  direct_messages_topic: maybe(v.object({ topic_id: id })),
  business_connection_id: maybe(v.string()),
  is_automatic_forward: maybe(v.boolean()),
  is_from_offline: maybe(v.boolean()),
  migrate_to_chat_id: maybe(id),
  migrate_from_chat_id: maybe(id),
  forward_origin: maybe(
    v.object({
      type: v.string(),
      sender_user: maybe(user),
      sender_user_name: maybe(v.string()),
      sender_chat: maybe(chat),
      chat: maybe(chat),
    }),
  ),
  reply_to_message: maybe(
    v.object({ message_id: id, forum_topic_created: maybe(v.object({ name: v.string() })) }),
  ),
  quote: maybe(v.object({ text: v.string() })),
  text: maybe(v.string()),
  entities: maybe(v.array(entity)),
  caption: maybe(v.string()),
  caption_entities: maybe(v.array(entity)),
  rich_message: maybe(v.object({ blocks: v.array(v.unknown()) })),
  photo: maybe(v.array(file)),
  live_photo: maybe(v.object({ photo: maybe(v.array(file)) })),
  document: maybe(file),
  animation: maybe(file),
  audio: maybe(v.object({ ...file.entries, title: maybe(v.string()), performer: maybe(v.string()) })),
  video: maybe(file),
  video_note: maybe(file),
  voice: maybe(file),
  sticker: maybe(v.object({ emoji: maybe(v.string()) })),
  location: maybe(location),
  venue: maybe(v.object({ location, title: v.string(), address: v.string() })),
  contact: maybe(
    v.object({ phone_number: v.string(), first_name: v.string(), last_name: maybe(v.string()) }),
  ),
  poll: maybe(v.object({ question: v.string(), options: v.array(v.object({ text: v.string() })) })),
  dice: maybe(v.object({ emoji: v.string(), value: v.number() })),
  game: maybe(v.object({ title: v.string() })),
  story: maybe(v.object({ chat, id })),
  checklist: maybe(v.object({ title: v.string(), tasks: v.array(v.object({ text: v.string() })) })),
  web_app_data: maybe(v.object({ data: v.string() })),
});
export type Message = v.InferOutput<typeof message>;

const reactionType = v.object({ type: v.string(), emoji: maybe(v.string()) });
export type ReactionType = v.InferOutput<typeof reactionType>;

/** MessageReactionUpdated. */
export const messageReaction = v.object({
  chat,
  message_id: id,
  user: maybe(user),
  actor_chat: maybe(chat),
  date: seconds,
  old_reaction: v.array(reactionType),
  new_reaction: v.array(reactionType),
});

/** BusinessMessagesDeleted. */
export const messagesDeleted = v.object({
  business_connection_id: v.string(),
  chat,
  message_ids: v.array(id),
});

/** Any update: its number, and whatever else there is, untouched. */
export const update = v.looseObject({ update_id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });
export type Update = v.InferOutput<typeof update>;

/** getMe. */
export const me = v.object({ id, username: maybe(v.string()), first_name: maybe(v.string()) });
export type Me = v.InferOutput<typeof me>;

/** getWebhookInfo. */
export const webhook = v.object({ url: maybe(v.string()) });

/** getFile. */
export const filePlace = v.object({ file_path: maybe(v.string()), file_size: maybe(v.number()) });

/** What every method answers (core.telegram.org/bots/api#making-requests). */
export const answered = v.object({
  ok: v.boolean(),
  result: v.optional(v.unknown()),
  description: maybe(v.string()),
  parameters: maybe(
    v.object({ retry_after: maybe(v.pipe(v.number(), v.minValue(0))), migrate_to_chat_id: maybe(id) }),
  ),
});
export type Answered = v.InferOutput<typeof answered>;
