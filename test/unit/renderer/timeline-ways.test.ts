import { describe, expect, it } from 'vitest';
import type { MessageItem, TimelineRow } from '#renderer/features/conversation/model/expanded.ts';
import { withWays } from '#renderer/features/conversation/model/ways.ts';
import type { MessageId } from '#shared/kit/brand.ts';

const message = (id: string, channel: string, direction: 'in' | 'out' = 'in'): MessageItem => ({
  kind: 'message',
  id: id as MessageId,
  direction,
  channel,
  account: null,
  at: 0,
  from: { name: 'Ana', address: direction === 'in' ? `ana@${channel}` : 'us' },
  replyTo: [],
  to: [{ name: '', address: direction === 'in' ? 'us' : `ana@${channel}` }],
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
  delivery: null,
});
const row = (item: MessageItem): TimelineRow => ({ kind: 'item', item });

describe('a conversation that goes several ways', () => {
  it('says where it goes on by another channel, and with which address', () => {
    const rows = [row(message('1', 'chat')), row(message('2', 'email', 'out')), row(message('3', 'email'))];
    expect(
      withWays(rows).map((one) =>
        one.kind === 'way' ? `${one.channel} ${one.other?.address ?? ''}` : 'message',
      ),
    ).toEqual(['message', 'email ana@email', 'message', 'message']);
  });

  it('knows what went on inside a folded run', () => {
    const folded: TimelineRow = {
      kind: 'folded',
      key: 'x',
      items: [message('2', 'chat'), message('3', 'email')],
    };
    const rows = [row(message('1', 'chat')), folded, row(message('4', 'email')), row(message('5', 'chat'))];
    expect(withWays(rows).map(({ kind }) => kind)).toEqual(['item', 'folded', 'item', 'way', 'item']);
  });

  it('says nothing where there is one way', () => {
    const rows = [row(message('1', 'email')), row(message('2', 'email'))];
    expect(withWays(rows)).toBe(rows);
  });
});
