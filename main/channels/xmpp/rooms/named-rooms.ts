import type { Settings } from '#shared/contract/accounts.ts';
import { textOf } from '../../kit/endpoint.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { bareJid } from '../names.ts';

export const mostRooms = 50;

/** The rooms that the form names, separated by commas or blanks; one that is no address is a ChannelError `settings`. */
export function namedRooms(settings: Settings): readonly string[] {
  const written = (textOf(settings, 'rooms') ?? '').split(/[\s,;]+/).filter((one) => one !== '');
  const rooms = written.map((one) => bareJid(one.replace(/^xmpp:/i, '').replace(/\?.*$/, '')));
  const sound = rooms.filter((room) => room?.includes('@') === true);
  if (sound.length < written.length || sound.length > mostRooms)
    throw new ChannelError(failure('settings', 'rooms'));
  return [...new Set(sound.flatMap((room) => room ?? []))];
}
