import { describe, expect, it } from 'vitest';
import { expandNew, foldRuns } from '#renderer/features/conversation/model/expanded.ts';
import type { MessageItem } from '#renderer/features/conversation/model/expanded.ts';
import type { MessageId } from '#shared/kit/brand.ts';

const message = (id: string, change: Partial<MessageItem> = {}): MessageItem => ({
  kind: 'message',
  delivery: null,
  id: id as MessageId,
  direction: 'in',
  channel: 'test',
  account: null,
  at: 0,
  from: { name: '', address: '' },
  replyTo: [],
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  snippet: '',
  text: '',
  hasHtml: false,
  seen: true,
  automatic: null,
  oddities: [],
  attachments: [],
  invitation: null,
  room: null,
  visibility: null,
  warning: '',
  permalink: null,
  editedAt: null,
  removedAt: null,
  receipt: null,
  reactions: [],
  ...change,
});
const many = (count: number) => Array.from({ length: count }, (_, index) => message(`m${index}`));
const open = (expanded: ReadonlyMap<string, boolean>) =>
  [...expanded].filter(([, is]) => is).map(([id]) => id);

describe('the messages of a conversation', () => {
  it('are open when they are the newest, unread, or wait for a decision', () => {
    const items = [
      message('old'),
      message('unread', { seen: false }),
      message('failed', {
        delivery: {
          kind: 'failed',
          outbox: null,
          at: 0,
          reason: { kind: 'rejected', said: null, recipient: null },
        },
      }),
      message('read'),
      message('newest'),
    ];
    expect(open(expandNew(new Map(), items))).toEqual(['unread', 'failed', 'newest']);
  });

  it('stay as the agent left them when more arrive', () => {
    const before = expandNew(new Map(), many(3));
    const closed = new Map(before).set('m2' as MessageId, false);
    const after = expandNew(closed, [...many(3), message('new', { seen: false })]);
    expect(open(after)).toEqual(['new']);
    expect(expandNew(after, many(3))).toBe(after);
  });

  it('of a long past stand behind one line, which opens', () => {
    const items = many(40);
    const expanded = expandNew(new Map(), items);
    const rows = foldRuns(items, expanded, new Set());
    expect(rows.map((row) => (row.kind === 'item' ? row.item.id : row.items.length))).toEqual([
      'm0',
      37,
      'm38',
      'm39',
    ]);
    expect(foldRuns(items, expanded, new Set(['m0']))).toHaveLength(40);
  });

  it('of a short past all have their line', () => {
    const items = many(6);
    expect(foldRuns(items, expandNew(new Map(), items), new Set())).toHaveLength(6);
  });
});
