import type { Clock } from '#shared/kit/ports.ts';
import { isLoopback } from '../../kit/endpoint.ts';
import { HttpClient } from '../../kit/http/http-client.ts';
import type { OutgoingFile } from '../../kit/outgoing.ts';
import { ns } from '../names.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { attributeOf, childOf, element, elementsOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { StanzaError } from '../stream/failures.ts';

/** Where the server takes files (XEP-0363), and up to how many bytes; null for no limit it tells of. */
export type UploadService = { readonly jid: string; readonly maxBytes: number | null };

/** What became of an upload: the address to tell, or why there is none. */
export type Uploaded =
  | { readonly kind: 'uploaded'; readonly url: string }
  | { readonly kind: 'refused'; readonly said: string; readonly code: string }
  | { readonly kind: 'later'; readonly said: string; readonly afterMs: number | null };

const mostItems = 30;
/** Ten minutes: a large file over a slow line. */
const uploadMs = 600_000;
/** The only headers a service may ask for (XEP-0363 section 5). */
const allowedHeaders: readonly string[] = ['authorization', 'cookie', 'expires'];

async function infoOf(connection: XmppConnection, jid: string, signal: AbortSignal): Promise<Element | null> {
  try {
    const answer = await connection.request('get', element('query', ns.info), signal, jid);
    return childOf(answer, 'query', ns.info) ?? null;
  } catch (error) {
    if (error instanceof StanzaError) return null;
    throw error;
  }
}

const offers = (info: Element, feature: string): boolean =>
  elementsOf(info).some((child) => child.name === 'feature' && attributeOf(child, 'var') === feature);

function limitIn(info: Element): number | null {
  const forms = elementsOf(info).filter((child) => child.name === 'x' && child.ns === ns.form);
  for (const form of forms) {
    const fields = elementsOf(form);
    const value = (name: string): string =>
      textIn(
        childOf(
          fields.find((field) => attributeOf(field, 'var') === name),
          'value',
          ns.form,
        ),
      ).trim();
    if (value('FORM_TYPE') !== ns.upload) continue;
    const size = Number(value('max-file-size'));
    if (Number.isSafeInteger(size) && size > 0) return size;
  }
  return null;
}

/** Asks the server for its upload service: itself, or one of the parts it names (XEP-0030). Null when it has none. */
export async function findUpload(
  connection: XmppConnection,
  domain: string,
  signal: AbortSignal,
): Promise<UploadService | null> {
  const names = [domain];
  try {
    const answer = await connection.request('get', element('query', ns.items), signal, domain);
    const items = elementsOf(childOf(answer, 'query', ns.items) ?? element('query', ns.items));
    names.push(...items.flatMap((item) => attributeOf(item, 'jid') ?? []).slice(0, mostItems));
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
  }
  for (const jid of names) {
    const info = await infoOf(connection, jid, signal);
    if (info !== null && offers(info, ns.upload)) return { jid, maxBytes: limitIn(info) };
  }
  return null;
}

const secureUrl = (written: string | null): URL | null => {
  const url = written !== null && URL.canParse(written) ? new URL(written) : null;
  if (url?.username !== '' || url.password !== '') return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)) ? url : null;
};

/** The headers that a slot asks for, as far as they may be sent: three names, and nothing that could end a line. */
export function slotHeaders(put: Element): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const header of elementsOf(put)) {
    const name = (attributeOf(header, 'name') ?? '').toLowerCase();
    const value = textIn(header);
    // A line break would let a server add a header of its own choice (XEP-0363 section 12).
    if (header.name === 'header' && allowedHeaders.includes(name) && /^[\x20-\x7e]*$/.test(value))
      headers[name] = value;
  }
  return headers;
}

const fileName = (name: string): string => name.replaceAll(/[\p{Cc}/\\]+/gu, '_').slice(0, 200) || 'file';

/** Asks for a place and puts the file there. Nothing is said to the customer yet, so that it may be done again. */
export async function uploadFile(
  connection: XmppConnection,
  service: UploadService,
  file: OutgoingFile,
  clock: Clock,
  signal: AbortSignal,
): Promise<Uploaded> {
  const request = element('request', ns.upload, {
    filename: fileName(file.name),
    size: String(file.bytes.byteLength),
    'content-type': file.mimeType,
  });
  let slot: Element | undefined;
  try {
    slot = childOf(await connection.request('get', request, signal, service.jid), 'slot', ns.upload);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    const said = error.said ?? error.condition;
    return error.type === 'wait'
      ? { kind: 'later', said, afterMs: null }
      : { kind: 'refused', said, code: error.condition };
  }
  const put = childOf(slot, 'put', ns.upload);
  const to = secureUrl(attributeOf(put, 'url'));
  const from = secureUrl(attributeOf(childOf(slot, 'get', ns.upload), 'url'));
  if (put === undefined || to === null || from === null)
    return { kind: 'refused', said: service.jid, code: 'insecure-slot' };
  const client = new HttpClient({ base: new URL(to.origin), clock });
  const outcome = await client.say(
    {
      method: 'PUT',
      path: to,
      headers: { ...slotHeaders(put), 'content-type': file.mimeType },
      body: new Uint8Array(file.bytes),
      ms: uploadMs,
    },
    signal,
  );
  signal.throwIfAborted();
  if (outcome.kind !== 'answered')
    return {
      kind: 'later',
      said: outcome.kind === 'unknown' ? outcome.said : outcome.error.message,
      afterMs: null,
    };
  const { status } = outcome.answer;
  if (status >= 200 && status <= 299) return { kind: 'uploaded', url: from.href };
  const said = `HTTP ${String(status)}`;
  return status === 429 || status >= 500
    ? { kind: 'later', said, afterMs: null }
    : { kind: 'refused', said, code: said };
}
