import type { Composed, Outgoing } from '../../kit/outgoing.ts';
import { pack } from '../../kit/packed.ts';
import { readMessageName, readRoom, roomName } from '../names.ts';
import type { Room } from '../names.ts';
import { entitiesOf } from './entities.ts';
import type { FormattedText } from './entities.ts';
import type { Said } from './said.ts';

/** "1-4096 characters after entities parsing" (sendMessage). */
const longestText = 4_096;

function formatted({ html, text }: Outgoing): FormattedText {
  const made = html === null ? null : entitiesOf(html);
  // A text that was measured as plain words must not grow beyond what was measured.
  return made === null || made.text === '' || made.text.length > longestText ? { text, entities: [] } : made;
}

const privateChat = (chat: string): Room => ({ chat, topic: null, direct: null, connection: null });

/**
 * The wire form: where to, what, and a file beside it. An answer goes to the chat in which its message was said; a group that has moved
 * since keeps the room it began in. A text longer than a caption goes as a message of its own before its file.
 */
export function composeMessage(message: Outgoing): Composed {
  const first = message.to[0]?.address ?? '';
  const { answers } = message;
  const room = readRoom(answers?.room ?? first) ?? privateChat(first);
  const answered = readMessageName(answers?.name ?? '');
  const said: Said = {
    version: 1,
    chat: answered?.chat ?? room.chat,
    topic: room.topic,
    direct: room.direct,
    connection: room.connection,
    answers: answered?.message ?? null,
    text: '',
    entities: [],
  };
  const { text, entities } = formatted(message);
  return {
    externalId: null,
    recipients: [...message.to, ...message.cc, ...message.bcc].map(({ address }) => address),
    bytes: pack({ ...said, text, entities }, message.files),
    room: answers?.room ?? roomName(room),
  };
}
