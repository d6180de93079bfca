import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Draft, DraftAttachment } from '#shared/contract/compose.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { DraftId } from '#shared/kit/brand.ts';
import { changeMode, goThrough, startDraft } from '../compose/draft-start.ts';
import { plainAsHtml, plainOf, plainToRich } from '../compose/plain-text.ts';
import { sendDraft } from '../compose/send-draft.ts';
import { sendStops } from '../compose/send-stops.ts';
import { capabilitiesOf, draftWays, shownDraft } from '../compose/way-out.ts';
import type { MessageSources } from '../message-source.ts';
import { sendingAccount } from '../store/read/colleague-account.ts';
import { draftFiles, readDraft } from '../store/read/draft.ts';
import { outboxRows } from '../store/read/outbox.ts';
import { rasterImage } from '#shared/domain/picture/raster-image.ts';
import type { Workspace } from '../workspace.ts';

type ComposeCalls = Extract<keyof Handlers, `draft.${string}` | `outbox.${string}`>;

type AttachRefusal =
  | { readonly kind: 'draft-gone' }
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limit: number };

/** Whether so many more bytes may be attached. */
const roomFor = (workspace: Workspace, id: DraftId, more: number): Result<null, AttachRefusal> => {
  const draft = readDraft(workspace.db, id);
  if (draft === null) return fail({ kind: 'draft-gone' });
  const account = draft.account === null ? null : sendingAccount(workspace.db, draft.account);
  if (account === null) return ok(null);
  const limit = capabilitiesOf(workspace, account).maxAttachmentBytes;
  const bytes = draft.attachments.reduce((sum, file) => sum + file.size, more);
  return bytes > limit ? fail({ kind: 'too-large', bytes, limit }) : ok(null);
};

/** Types by extension for what people attach most; everything else is plain bytes. */
const typesByExtension: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  txt: 'text/plain',
  csv: 'text/csv',
  zip: 'application/zip',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  ics: 'text/calendar',
  eml: 'message/rfc822',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
};

const typeOf = (name: string): string =>
  typesByExtension[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';

const attachPaths = async (
  workspace: Workspace,
  id: DraftId,
  paths: readonly string[],
): Promise<Result<{ readonly attachments: readonly DraftAttachment[] }, AttachRefusal>> => {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const room = roomFor(
    workspace,
    id,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  if (!room.ok) return room;
  const attachments: DraftAttachment[] = [];
  for (const path of paths) {
    const name = safeFileName(basename(path));
    const bytes = new Uint8Array(await readFile(path));
    const file = { id, name, mimeType: typeOf(name), contentId: null, inline: false, forwarded: null, bytes };
    const attached = await workspace.writer.run('draft.attach', file);
    if (!attached.ok) return attached;
    attachments.push(attached.value);
  }
  return ok({ attachments });
};

/** Handlers for drafts and the outbox. */
export const composeHandlers = (
  workspace: Workspace,
  sources: MessageSources,
): Pick<Handlers, ComposeCalls> => {
  const { writer } = workspace;
  const shown = <Refusal>(result: Result<Draft, Refusal>): Result<Draft, Refusal> =>
    result.ok ? ok(shownDraft(workspace, result.value)) : result;
  return {
    'draft.start': async (input) => shown(await startDraft(workspace, sources, input)),
    'draft.ways': ({ id }) => draftWays(workspace, id),
    'draft.through': async (input) => shown(await goThrough(workspace, input)),
    'draft.get': ({ id }) => {
      const draft = readDraft(workspace.db, id);
      return draft === null ? fail({ kind: 'draft-gone' }) : shown(ok(draft));
    },
    'draft.save': (input) => writer.run('draft.save', input),
    'draft.mode': async (input) => shown(await changeMode(workspace, sources, input)),
    'draft.discard': (input) => writer.run('draft.discard', input),
    'draft.attach': async ({ id, name, mimeType, inline, bytes }) => {
      const room = roomFor(workspace, id, bytes.byteLength);
      if (!room.ok) return room;
      // A picture inside the text is what its bytes say it is.
      const image = inline ? rasterImage(bytes) : null;
      return writer.run('draft.attach', {
        id,
        name: safeFileName(name),
        mimeType: image?.mimeType ?? mimeType,
        contentId: null,
        inline: image !== null,
        forwarded: null,
        bytes: new Uint8Array(bytes),
      });
    },
    'draft.attachFiles': async ({ id }) => {
      const paths = await workspace.shell.chooseFiles();
      return attachPaths(workspace, id, paths);
    },
    'draft.detach': (input) => writer.run('draft.detach', input),
    'draft.picture': ({ id, attachment }) => {
      const file = draftFiles(workspace.db, id).find((one) => one.id === attachment);
      const bytes = file === undefined ? null : workspace.vault.read(file.blob);
      const image = bytes === null ? null : rasterImage(bytes);
      if (bytes === null || image === null) return fail({ kind: 'draft-gone' });
      return ok({ mimeType: image.mimeType, bytes });
    },
    'draft.plain': async ({ id, plain }) => {
      const draft = readDraft(workspace.db, id);
      if (draft === null) return fail({ kind: 'draft-gone' });
      if (draft.plain === plain) return shown(ok(draft));
      const text = plainOf(draft.html);
      const html = plain ? plainAsHtml(text) : plainToRich(text);
      return shown(await writer.run('draft.plain', { id, plain, html }));
    },
    'draft.check': ({ id }) => {
      const draft = readDraft(workspace.db, id);
      return draft === null ? fail({ kind: 'draft-gone' }) : ok({ stops: sendStops(workspace, draft) });
    },
    'draft.send': (input) => sendDraft(workspace, sources, input),
    'outbox.plan': (input) => writer.run('outbox.plan', input),
    'outbox.undo': (input) => writer.run('outbox.undo', input),
    'outbox.list': () => ok({ rows: outboxRows(workspace.db) }),
    'outbox.retry': (input) => writer.run('outbox.retry', input),
    'outbox.settle': (input) => writer.run('outbox.settle', input),
  };
};
