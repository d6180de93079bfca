import { rename, rm, writeFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Output } from '#shared/contract/contract.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { isDangerousFile } from '#shared/domain/file-name/dangerous-file.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';
import { managed } from '#shared/domain/policy/policy.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { MessageSources, SourceRefusal } from '../message-source.ts';
import type { PartBytes } from '../parser/parser.ts';
import { blocksFiles, isBlockedFile } from '../policy/rules.ts';
import { findMessage, messageText, trustsImages, versionsOf } from '../store/read/message-lookup.ts';
import { attachmentsOf } from '../store/read/message-row.ts';
import { listQuarantine, quarantineSource } from '../store/read/quarantine.ts';
import { rasterImage } from '#shared/domain/picture/raster-image.ts';
import { fetchRemoteImages } from '../web/remote-images.ts';
import type { Workspace } from '../workspace.ts';

type MessageCalls =
  | 'message.body'
  | 'message.inlinePart'
  | 'message.remoteImages'
  | 'message.trustImages'
  | 'message.source'
  | 'message.versions'
  | 'attachment.save'
  | 'attachment.open'
  | 'link.open'
  | 'quarantine.list'
  | 'quarantine.source';

/** What the page shows of a source at most. */
const shownSourceBytes = 1024 * 1024;
/** The largest picture inside a message that the page is given. */
const inlineBytes = 10 * 1024 * 1024;

/** Where the header of a mail ends: at the first empty line, whatever ends its lines. */
const headEnd = (bytes: Buffer): number => {
  const ends = ['\r\n\r\n', '\n\n', '\r\r'].map((mark) => bytes.indexOf(mark)).filter((at) => at !== -1);
  return Math.min(bytes.byteLength, ...ends);
};

/** A source as it is shown: where `headOnly`, without the files that are written below its header. */
const sourceText = (bytes: Uint8Array, headOnly: boolean): Output<'message.source'> => {
  const begin = Buffer.from(bytes.subarray(0, shownSourceBytes));
  const shown = headOnly ? begin.subarray(0, headEnd(begin)) : begin;
  const utf8 = shown.toString('utf8');
  return {
    text: utf8.includes('\ufffd') ? shown.toString('latin1') : utf8,
    truncated: !headOnly && bytes.byteLength > shownSourceBytes,
    withheld: headOnly,
  };
};

/** Whether the source of a message holds a file that is blocked here. */
const holdsBlocked = ({ db, policy }: Workspace, seq: number): boolean =>
  attachmentsOf(db, seq).some((file) => isBlockedFile(policy, safeFileName(file.name)));

/** The bytes of one part, from what is kept here and, failing that, from the server. */
const readPart = async (
  workspace: Workspace,
  sources: MessageSources,
  id: MessageId,
  part: string,
): Promise<Result<PartBytes, SourceRefusal>> => {
  const found = await sources.whole(id);
  if (!found.ok) return found;
  const { message, bytes } = found.value;
  const decoded = await workspace.parser.part(message.channel, bytes, part);
  return decoded === null ? sources.remoteFile(message, part, bytes) : ok(decoded);
};

/** The name an attachment is shown with; the part's own where the list does not have it. */
const nameOf = (workspace: Workspace, id: MessageId, part: string, otherwise: string): string => {
  const message = findMessage(workspace.db, id);
  const listed = message === undefined ? [] : attachmentsOf(workspace.db, message.seq);
  return listed.find((file) => file.part === part)?.name ?? otherwise;
};

/** Files opened from here lie in a folder of their own that only this person can read; it goes when the engine ends. */
export class OpenedFiles {
  #folder: Promise<string> | null = null;

  async write(name: string, bytes: Uint8Array): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'steward-opened-'));
    const own = await mkdtemp(join(await this.#folder, 'file-'));
    const path = join(own, name);
    await writeFile(path, bytes, { mode: 0o600, flag: 'wx' });
    return path;
  }

  async remove(): Promise<void> {
    const folder = this.#folder;
    if (folder === null) return;
    this.#folder = null;
    await rm(await folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether pictures of a sender may be shown without asking each time. */
const mayTrustImages = ({ policy }: Workspace): boolean =>
  (policy.values.remoteImages ?? 'sender') === 'sender';

const blocked = ({ policy }: Workspace, name: string) =>
  ({ kind: 'attachment-blocked', name, by: policy.values.managedBy ?? 'none' }) as const;

/** A file that may be given out, under a name that is safe. */
const readFileFor = async (workspace: Workspace, sources: MessageSources, id: MessageId, part: string) => {
  const found = await readPart(workspace, sources, id, part);
  if (!found.ok) return found;
  const { bytes, mimeType } = found.value;
  const name = safeFileName(nameOf(workspace, id, part, found.value.name));
  return isBlockedFile(workspace.policy, name)
    ? fail(blocked(workspace, name))
    : ok({ name, bytes, mimeType });
};

const saveTo = async (workspace: Workspace, path: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  // Beside its place and then into it: never half of it there, and never through a link that somebody has put there.
  const beside = join(dirname(path), `.${workspace.ids.next()}.part`);
  try {
    await writeFile(beside, bytes, { mode: 0o600, flag: 'wx' });
    // A stick's file system has no room for the mark; browsers save there without it as well.
    await workspace.shell.markFromInternet(beside).catch((error: unknown) => {
      workspace.log.fault('mark of the internet', error);
    });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
};

/** Handlers for bodies, pictures, sources and files of messages. */
export const messageHandlers = (
  workspace: Workspace,
  sources: MessageSources,
  opened: OpenedFiles,
): Pick<Handlers, MessageCalls> => ({
  'message.body': async ({ id }) => {
    const message = findMessage(workspace.db, id);
    if (message === undefined) return fail({ kind: 'message-gone' });
    const remoteImagesTrusted =
      mayTrustImages(workspace) && trustsImages(workspace.db, message.channel, message.authenticated_from);
    const stored = messageText(workspace.db, message.seq);
    const text = stored?.text ?? '';
    if (message.has_html === 0 || (stored !== undefined && stored.html !== null)) {
      return ok({ text, html: stored?.html ?? null, inline: [], remoteImagesTrusted });
    }
    const found = await sources.whole(id);
    // The beginning of a large mail usually holds its words: better than nothing while offline.
    const usable = found.ok ? found : sources.kept(id);
    // Damage on this computer's disk is said, whatever words were kept beside it.
    if (!usable.ok && usable.failure.kind === 'source-unavailable' && usable.failure.reason === 'damaged')
      return usable;
    if (!usable.ok) return text === '' ? usable : ok({ text, html: null, inline: [], remoteImagesTrusted });
    const body = await workspace.parser.body(message.channel, usable.value.bytes);
    if (body === null) return ok({ text, html: null, inline: [], remoteImagesTrusted });
    return ok({ ...body, text: body.text === '' ? text : body.text, remoteImagesTrusted });
  },

  'message.inlinePart': async ({ id, part }) => {
    const found = await readPart(workspace, sources, id, part);
    if (!found.ok) return found;
    const { bytes } = found.value;
    const image = bytes.byteLength > inlineBytes ? null : rasterImage(bytes);
    return image === null ? fail({ kind: 'not-an-image' }) : ok({ mimeType: image.mimeType, bytes });
  },

  'message.remoteImages': async ({ id, urls }) => {
    if (findMessage(workspace.db, id) === undefined) return fail({ kind: 'message-gone' });
    if (workspace.policy.values.remoteImages === 'never')
      return fail(managed(workspace.policy, 'remoteImages'));
    return ok({ images: await fetchRemoteImages(urls, workspace.images) });
  },

  'message.trustImages': async ({ id, trust }) => {
    const message = findMessage(workspace.db, id);
    if (message === undefined) return fail({ kind: 'message-gone' });
    if (trust && !mayTrustImages(workspace)) return fail(managed(workspace.policy, 'remoteImages'));
    if (message.authenticated_from === null) return fail({ kind: 'sender-not-authenticated' });
    const { channel, authenticated_from: address } = message;
    await workspace.writer.run('images.trust', { channel, address, trust });
    return ok(null);
  },

  'message.source': async ({ id }) => {
    const found = await sources.whole(id);
    if (!found.ok) return found;
    const { message, bytes } = found.value;
    return ok(sourceText(bytes, holdsBlocked(workspace, message.seq)));
  },

  'message.versions': ({ id }) => {
    const message = findMessage(workspace.db, id);
    if (message === undefined) return fail({ kind: 'message-gone' });
    return ok({ versions: versionsOf(workspace.db, message.seq) });
  },

  'attachment.save': async ({ id, part }) => {
    const file = await readFileFor(workspace, sources, id, part);
    if (!file.ok) return file;
    const path = await workspace.shell.chooseSavePath(file.value.name);
    if (path === null) return ok({ kind: 'cancelled' });
    await saveTo(workspace, path, file.value.bytes);
    return ok({ kind: 'saved', name: basename(path) });
  },

  'attachment.open': async ({ id, part }) => {
    const file = await readFileFor(workspace, sources, id, part);
    if (!file.ok) return file;
    const { name, bytes, mimeType } = file.value;
    if (isDangerousFile(name, mimeType)) return fail({ kind: 'attachment-dangerous', name });
    const path = await opened.write(name, bytes);
    await workspace.shell.markFromInternet(path);
    await workspace.shell.openFile(path);
    return ok(null);
  },

  'link.open': async ({ url }) => {
    const scheme = URL.canParse(url) ? new URL(url).protocol.replace(':', '') : '';
    if (!['http', 'https', 'mailto'].includes(scheme)) return fail({ kind: 'link-refused', scheme });
    await workspace.shell.openBrowser(new URL(url).href);
    return ok(null);
  },

  'quarantine.list': ({ after, limit }) => ok(listQuarantine(workspace.db, after, limit)),

  'quarantine.source': ({ id }) => {
    const row = quarantineSource(workspace.db, id);
    if (row === undefined || row.source === null) return fail({ kind: 'message-gone' });
    const bytes = sources.unmapped(row.source);
    // What nobody could read has no list of its files.
    return bytes.ok ? ok(sourceText(bytes.value, blocksFiles(workspace.policy))) : bytes;
  },
});
