import { createHash } from 'node:crypto';

/**
 * How a message of one person is called: by who wrote it and the id they gave it. Whoever wants to change or remove it can only name one of
 * their own, because the first half is who they are by their server's word.
 */
export const nameOf = (writer: string, id: string): string => `${writer} ${id}`;

/** The id that a message's writer gave it; null when the name is not of this form. */
export function idInName(name: string | null): string | null {
  const at = name?.indexOf(' ') ?? -1;
  return name === null || at === -1 ? null : name.slice(at + 1);
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

/**
 * How a message in a room is called. A nick is no identity: whoever takes it after somebody left would own their words. So only where the room
 * gives its people ids (XEP-0421) a message is called by its writer; elsewhere by its place in the room's archive, which no correction names.
 */
export const roomName = (
  room: string,
  message: { readonly occupantId: string | null; readonly id: string | null; readonly archiveId: string },
): string =>
  message.occupantId !== null && message.id !== null
    ? nameOf(`${room}/${short(message.occupantId)}`, message.id)
    : `${room}#${short(message.archiveId)}`;

/** Whether a name is one of {@link roomName} for this room. */
export const isRoomName = (name: string | null, room: string | null): boolean =>
  name !== null && room !== null && (name.startsWith(`${room}/`) || name.startsWith(`${room}#`));
