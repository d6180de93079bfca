import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAbout, listBack, listConversations } from '#main/engine/store/read/conversation-list.ts';
import { viewerOf } from '#main/engine/store/read/members.ts';
import type { ConversationPage, ListQuery, View } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const minute = 60_000;
const many = 1_200;

let workspace: TestWorkspace;

const queryOf = (view: View): ListQuery => ({ view, account: null });
const idsOf = (page: ConversationPage): readonly ConversationId[] => page.rows.map(({ id }) => id);

const forwards = (query: ListQuery, limit: number): readonly ConversationId[] => {
  const ids: ConversationId[] = [];
  let after: string | null = null;
  do {
    const page = listConversations(workspace.reader, query, viewerOf(workspace.reader), after, limit);
    ids.push(...idsOf(page));
    after = page.next;
  } while (after !== null);
  return ids;
};

const backwards = (query: ListQuery, limit: number): readonly string[] => {
  const ids: string[] = [];
  let until: string | null = null;
  do {
    const page = listBack(workspace.reader, query, viewerOf(workspace.reader), until, limit);
    ids.unshift(...idsOf(page));
    until = page.after;
  } while (until !== null);
  return ids;
};

beforeAll(() => {
  workspace = makeWorkspace();
  const account = workspace.addAccount('support@shop.example');
  // Most came in one busy week and the rest over a year: time alone says little about places. Some came at one moment.
  const at = (n: number): number => present - (n < 900 ? Math.floor(n / 3) * 10 : n * 400) * minute;
  workspace.ingest({
    account,
    items: Array.from({ length: many }, (_, n) =>
      item({
        id: `m${String(n)}`,
        at: at(n),
        from: { name: '', address: `c${String(n)}@customer.example` },
        subject: `Matter ${String(n)}`,
      }),
    ),
  });
  const ids = forwards(queryOf('all'), 200);
  workspace.run('conversation.snooze', {
    ids: ids.filter((_, n) => n % 40 === 7),
    until: present + 60 * minute,
  });
});
afterAll(() => {
  workspace.close();
});

describe('a page of a list', () => {
  it.each(['all', 'my-turn', 'inbox', 'snoozed', 'done', 'member'] as const)(
    'of %s is the same from the end backwards as from the top',
    (view) => {
      const query = queryOf(view);
      expect(backwards(query, 70)).toEqual(forwards(query, 90));
    },
  );

  it('ends where the one that leads to it begins', () => {
    const viewer = viewerOf(workspace.reader);
    const query = queryOf('all');
    const first = listConversations(workspace.reader, query, viewer, null, 50);
    const second = listConversations(workspace.reader, query, viewer, first.next, 50);
    expect(listBack(workspace.reader, query, viewer, second.after, 50)).toEqual(first);
  });

  it.each([0, 0.1, 0.5, 0.75, 0.9, 1])(
    'about a share of %d of a queue begins near it, whatever the times are',
    (share) => {
      const ids = forwards(queryOf('my-turn'), 200);
      const page = listAbout(workspace.reader, queryOf('my-turn'), viewerOf(workspace.reader), share, 10);
      const place = ids.findIndex((id) => id === page.rows[0]?.id);
      expect(page.rows.length).toBeGreaterThan(0);
      expect(Math.abs(place / ids.length - share)).toBeLessThan(0.03);
    },
  );

  it('about the middle of an empty queue is empty', () => {
    const page = listAbout(workspace.reader, queryOf('drafts'), viewerOf(workspace.reader), 0.5, 10);
    expect(page).toEqual({ rows: [], after: null, next: null });
  });
});
