import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/**
 * Writes a file that is there whole or not at all: under another name beside its place, on the disk before it takes its
 * own. What a kill leaves has the ending `.part`. Only the person here can read it. Throws what the disk says.
 */
export const writeWhole = async <Value>(
  path: string,
  write: (out: Writable) => Promise<Value>,
): Promise<Value> => {
  const unfinished = `${path}.${randomBytes(4).toString('hex')}.part`;
  const out = createWriteStream(unfinished, { flags: 'wx', mode: 0o600 });
  try {
    const ended = finished(out);
    // Whoever writes hears of it by the stream; without this a full disk would be nobody's.
    ended.catch(() => undefined);
    const value = await write(out);
    if (!out.writableEnded) out.end();
    await ended;
    const file = await open(unfinished, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    return value;
  } catch (error) {
    out.destroy();
    await rm(unfinished, { force: true });
    throw error;
  }
};
