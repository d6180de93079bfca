import type { RemoteFile } from '../kit/channel.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import type { BotApi } from './api/bot-api.ts';
import { filePlace } from './api/shapes.ts';
import { filesIn } from './map/files.ts';
import { saidIn } from './map/said-in.ts';
import { readEnvelope } from './updates/update-item.ts';

/** What the server says of a file it will not give to bots, of more than 20 MB (core.telegram.org/bots/api#getfile). */
const tooBig = /too big/i;

/**
 * Fetches a file by its id; the path that leads to it is good for an hour, so it is asked for every time. Null when Telegram no longer has it;
 * a ChannelError `quota`, with Telegram's words where it has some, when it is too large.
 */
export async function fetchFile(
  api: BotApi,
  file: RemoteFile,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const envelope = readEnvelope(file.source);
  const said = envelope === null ? null : saidIn(envelope.update);
  const wanted = said === null ? undefined : filesIn(said.message).find(({ part }) => part === file.part);
  if (wanted === undefined) return null;
  for (let turn = 1; ; turn += 1) {
    const place = await whereIs(api, wanted.id, signal);
    if (place === null) return null;
    if ((place.file_size ?? 0) > maxBytes) throw new ChannelError(failure('quota', 'telegram'));
    const bytes =
      place.file_path === undefined ? null : await api.download(place.file_path, maxBytes, signal);
    if (bytes !== null || turn === 2) return bytes;
  }
}

async function whereIs(
  api: BotApi,
  id: string,
  signal: AbortSignal,
): Promise<{ readonly file_path?: string | undefined; readonly file_size?: number | undefined } | null> {
  try {
    return await api.call('getFile', filePlace, { file_id: id }, signal);
  } catch (error) {
    if (!(error instanceof ChannelError) || error.failure.kind !== 'protocol') throw error;
    const { said, where } = error.failure;
    if (said !== null && tooBig.test(said)) throw new ChannelError(failure('quota', where, { said }), error);
    // "wrong file_id or the file is temporarily unavailable", and whatever else 400 says of one file.
    return null;
  }
}
