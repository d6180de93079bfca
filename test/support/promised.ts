import type { Workspace } from '#main/engine/workspace.ts';
import type { AccountId, ConversationId } from '#shared/kit/brand.ts';
import type { TestEngine } from './engine.ts';
import { item } from './store/letters.ts';

/**
 * Fills a workspace with conversations of as many customers, each with one promise that is due at `dueAt` (ms UTC), on
 * an account that pulls nothing.
 */
export async function promiseMany(
  { engine, workspace }: { readonly engine: TestEngine; readonly workspace: Workspace },
  count: number,
  dueAt: number,
): Promise<readonly ConversationId[]> {
  const { writer, clock, ids } = workspace;
  const added = await writer.run('account.add', {
    account: {
      kind: 'email',
      label: 'Many',
      address: 'many@shop.example',
      senderName: '',
      settings: {},
      secrets: { kind: 'none' },
    },
    streams: [{ name: 'INBOX', label: 'INBOX', role: 'inbox', chosen: true }],
  });
  const account: AccountId = added.ok ? added.value.id : added.failure.id;
  await writer.run('account.pause', { id: account, paused: true });
  await writer.run('ingest.batch', {
    account,
    channel: 'email',
    stream: 'INBOX',
    role: 'inbox',
    own: ['many@shop.example'],
    items: Array.from({ length: count }, (_, n) =>
      item({
        id: `many-${String(n)}-${ids.next()}`,
        at: clock.now() - n,
        from: { name: `Customer ${String(n)}`, address: `customer-${String(n)}@customer.example` },
        subject: `Matter ${String(n)}`,
      }),
    ),
    changes: [],
    continues: false,
    followed: false,
    next: { at: 1 },
    more: false,
    onServer: null,
    remaining: null,
    gap: null,
  });
  const conversations = workspace.db.all<{ id: ConversationId }>(
    'SELECT id FROM conversation WHERE account_id = ? ORDER BY num',
    [account],
  );
  for (const { id } of conversations) {
    await engine.ask('follow-up.promise', {
      conversation: id,
      followUp: { dueAt, ifNoReply: false, every: null, why: '' },
    });
  }
  return conversations.map(({ id }) => id);
}
