import { randomBytes } from 'node:crypto';
import type { EmulatedAnswer } from '../http-emulator/http-emulator.ts';
import type { Call, Habits } from './call.ts';
import { Refusal } from './filter.ts';

/** `POST /_matrix/media/v3/upload`. */
export function upload(call: Call): EmulatedAnswer {
  const { world, habits, request } = call;
  if (request.body.length > habits.maxUpload)
    throw new Refusal(413, 'M_TOO_LARGE', 'Cannot upload files larger than the limit');
  const id = randomBytes(12).toString('base64url');
  world.media.set(`${world.name}/${id}`, {
    bytes: request.body,
    type: request.headers['content-type'] ?? 'application/octet-stream',
    name: request.url.searchParams.get('filename'),
  });
  return { json: { content_uri: `mxc://${world.name}/${id}` } };
}

/** The bytes of a file, with the headers that say what it is. */
export function download(call: Call): EmulatedAnswer {
  const found = call.world.media.get(call.parts.slice(0, 2).join('/'));
  if (found === undefined) throw new Refusal(404, 'M_NOT_FOUND', 'Not found');
  const disposition =
    found.name === null ? 'attachment' : `attachment; filename*=utf-8''${encodeURIComponent(found.name)}`;
  return { headers: { 'content-type': found.type, 'content-disposition': disposition }, body: found.bytes };
}

/** Whether the server gives media only to who is signed in (specification 1.11). */
export const isAuthenticated = ({ versions }: Habits): boolean => versions.includes('v1.11');
