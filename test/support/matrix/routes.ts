import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import type { Call, Habits } from './call.ts';
import { Refusal } from './filter.ts';
import { download, isAuthenticated, upload } from './media-api.ts';
import {
  accountData,
  createRoom,
  joinRoom,
  joinedMembers,
  messages,
  oneEvent,
  readMarkers,
  send,
  stateEvent,
  sync,
} from './rooms-api.ts';
import { login, nobody, refresh, whoAsks } from './sign-in.ts';
import type { World } from './world.ts';

type Route = {
  readonly method: string;
  readonly path: RegExp;
  readonly open?: boolean;
  readonly answer: (call: Call) => EmulatedAnswer | Promise<EmulatedAnswer>;
};

const part = '([^/]+)';
const at = (text: string): RegExp => new RegExp(`^/_matrix/${text}$`);
const gone = (): never => {
  throw new Refusal(404, 'M_UNRECOGNIZED', 'Unrecognized request');
};

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/\.well-known\/matrix\/client$/,
    open: true,
    answer: ({ request }) => ({
      json: { 'm.homeserver': { base_url: `http://${request.headers['host'] ?? ''}` } },
    }),
  },
  {
    method: 'GET',
    path: at('client/versions'),
    open: true,
    answer: ({ habits }) => ({ json: { versions: habits.versions, unstable_features: {} } }),
  },
  { method: 'POST', path: at('client/v3/login'), open: true, answer: login },
  { method: 'POST', path: at('client/v3/refresh'), open: true, answer: refresh },
  {
    method: 'GET',
    path: at('client/v3/account/whoami'),
    answer: ({ asker }) => ({ json: { user_id: asker.user, device_id: asker.device, is_guest: false } }),
  },
  { method: 'GET', path: at('client/v3/sync'), answer: sync },
  {
    method: 'GET',
    path: at('client/v3/joined_rooms'),
    answer: ({ world, asker }) => ({
      json: {
        joined_rooms: [...world.rooms.values()]
          .filter((room) => world.membership(room, asker.user) === 'join')
          .map(({ id }) => id),
      },
    }),
  },
  { method: 'GET', path: at(`client/v3/rooms/${part}/messages`), answer: messages },
  { method: 'GET', path: at(`client/v3/rooms/${part}/event/${part}`), answer: oneEvent },
  { method: 'GET', path: at(`client/v3/rooms/${part}/joined_members`), answer: joinedMembers },
  { method: 'GET', path: at(`client/v3/rooms/${part}/state/${part}(?:/([^/]*))?`), answer: stateEvent },
  { method: 'PUT', path: at(`client/v3/rooms/${part}/send/${part}/${part}`), answer: send },
  { method: 'POST', path: at(`client/v3/rooms/${part}/read_markers`), answer: readMarkers },
  { method: 'POST', path: at('client/v3/createRoom'), answer: createRoom },
  { method: 'POST', path: at(`client/v3/join/${part}`), answer: joinRoom },
  { method: 'GET', path: at(`client/v3/user/${part}/account_data/${part}`), answer: accountData },
  { method: 'PUT', path: at(`client/v3/user/${part}/account_data/${part}`), answer: accountData },
  { method: 'POST', path: at('media/v3/upload'), answer: upload },
  {
    method: 'GET',
    path: at('client/v1/media/config'),
    answer: ({ habits }) =>
      isAuthenticated(habits) ? { json: { 'm.upload.size': habits.maxUpload } } : gone(),
  },
  {
    method: 'GET',
    path: at('media/v3/config'),
    answer: ({ habits }) => ({ json: { 'm.upload.size': habits.maxUpload } }),
  },
  {
    method: 'GET',
    path: at(`client/v1/media/download/${part}/${part}`),
    answer: (call) => (isAuthenticated(call.habits) ? download(call) : gone()),
  },
  // Frozen for new media where the authenticated one is spoken (client-server API, "Content repository").
  {
    method: 'GET',
    path: at(`media/v3/download/${part}/${part}`),
    open: true,
    answer: (call) => (isAuthenticated(call.habits) ? gone() : download(call)),
  },
];

/** Answers one request as a homeserver does. */
export async function respond(
  world: World,
  habits: Habits,
  request: EmulatedRequest,
): Promise<EmulatedAnswer> {
  try {
    const { pathname } = request.url;
    const fitting = routes.filter(({ path }) => path.test(pathname));
    if (fitting.length === 0) gone();
    const route = fitting.find(({ method }) => method === request.method);
    if (route === undefined) throw new Refusal(405, 'M_UNRECOGNIZED', 'Unrecognized request');
    const asker = route.open === true ? nobody : whoAsks(world, request);
    const found: readonly (string | undefined)[] = route.path.exec(pathname) ?? [];
    const parts = found.slice(1).map((text) => decodeURIComponent(text ?? ''));
    return await route.answer({ world, habits, request, asker, parts });
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, json: error.body };
    throw error;
  }
}
