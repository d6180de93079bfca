import type { Message, TelegramFile } from '../api/shapes.ts';

/** A file of a message. `id` leads to its bytes (getFile). */
type MessageFile = {
  readonly part: string;
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes; 0 where Telegram does not say. */
  readonly size: number;
};

const longestName = 255;
const typeForm = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

const tidy = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName);

/** The same picture comes in several sizes. */
const largest = (sizes: readonly TelegramFile[] | undefined): TelegramFile | undefined =>
  [...(sizes ?? [])]
    .sort((a, b) => (a.width ?? 0) * (a.height ?? 0) - (b.width ?? 0) * (b.height ?? 0))
    .at(-1);

/** The files of a message: Telegram has at most one in each, and albums are several messages. */
export function filesIn(message: Message): readonly MessageFile[] {
  const { audio } = message;
  const title = [audio?.performer, audio?.title]
    .filter((word) => word !== undefined && word !== '')
    .join(' - ');
  const candidates: readonly (readonly [TelegramFile | undefined, string, string])[] = [
    [largest(message.photo ?? message.live_photo?.photo), 'photo.jpg', 'image/jpeg'],
    // An animation is told as a document too, for programs that do not know it.
    [message.animation, 'animation.mp4', 'video/mp4'],
    [message.video, 'video.mp4', 'video/mp4'],
    [message.video_note, 'video.mp4', 'video/mp4'],
    [message.voice, 'voice.ogg', 'audio/ogg'],
    [audio, title === '' ? 'audio.mp3' : `${title}.mp3`, 'audio/mpeg'],
    [message.document, 'file', 'application/octet-stream'],
  ];
  const found = candidates.find(([file]) => file !== undefined);
  if (found === undefined) return [];
  const [file, usualName, usualType] = found;
  if (file === undefined) return [];
  const mimeType = file.mime_type ?? usualType;
  return [
    {
      part: '1',
      id: file.file_id,
      name: tidy(file.file_name ?? '') || tidy(usualName),
      mimeType: typeForm.test(mimeType) ? mimeType.toLowerCase() : 'application/octet-stream',
      size: Math.max(0, Math.floor(file.file_size ?? 0)),
    },
  ];
}
