import type { OutgoingFile } from '../../kit/outgoing.ts';
import type { Said } from './compose.ts';

/** An event to be sent and the id under which sending it twice is sending it once. */
export type Saying = { readonly transaction: string; readonly content: Readonly<Record<string, unknown>> };

/** A file that the server has, with its `mxc://` address. */
export type Uploaded = { readonly file: OutgoingFile; readonly uri: string };

/** How what is said hangs together with what is answered; `thread` is the first event of its thread, if it is in one. */
export type Answering = {
  readonly event: string;
  readonly sender: string | null;
  readonly thread: string | null;
};

const fileKind = ({ mimeType }: OutgoingFile): string => {
  const [kind] = mimeType.split('/', 1);
  return kind === 'image' || kind === 'video' || kind === 'audio' ? `m.${kind}` : 'm.file';
};

const words = ({ body, formatted }: Said): Readonly<Record<string, unknown>> => ({
  body,
  ...(formatted === null ? {} : { format: 'org.matrix.custom.html', formatted_body: formatted }),
});

const fileContent = ({ file, uri }: Uploaded, caption: Readonly<Record<string, unknown>> | null) => ({
  msgtype: fileKind(file),
  ...(caption ?? { body: file.name }),
  filename: file.name,
  url: uri,
  info: { mimetype: file.mimeType, size: file.bytes.byteLength },
});

/** How an answer names what it answers; in a thread it stays there (client-server API, "Rich replies", "Threading"). */
function relation(answering: Answering | null): Readonly<Record<string, unknown>> {
  if (answering === null) return { 'm.mentions': {} };
  const { event, sender, thread } = answering;
  return {
    'm.relates_to': {
      ...(thread === null ? {} : { rel_type: 'm.thread', event_id: thread, is_falling_back: false }),
      'm.in_reply_to': { event_id: event },
    },
    'm.mentions': sender === null ? {} : { user_ids: [sender] },
  };
}

const transactionOf = (clientId: string, at: number): string =>
  at === 0 ? clientId : `${clientId}.${String(at)}`;

/** The ids of all events that {@link sayings} makes of so many files. */
export function transactionsOf({ body }: Said, files: number, clientId: string): readonly string[] {
  const count = files === 1 || body.trim() === '' ? Math.max(files, 1) : files + 1;
  return Array.from({ length: count }, (_, at) => transactionOf(clientId, at));
}

/**
 * The events that say it: words alone, one file with the words under it (`filename` beside `body`), or words and then each file. The first
 * carries our own id, the others the same with a number.
 */
export function sayings(
  said: Said,
  uploaded: readonly Uploaded[],
  clientId: string,
  answering: Answering | null,
): readonly Saying[] {
  const hasWords = said.body.trim() !== '';
  const [only] = uploaded;
  const related = relation(answering);
  const contents: readonly Readonly<Record<string, unknown>>[] =
    only !== undefined && (uploaded.length === 1 || !hasWords)
      ? [
          { ...fileContent(only, hasWords ? words(said) : null), ...related },
          ...uploaded.slice(1).map((one) => fileContent(one, null)),
        ]
      : [{ msgtype: 'm.text', ...words(said), ...related }, ...uploaded.map((one) => fileContent(one, null))];
  return contents.map((content, at) => ({
    transaction: transactionOf(clientId, at),
    content: { 'm.mentions': {}, ...content },
  }));
}
