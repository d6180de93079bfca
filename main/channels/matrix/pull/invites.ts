import type { SessionContext } from '../../kit/channel.ts';
import { ChannelError } from '../../kit/failure.ts';
import { field, textField } from '../api/events.ts';
import { pathOf } from '../api/homeserver.ts';
import type { Homeserver } from '../api/homeserver.ts';
import { isRoomId, readUserId } from '../identifiers.ts';
import type { PendingInvite } from './cursor.ts';
import type { Memory } from './memory.ts';
import { addDirectRoom } from './rooms.ts';

/** An invitation to a direct chat. */
type Invite = { readonly room: string; readonly from: string };

/** Invitations accepted in one pull, and in ten minutes: enough for customers, and a flood of strangers costs us little. */
const mostAtOnce = 3;
const mostInWhile = 20;
const whileMs = 600_000;
/** Invitations that wait to be accepted; what comes beyond them stays an invitation, to be seen in other programs. */
const mostWaiting = 6;
/** After so many tries the other server is taken for gone. */
const mostTries = 5;

/**
 * The invitations of a sync that open a direct chat with us: this is how customers begin to write (client-server API, "Direct Messaging").
 * Invitations to other rooms and to spaces are nobody's question: they are left as they are, for the person to answer elsewhere.
 */
export function directInvites(
  invited: Readonly<Record<string, { readonly invite_state: { readonly events: readonly unknown[] } }>>,
  own: string,
): readonly Invite[] {
  return Object.entries(invited).flatMap(([room, { invite_state }]) => {
    const { events } = invite_state;
    const isSpace = events.some(
      (event) =>
        textField(event, 'type') === 'm.room.create' &&
        textField(field(event, 'content'), 'type') === 'm.space',
    );
    const ours = events.find(
      (event) =>
        textField(event, 'type') === 'm.room.member' &&
        textField(event, 'state_key') === own &&
        textField(field(event, 'content'), 'membership') === 'invite',
    );
    const from = readUserId(textField(ours, 'sender') ?? '');
    const isDirect = field(field(ours, 'content'), 'is_direct') === true;
    return isDirect && !isSpace && from !== null && isRoomId(room) ? [{ room, from }] : [];
  });
}

/** Accepts what waits to be accepted, within the bounds above; answers what still waits. */
export async function acceptInvites(
  server: Homeserver,
  {
    memory,
    context,
    rejoin,
  }: { readonly memory: Memory; readonly context: SessionContext; readonly rejoin: number },
  waiting: readonly PendingInvite[],
  fresh: readonly Invite[],
  signal: AbortSignal,
): Promise<{ readonly waiting: readonly PendingInvite[]; readonly joined: number }> {
  const invited = new Map(fresh.map(({ room, from }) => [room, from]));
  const all = [
    ...waiting.filter(({ room }) => !invited.has(room)),
    ...fresh.map(({ room }) => ({ room, tries: 0 })),
  ];
  const now = context.clock.monotonic();
  memory.joins = memory.joins.filter((at) => now - at < whileMs);
  const left: PendingInvite[] = [];
  let joined = 0;
  for (const invite of all) {
    const room = memory.joins.length < mostInWhile && joined < mostAtOnce ? invite.room : null;
    if (room === null || now < (memory.rejoinAt.get(room) ?? 0)) {
      left.push(invite);
      continue;
    }
    memory.joins = [...memory.joins, now];
    const outcome = await join(server, room, signal);
    if (outcome === 'joined') {
      joined += 1;
      const from = invited.get(room);
      if (from !== undefined) await remember(server, from, room, signal);
    } else if (outcome === 'later' && invite.tries + 1 < mostTries) {
      memory.rejoinAt.set(room, now + rejoin * 2 ** invite.tries);
      left.push({ room, tries: invite.tries + 1 });
    }
  }
  if (all.length > 0) context.log('matrix invites', { joined, waiting: left.length });
  return { waiting: left.slice(0, mostWaiting), joined };
}

async function join(
  server: Homeserver,
  room: string,
  signal: AbortSignal,
): Promise<'joined' | 'later' | 'gone'> {
  try {
    const answer = await server.ask(
      { method: 'POST', path: pathOf('_matrix/client/v3/join', room), body: {} },
      signal,
    );
    if (answer.status === 200) return 'joined';
    // Withdrawn, forbidden, or a room nobody knows: it stays as it is.
    return answer.status === 429 || answer.status >= 500 ? 'later' : 'gone';
  } catch (error) {
    if (error instanceof ChannelError && error.failure.kind !== 'sign-in-expired') return 'later';
    throw error;
  }
}

/** Notes the room as our direct chat with them; without the note everything works, save that other programs do not sort it so. */
async function remember(server: Homeserver, from: string, room: string, signal: AbortSignal): Promise<void> {
  try {
    await addDirectRoom(server, from, room, signal);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
  }
}
