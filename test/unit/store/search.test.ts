import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSearch } from '#main/engine/store/read/search.ts';
import type { SearchHit } from '#shared/contract/search.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { rowsOf } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const day = 24 * 3_600_000;
const context = { now: present, timeZoneOffset: () => 0 };

let workspace: TestWorkspace;
let account: AccountId;

const file = (name: string) => ({
  part: '2',
  name,
  mimeType: 'application/pdf',
  size: 10,
  contentId: null,
  inline: false,
  kind: 'file' as const,
});

const letters: readonly Letter[] = [
  { id: 'lamp', subject: 'Broken lamp', text: 'The café lamp I bought is broken.', at: present - 9 * day },
  { id: 'chinese', subject: '订单', text: '请问我的订单号在哪里？', at: present - 8 * day },
  { id: 'japanese', subject: 'お問い合わせ', text: '日本語のテストです', at: present - 7 * day },
  { id: 'russian', subject: 'Заказ', text: 'Где мой заказ, пожалуйста?', at: present - 6 * day },
  { id: 'german', subject: 'Größe', text: 'Die Straße in München hat keine Häuser', at: present - 5 * day },
  { id: 'arabic', subject: 'طلب', text: 'أين طلبي من فضلك', at: present - 4 * day },
  {
    id: 'file',
    subject: 'Papers',
    text: 'As promised',
    parts: [file('invoice-2026.pdf')],
    at: present - 3 * day,
  },
  {
    id: 'other',
    subject: 'From Bob',
    text: 'A lamp for ana@customer.example',
    from: { name: 'Bob O’Neill', address: 'bob@elsewhere.example' },
    at: present - 2 * day,
  },
  {
    id: 'again',
    parents: ['lamp'],
    subject: 'Re: Broken lamp',
    text: 'Any news of the lamp?',
    at: present - day,
  },
];

const search = (text: string): readonly SearchHit[] =>
  runSearch(workspace.reader, text, { after: null, limit: 50 }, context).hits;
const found = (text: string): readonly string[] => search(text).map((hit) => hit.row.subject);

beforeAll(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
  workspace.ingest({ account, items: letters.map(item) });
  workspace.run('search.index', { limit: 200 });
});

afterAll(() => {
  workspace.close();
});

describe('searching', () => {
  it.each([
    ['lamp', ['Broken lamp', 'From Bob']],
    ['LAMP broken', ['Broken lamp']],
    ['cafe', ['Broken lamp']],
    ['caf', ['Broken lamp']],
    ['"lamp I bought"', ['Broken lamp']],
    ['"bought lamp"', []],
    ['lamp -bought -bob ', ['Broken lamp']],
    ['lamp from:bob ', ['From Bob']],
    ['from:ana lamp', ['Broken lamp']],
    ['from:elsewhere', ['From Bob']],
    ['from:bob@elsewhere.example', ['From Bob']],
    ["o'neill", ['From Bob']],
    ['to:support lamp', ['Broken lamp', 'From Bob']],
    ['to:bob', []],
    ['subject:lamp', ['Broken lamp']],
    ['订单', ['订单']],
    ['单号', ['订单']],
    ['日本', ['お問い合わせ']],
    ['заказ', ['Заказ']],
    ['strasse', []],
    ['straße', ['Größe']],
    ['munchen', ['Größe']],
    ['طلب', ['طلب']],
    ['invoice', ['Papers']],
    ['has:attachment', ['Papers']],
    ['has:attachment lamp', []],
    ['lamp before:2026-01-10', ['Broken lamp']],
    ['lamp after:2026-01-10', ['Broken lamp', 'From Bob']],
    ['lamp in:support', ['Broken lamp', 'From Bob']],
    ['lamp in:inbox', ['Broken lamp', 'From Bob']],
    ['lamp in:sent', []],
    ['lamp in:done', []],
    ['-lamp has:attachment', ['Papers']],
    ['nothinglikeit', []],
    ['', []],
  ])('%s finds %j', (text, subjects) => {
    expect(found(text)).toEqual(subjects);
  });

  it('shows a conversation once, by its newest match, and why', () => {
    const [hit] = search('lamp');
    expect(hit).toMatchObject({ at: present - day, where: 'text' });
    expect(hit?.excerpt.filter((segment) => segment.match).map((segment) => segment.text)).toEqual(['lamp']);
    expect(search('invoice')[0]?.where).toBe('attachment');
    expect(search('from:bob')[0]?.where).toBe('people');
    expect(search('has:attachment')[0]?.where).toBe('filter');
    expect(search('papers')[0]?.where).toBe('subject');
  });

  it('goes on where a page ended, and shows no conversation twice', () => {
    const pages: string[] = [];
    let after: string | null = null;
    do {
      const page = runSearch(workspace.reader, 'lamp', { after, limit: 1 }, context);
      pages.push(...page.hits.map((hit) => hit.row.subject));
      after = page.next;
    } while (after !== null);
    expect(pages).toEqual(['Broken lamp', 'From Bob']);
  });

  it('takes operators, quotes, half characters and injections for words', () => {
    for (const text of [
      'lamp AND NOT OR NEAR( "',
      'NEAR("lamp" "broken", 2)',
      'text : lamp',
      '{text subject}:lamp',
      "'; DROP TABLE message; --",
      'lamp" OR "x',
      '^lamp',
      'lamp + broken',
      '\u{d800}lamp',
      'lamp\u{0}',
      '%_\\',
      '(((((',
      '"".."" **',
      'a:b:c:"d',
      '{5+}\r\nA1 LOGOUT',
    ]) {
      expect(() => search(text)).not.toThrow();
    }
    expect(rowsOf(workspace)).toHaveLength(8);
    expect(found('NEAR(')).toEqual([]);
  });

  it('says how far the index is behind', () => {
    workspace.ingest({ account, items: [item({ id: 'fresh', text: 'zebra' })], stream: 'Sent', more: true });
    expect(runSearch(workspace.reader, 'zebra', { after: null, limit: 10 }, context)).toMatchObject({
      hits: [],
      notYetIndexed: 1,
    });
    workspace.run('search.index', { limit: 10 });
    expect(runSearch(workspace.reader, 'zebra', { after: null, limit: 10 }, context)).toMatchObject({
      notYetIndexed: 0,
    });
    expect(found('zebra')).toHaveLength(1);
  });

  it('shows the best match first where that is asked for: a subject counts for more than a text, a rare word for more than a common one', () => {
    const best = (text: string): readonly string[] =>
      runSearch(workspace.reader, text, { after: null, limit: 50, order: 'best' }, context).hits.map(
        (hit) => hit.row.subject,
      );
    workspace.ingest({
      account,
      stream: 'Sent',
      items: [
        item({ id: 'news', subject: 'News', text: 'A parcel, and a quokka', at: present - 3_000 }),
        item({ id: 'parcel', subject: 'Parcel', text: 'It is late', at: present - 2 * day }),
        item({ id: 'long', subject: 'Long', text: `parcel ${'and so on '.repeat(50)}`, at: present - 1_000 }),
      ],
    });
    workspace.run('search.index', { limit: 10 });
    expect(found('parcel')).toEqual(['Long', 'News', 'Parcel']);
    expect(best('parcel')).toEqual(['Parcel', 'News', 'Long']);
    expect(best('parcel -quokka ')).toEqual(['Parcel', 'Long']);
    // Without words there is nothing to compare.
    expect(best('has:attachment')).toEqual(found('has:attachment'));
    expect(
      runSearch(workspace.reader, 'parcel', { after: null, limit: 1, order: 'best' }, context).ranked,
    ).toBe(null);
  });
});
