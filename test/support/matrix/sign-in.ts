import { randomBytes } from 'node:crypto';
import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import { objectIn, textIn, unauthorised } from './call.ts';
import type { Call, Json } from './call.ts';
import { Refusal } from './filter.ts';
import type { Asker } from './sync.ts';
import { isRecord } from './world.ts';
import type { World } from './world.ts';

const given = (call: Call, user: string, device: string): Json => {
  const { world, habits } = call;
  for (const token of world.tokens.values())
    if (token.user === user && token.device === device) token.state = 'gone';
  const accessToken = `syt_${randomBytes(16).toString('base64url')}`;
  const expiresAt = habits.tokenLife === null ? null : world.now() + habits.tokenLife;
  world.tokens.set(accessToken, { user, device, expiresAt, state: 'good' });
  if (habits.tokenLife === null) return { access_token: accessToken };
  const refreshToken = `syr_${randomBytes(16).toString('base64url')}`;
  world.refreshTokens.set(refreshToken, { token: accessToken, used: false });
  return { access_token: accessToken, refresh_token: refreshToken, expires_in_ms: habits.tokenLife };
};

/** `POST /login` with a password. */
export function login(call: Call): EmulatedAnswer {
  const said = objectIn(call);
  if (textIn(said, 'type') !== 'm.login.password') throw new Refusal(400, 'M_UNKNOWN', 'Unknown login type');
  const { identifier } = said;
  if (!isRecord(identifier) || identifier['type'] !== 'm.id.user')
    throw new Refusal(400, 'M_UNKNOWN', 'Unknown login identifier type');
  const typed = textIn(identifier, 'user');
  const user = typed.startsWith('@') ? typed : `@${typed}:${call.world.name}`;
  const person = call.world.people.get(user);
  if (person?.password !== textIn(said, 'password'))
    throw new Refusal(403, 'M_FORBIDDEN', 'Invalid username or password');
  const asked = said['device_id'];
  const device = typeof asked === 'string' ? asked : randomBytes(5).toString('hex').toUpperCase();
  const tokens = given(call, user, device);
  const { refresh_token: refreshToken, ...plain } = tokens;
  // Refresh tokens are only for those who say that they know them.
  if (said['refresh_token'] !== true)
    return { json: { user_id: user, device_id: device, access_token: plain['access_token'] } };
  return {
    json: {
      user_id: user,
      device_id: device,
      ...plain,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    },
  };
}

/** `POST /refresh`: a refresh token is good once. */
export function refresh(call: Call): EmulatedAnswer {
  const { world } = call;
  const known = world.refreshTokens.get(textIn(objectIn(call), 'refresh_token'));
  const token = known === undefined ? undefined : world.tokens.get(known.token);
  if (known === undefined || token === undefined || known.used || token.state === 'gone')
    throw unauthorised('M_UNKNOWN_TOKEN', 'refresh token unknown or already used', {
      soft_logout: token?.state === 'soft',
    });
  known.used = true;
  return { json: given(call, token.user, token.device) };
}

/** Who asks what everybody may. */
export const nobody: Asker = { user: '', device: '' };

/** Who a request comes from, by its bearer token; others are refused with 401. */
export function whoAsks(world: World, request: EmulatedRequest): Asker {
  const [, text] = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  if (text === undefined) throw unauthorised('M_MISSING_TOKEN', 'Missing access token');
  const token = world.tokens.get(text);
  if (token?.state !== 'good')
    throw unauthorised('M_UNKNOWN_TOKEN', 'Invalid access token passed.', {
      soft_logout: token?.state === 'soft',
    });
  if (token.expiresAt !== null && token.expiresAt < world.now())
    throw unauthorised('M_UNKNOWN_TOKEN', 'Access token has expired', { soft_logout: true });
  return { user: token.user, device: token.device };
}
