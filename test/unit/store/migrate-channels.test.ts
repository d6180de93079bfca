import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWriter } from '#main/engine/store/driver.ts';
import { migrate, migrations } from '#main/engine/store/migrate.ts';
import { messageFacts } from '#main/engine/store/read/message-lookup.ts';
import { readDraft } from '#main/engine/store/read/draft.ts';
import type { DraftId } from '#shared/kit/brand.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

it('leaves mail from before there were other channels as it was', () => {
  const temp = makeTempDirectory('migrate-channels');
  const path = join(temp.path, 'workspace.db');
  const db = openWriter({ path, key: new Uint8Array(32).fill(5) });
  migrate(
    db,
    path,
    migrations.filter(({ number }) => number < 60),
  );
  db.exec(`
    INSERT INTO account (id, kind, label, address, settings, secrets, created_at)
      VALUES ('a', 'email', 'Help', 'help@shop.test', '{}', '{}', 1);
    INSERT INTO customer (id, name, created_at) VALUES ('c', 'Ana', 1);
    INSERT INTO conversation (num, id, rev, channel, account_id, customer_id, customer_address, subject, status, turn, first_at,
      first_id, last_at) VALUES (1, 'k', 1, 'email', 'a', 'c', 'ana@customer.test', 'Hello', 'open', 'ours', 1, 'm', 1);
    INSERT INTO message (seq, id, conversation_num, direction, channel, account_id, external_id, at, from_name, from_address,
      people, subject, snippet, has_html, seen, attachments) VALUES (64, 'm', 1, 'in', 'email', 'a', 'x@y', 1, 'Ana',
      'ana@customer.test', '{"replyTo":[],"to":[],"cc":[],"bcc":[]}', 'Hello', 'Hi', 0, 1, 1);
    INSERT INTO message_text (seq, text) VALUES (64, 'Hi');
    INSERT INTO attachment (seq, part, name, mime_type, size, inline, kind, dangerous)
      VALUES (64, '2', 'a.pdf', 'application/pdf', 5, 0, 'file', 0);
    INSERT INTO draft (id, conversation_num, account_id, mode, in_reply_to, recipients, subject, html, quote, created_at, updated_at)
      VALUES ('d', 1, 'a', 'reply', 64, '{"to":[],"cc":[],"bcc":[]}', 'Re: Hello', '<p>Dear</p>', 1, 1, 1);
  `);
  migrate(db, path);
  expect(messageFacts(db, 64)).toMatchObject({
    text: 'Hi',
    room: null,
    visibility: null,
    warning: '',
    editedAt: null,
    removedAt: null,
    receipt: null,
    reactions: [],
    attachments: [{ part: '2', name: 'a.pdf' }],
  });
  expect(db.get('SELECT remote, blob FROM attachment')).toEqual({ remote: 0, blob: null });
  expect(readDraft(db, 'd' as DraftId)).toMatchObject({
    visibility: null,
    warning: '',
    template: null,
    widest: null,
  });
  db.close();
  temp.remove();
});
