import { join } from 'node:path';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { openReader } from '#main/engine/store/driver.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { ConversationId, OutboxId } from '#shared/kit/brand.ts';
import { editOf } from '../engine.ts';
import type { TestEngine } from '../engine.ts';
import { eventually } from '../eventually.ts';
import type { MailServer } from '../mail-server/mail-server.ts';
import type { TakenMessage } from '../scripted-smtp/scripted-smtp.ts';
import { keyHex, workspaceOf } from './truth.ts';

/** A mail on its way. */
export type Sent = { readonly outbox: OutboxId; readonly conversation: ConversationId };

/** Writes a new mail and clicks send, without a window for undoing. */
export async function clickSend(
  engine: TestEngine,
  to: readonly string[],
  words: { readonly subject?: string; readonly html?: string; readonly fileBytes?: number } = {},
): Promise<Sent> {
  const { accounts } = await engine.ask('account.list', {});
  const account = accounts[0]?.id;
  if (account === undefined) throw new Error('no account to send from');
  const draft = await engine.ask('draft.start', { conversation: null, message: null, mode: 'new', account });
  await engine.ask('draft.save', {
    id: draft.id,
    edit: editOf(draft, {
      to: to.map((address) => ({ name: '', address })),
      subject: words.subject ?? 'Your parcel',
      html: words.html ?? '<p>It arrives <b>today</b>.</p>',
    }),
  });
  if (words.fileBytes !== undefined && words.fileBytes > 0) {
    const bytes = new Uint8Array(words.fileBytes).map((_, place) => (place * 7919) % 251);
    await engine.ask('draft.attach', {
      ...{ id: draft.id, name: 'parcel.bin', mimeType: 'application/octet-stream', inline: false, bytes },
    });
  }
  return engine.ask('draft.send', { id: draft.id, seenRev: null, resolve: false, now: true });
}

/** What the database of a workspace that another process has open says, in one row. */
export function peek(workspaceDir: string, sql: string): Readonly<Record<string, unknown>> | undefined {
  const keys = deriveKeys(Buffer.from(keyHex, 'hex'));
  const db = openReader({ path: join(workspaceDir, workspaceFiles.database), key: keys.database });
  try {
    return db.get(sql);
  } finally {
    db.close();
  }
}

/** Waits until nothing is on its way any more: sent and filed, or left to a person. */
export const outboxAtRest = (engine: TestEngine, withinMs = 300_000): Promise<unknown> =>
  eventually(
    () => {
      const rows = workspaceOf(engine).db.all<{ state: string; filed: number }>(
        `SELECT state, filed, failure, attempts FROM outbox
         WHERE state NOT IN ('sent', 'failed', 'unknown', 'withdrawn') OR (sent_at IS NOT NULL AND filed = 0)`,
      );
      if (rows.length > 0) throw new Error(JSON.stringify(rows));
      return true;
    },
    { message: 'nothing is on its way any more', withinMs, everyMs: 100 },
  );

/** Where a mail is in the end: how many copies each recipient holds, and how many lie in Sent. */
export async function copiesOf(
  server: MailServer,
  user: string,
  recipients: readonly string[],
): Promise<{ readonly received: readonly number[]; readonly sent: number }> {
  const received: number[] = [];
  for (const recipient of recipients) received.push((await server.messages(recipient, 'INBOX')).length);
  return { received, sent: (await server.messages(user, 'Sent')).length };
}

/** Every final dot of one sender that a server has read. */
export const wireOf = (server: MailServer, user: string): readonly TakenMessage[] =>
  server
    .scriptedSmtp()
    .taken()
    .filter((message) => message.sender === user);
