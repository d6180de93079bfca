import type { RemoteFile } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { HttpAnswer } from '../kit/http/http-client.ts';
import { versionsAnswer } from './api/answers.ts';
import { pathOf } from './api/homeserver.ts';
import type { Homeserver } from './api/homeserver.ts';
import { filePart, mediaOf } from './map/file.ts';
import { decodeItem } from './map/raw-item.ts';

/** A large file on a slow line, and a server that fetches it from another one first. */
const patienceMs = 300_000;

type Version = { readonly major: number; readonly minor: number };

const versionIn = (text: string): Version | null => {
  const [, major, minor] = /^v(\d{1,4})\.(\d{1,4})$/.exec(text) ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
};

/** What the server speaks, as far as we ask. */
export type Spoken = {
  /** Whether it speaks the API with versions `v1.x`; older ones lack what we need. */
  readonly current: boolean;
  /** Whether media are only given to who is signed in (specification 1.11). */
  readonly authenticatedMedia: boolean;
};

/** Asks which versions of the specification the server speaks. */
export async function spokenBy(server: Homeserver, signal: AbortSignal): Promise<Spoken> {
  const request = { method: 'GET', path: '_matrix/client/versions' } as const;
  const { versions, unstable_features } = await server.need(request, versionsAnswer, signal);
  const known = versions.map(versionIn).filter((version) => version !== null);
  return {
    current: known.some(({ major }) => major >= 1),
    authenticatedMedia:
      known.some(({ major, minor }) => major > 1 || (major === 1 && minor >= 11)) ||
      unstable_features['org.matrix.msc3916.stable'] === true,
  };
}

/** Downloads the file of a message; null when it is gone, a ChannelError `quota` when it is over `maxBytes`. */
export async function downloadFile(
  server: Homeserver,
  spoken: () => Promise<Spoken>,
  file: RemoteFile,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const raw = decodeItem(file.source);
  const media = raw?.steward === 'matrix-event' && file.part === filePart ? mediaOf(raw.event) : null;
  if (media === null) return null;
  const { authenticatedMedia } = await spoken();
  const old = (): Promise<HttpAnswer> =>
    download(server, pathOf('_matrix/media/v3/download', media.server, media.media), maxBytes, signal);
  const fresh = (): Promise<HttpAnswer> =>
    download(server, pathOf('_matrix/client/v1/media/download', media.server, media.media), maxBytes, signal);
  const answer = authenticatedMedia ? await fresh() : await old();
  if (answer.status === 200) return answer.bytes;
  if (answer.status === 404 || answer.status === 410 || answer.status === 403) return null;
  throw server.refusal(answer);
}

async function download(
  server: Homeserver,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const answer = await server.ask({ method: 'GET', path, ms: patienceMs, maxBytes }, signal);
  const location = answer.headers.get('location');
  if (![307, 308].includes(answer.status) || location === null) return answer;
  // Content may lie with a network of caches (client-server API, "Content repository"); our token stays at home.
  const target = new URL(location, server.settings.base);
  if (target.protocol !== 'https:' && target.origin !== server.settings.base.origin)
    throw new ChannelError(failure('protocol', server.settings.base.host));
  return server.ask({ method: 'GET', path: target, ms: patienceMs, maxBytes }, signal);
}
