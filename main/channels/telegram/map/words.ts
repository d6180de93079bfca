import type { Chat, Entity, Message, User } from '../api/shapes.ts';

const longestText = 200_000;
const longestName = 200;

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName);

/** How a person is called: by name, else by user name, else by number. */
export function userName({ id, first_name: first = '', last_name: last = '', username }: User): string {
  const name = oneLine(`${first} ${last}`);
  return name !== '' ? name : username === undefined ? String(id) : oneLine(`@${username}`);
}

/** How a chat is called: by title, else as a person is. */
export const chatName = (chat: Chat): string => oneLine(chat.title ?? '') || userName(chat);

/** A text with the addresses behind its links; entities count UTF-16 units, as strings do here. */
function withLinks(text: string, entities: readonly Entity[] = []): string {
  const links = entities
    .filter(({ type, url }) => type === 'text_link' && url !== undefined && url !== '')
    .sort((a, b) => a.offset + a.length - (b.offset + b.length));
  let made = '';
  let at = 0;
  for (const { offset, length, url = '' } of links.slice(0, 100)) {
    const end = Math.min(offset + length, text.length);
    const shown = text.slice(offset, end);
    if (end < at || shown === url || `${shown}/` === url) continue;
    made += `${text.slice(at, end)} (${url})`;
    at = end;
  }
  return made + text.slice(at);
}

const place = (latitude: number, longitude: number): string => {
  const [lat, lon] = [latitude.toFixed(6), longitude.toFixed(6)];
  return `${lat}, ${lon}\nhttps://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`;
};

const list = (title: string, items: readonly string[]): string =>
  [title, ...items.slice(0, 100).map((item) => `• ${item}`)].join('\n');

const deepestRichText = 30;

/** The words of a rich message (core.telegram.org/bots/api#richmessage): what is text in it, block by block. */
function richWords(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (depth > deepestRichText || typeof value !== 'object' || value === null) return '';
  if (Array.isArray(value)) return value.map((one) => richWords(one, depth + 1)).join('');
  const part = (name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;
  const own = ['text', 'alternative_text', 'expression']
    .map((name) => richWords(part(name), depth + 1))
    .join('');
  const inner = ['blocks', 'items', 'cells', 'rows', 'caption', 'summary']
    .map(part)
    .filter((one) => one !== undefined)
    .map((one) => (Array.isArray(one) ? one : [one]).map((each) => richWords(each, depth + 1)).join('\n'));
  return [own, ...inner].filter((words) => words !== '').join('\n');
}

/** What is said without any text: signs instead of words, since nobody here knows the reader's language. */
function shownIn(message: Message): string | null {
  const { venue, location, contact, poll, dice, sticker, game, story, checklist } = message;
  if (venue !== undefined)
    return `📍 ${venue.title}\n${venue.address}\n${place(venue.location.latitude, venue.location.longitude)}`;
  if (location !== undefined) return `📍 ${place(location.latitude, location.longitude)}`;
  if (contact !== undefined)
    return `👤 ${oneLine(`${contact.first_name} ${contact.last_name ?? ''}`)}\n${contact.phone_number}`;
  if (poll !== undefined)
    return list(
      `📊 ${poll.question}`,
      poll.options.map(({ text }) => text),
    );
  if (dice !== undefined) return `${dice.emoji} ${String(dice.value)}`;
  if (sticker !== undefined) return sticker.emoji ?? '🖼';
  if (game !== undefined) return `🎮 ${game.title}`;
  if (story !== undefined) {
    const { username } = story.chat;
    const link =
      username === undefined ? '' : ` https://t.me/${encodeURIComponent(username)}/s/${String(story.id)}`;
    return `📖 ${chatName(story.chat)}${link}`;
  }
  if (checklist !== undefined)
    return list(
      `☑ ${checklist.title}`,
      checklist.tasks.map(({ text }) => text),
    );
  if (message.web_app_data !== undefined) return message.web_app_data.data;
  if (message.rich_message !== undefined)
    return message.rich_message.blocks.map((block) => richWords(block)).join('\n');
  return null;
}

const forwardedFrom = ({ forward_origin: origin }: Message): readonly string[] => {
  if (origin === undefined) return [];
  const chat = origin.sender_chat ?? origin.chat;
  const name =
    origin.sender_user !== undefined
      ? userName(origin.sender_user)
      : chat !== undefined
        ? chatName(chat)
        : oneLine(origin.sender_user_name ?? '');
  return [`↪ ${name}`.trim()];
};

const quoted = ({ quote }: Message): readonly string[] =>
  quote === undefined ? [] : quote.text.split('\n').map((line) => `> ${line}`);

/** The words of a message, with what stands around them; null when it says nothing of its own. */
export function wordsIn(message: Message): string | null {
  const own =
    message.text !== undefined
      ? withLinks(message.text, message.entities)
      : message.caption !== undefined
        ? withLinks(message.caption, message.caption_entities)
        : shownIn(message);
  if (own === null && message.forward_origin === undefined) return null;
  const lines = [...forwardedFrom(message), ...quoted(message), ...(own === null || own === '' ? [] : [own])];
  return lines.join('\n').slice(0, longestText);
}
