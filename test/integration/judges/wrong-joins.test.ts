import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountId } from '#shared/kit/brand.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import type { LetterOptions } from '#test/support/mailbox-generator/letter.ts';
import { makeWorkspace } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';
import { ourAddress, parsed } from './our-threads.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 5, 9);

let workspace: TestWorkspace;
let account: AccountId;
let count: number;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount(ourAddress);
  count = 0;
  // An empty first import: from here on everything is live mail.
  workspace.ingest({ account, own: [ourAddress], items: [] });
  workspace.ingest({ account, own: [ourAddress], items: [], stream: 'Sent', role: 'sent' });
});

afterEach(() => {
  workspace.close();
});

type Place = 'INBOX' | 'Sent';

/** A mail comes in, as bytes; later ones are written later. Gives its place in the list of all mails. */
const arrives = (options: LetterOptions, place: Place = 'INBOX'): number => {
  const index = count;
  count += 1;
  const raw = letter({
    to: ourAddress,
    date: new Date(start + index * minute),
    text: `Words ${String(index)}`,
    messageId: `<mail${String(index)}@any.test>`,
    ...options,
  });
  const item = parsed(raw, index, place === 'Sent' ? 'sent' : 'inbox');
  workspace.ingest({
    account,
    own: [ourAddress],
    items: [item],
    stream: place,
    role: place === 'Sent' ? 'sent' : 'inbox',
    next: { at: index },
  });
  return index;
};

const ana = 'Ana Pereira <ana@customer.test>';
const mallory = 'Mallory <mallory@elsewhere.test>';
const firstMail = (options: LetterOptions = {}): number =>
  arrives({ from: ana, subject: 'Broken lamp', messageId: '<first@customer.test>', ...options });
const answering = { inReplyTo: '<first@customer.test>', references: ['<first@customer.test>'] };

type Row = {
  readonly num: number;
  readonly oddities: string;
  readonly customer: string;
  readonly subject: string;
};

/** How a mail stands in the inbox: its conversation, and what is shown beside it. */
const standing = (index: number): Row => {
  const row = workspace.reader.get<Row>(
    `SELECT c.num, m.oddities, c.customer_address AS customer, c.subject
     FROM location l JOIN message m ON m.seq = l.seq JOIN conversation c ON c.num = m.conversation_num
     WHERE l.item = ?`,
    [String(index)],
  );
  if (row === undefined) throw new Error(`mail ${String(index)} is not there`);
  return row;
};

const together = (...mails: readonly number[]): boolean =>
  new Set(mails.map((index) => standing(index).num)).size === 1;

const isStranger = (index: number): boolean => standing(index).oddities.includes('"stranger"');

describe('a subject alone', () => {
  it.each(['Invoice', 'Re: Invoice', 'Re:', '(no subject)', '', 'AW: Rechnung', 'Fwd: Invoice [#4711]'])(
    'never joins the mail of another sender: "%s"',
    (subject) => {
      const one = arrives({ from: ana, subject });
      const other = arrives({ from: mallory, subject });
      const third = arrives({ from: mallory, subject: `Re: ${subject}` });
      expect([together(one, other), together(one, third)]).toEqual([false, false]);
    },
  );

  it.each(['Re:', '(no subject)', 'Re: (no subject)', 'Re: ok'])(
    'joins nothing of one sender where it says nothing: "%s"',
    (subject) => {
      expect(together(arrives({ from: ana, subject }), arrives({ from: ana, subject }))).toBe(false);
    },
  );

  it('joins no two mails of one sender that are no answers: each new invoice is a new matter', () => {
    expect(
      together(arrives({ from: ana, subject: 'Invoice' }), arrives({ from: ana, subject: 'Invoice' })),
    ).toBe(false);
  });

  it('joins an answer without headers to the same people within days, and no later', () => {
    const first = firstMail();
    const soon = arrives({ from: ana, subject: 'Re: Broken lamp' });
    const late = arrives({
      from: ana,
      subject: 'Re: Broken lamp',
      date: new Date(Date.UTC(2026, 0, 5) - 60 * 86_400_000),
    });
    expect([together(first, soon), together(first, late)]).toEqual([true, false]);
  });

  it('joins nothing when one more person is written to', () => {
    const first = firstMail();
    expect(together(first, arrives({ from: ana, cc: mallory, subject: 'Re: Broken lamp' }))).toBe(false);
  });

  it.each(['Re: Broken lamp [#12345]', 'Ticket #12345', 'Broken lamp (case 12345)'])(
    'joins nothing by a ticket number that a stranger quotes: "%s"',
    (subject) => {
      const first = firstMail({ subject: 'Broken lamp [#12345]', text: 'My ticket is #12345' });
      expect(together(first, arrives({ from: mallory, subject, text: 'About ticket #12345' }))).toBe(false);
    },
  );
});

describe('a stranger who forges what is answered', () => {
  it('is shown as a stranger and takes nothing over', () => {
    const first = firstMail();
    const forged = arrives({ from: mallory, subject: 'Re: Broken lamp', ...answering });
    expect(together(first, forged)).toBe(true);
    expect(isStranger(forged)).toBe(true);
    expect(standing(first)).toMatchObject({ customer: 'ana@customer.test', subject: 'Broken lamp' });
  });

  it('stays one with the second mail', () => {
    firstMail();
    arrives({ from: mallory, subject: 'Re: Broken lamp', ...answering });
    expect(isStranger(arrives({ from: mallory, subject: 'Re: Broken lamp', ...answering }))).toBe(true);
  });

  it('stays one when their first mail names them as a recipient', () => {
    firstMail();
    arrives({ from: 'x@elsewhere.test', cc: mallory, subject: 'Re: Broken lamp', ...answering });
    expect(isStranger(arrives({ from: mallory, subject: 'Re: Broken lamp', ...answering }))).toBe(true);
  });

  it('does not become the customer by writing an earlier date', () => {
    const first = firstMail();
    const date = new Date(Date.UTC(2020, 0, 1));
    const forged = arrives({ from: mallory, subject: 'Pay here', date, ...answering });
    expect(isStranger(forged)).toBe(true);
    expect(standing(first)).toMatchObject({ customer: 'ana@customer.test', subject: 'Broken lamp' });
  });

  it('is shown beside the real one, and as a stranger, when they reuse a Message-ID', () => {
    const first = firstMail();
    const forged = arrives({ from: mallory, subject: 'Broken lamp', messageId: '<first@customer.test>' });
    expect(standing(first).oddities).toBe('[]');
    expect(isStranger(forged)).toBe(true);
  });

  it('cannot make one conversation of their own and another by naming both', () => {
    const first = firstMail();
    const date = new Date(Date.UTC(2020, 0, 1));
    const own = arrives({ from: mallory, subject: 'Hello', date, messageId: '<own@elsewhere.test>' });
    const tying = arrives({
      from: mallory,
      subject: 'Re: Hello',
      inReplyTo: '<own@elsewhere.test>',
      references: ['<first@customer.test>', '<own@elsewhere.test>'],
    });
    expect([together(own, tying), together(first, own)]).toEqual([true, false]);
    expect(standing(first)).toMatchObject({ customer: 'ana@customer.test', subject: 'Broken lamp' });
  });

  it('joins one conversation at most when they name two of others', () => {
    const first = firstMail();
    const second = arrives({
      from: 'Ben <ben@other.test>',
      subject: 'Late',
      messageId: '<second@other.test>',
    });
    const tying = arrives({
      from: mallory,
      subject: 'Re: Late',
      references: ['<first@customer.test>', '<second@other.test>'],
    });
    expect(together(first, second)).toBe(false);
    expect(isStranger(tying)).toBe(true);
  });

  it('is no longer one once the customer names them', () => {
    firstMail();
    arrives({ from: ana, cc: mallory, subject: 'Re: Broken lamp', ...answering });
    expect(isStranger(arrives({ from: mallory, subject: 'Re: Broken lamp', ...answering }))).toBe(false);
  });
});

describe('References that are too many or badly written', () => {
  const others = (from: number, to: number): readonly string[] =>
    Array.from({ length: to - from }, (_, at) => `<other${String(from + at)}@list.test>`);

  it('join by their nearest and leave few names when there are 10,000', () => {
    const first = firstMail();
    const references = [...others(0, 10_000), '<first@customer.test>'];
    const many = arrives({ from: ana, subject: 'Re: Broken lamp', references });
    expect(together(first, many)).toBe(true);
    const names = workspace.reader.get<{ n: number }>('SELECT count(*) AS n FROM thread_name');
    expect(names?.n).toBeLessThan(50);
  });

  it('do not join by one that is buried among 10,000', () => {
    const first = firstMail();
    const references = [...others(0, 5_000), '<first@customer.test>', ...others(5_000, 10_000)];
    expect(together(first, arrives({ from: ana, subject: 'About all that', references }))).toBe(false);
  });

  it.each([
    ['folded after every id', ['<a@b.test>\r\n\t\r\n <first@customer.test>']],
    ['with comments around', ['(the first) <first@customer.test> (see (there))']],
    ['with commas', ['<a@b.test>,<first@customer.test>,']],
    ['without blanks', ['<a@b.test><first@customer.test><c@d.test>']],
    ['without brackets', ['first@customer.test']],
  ])('still join: %s', (_, references) => {
    const first = firstMail();
    expect(together(first, arrives({ from: ana, subject: 'Something else', references }))).toBe(true);
  });

  it('do not join by an id inside a comment', () => {
    const first = firstMail();
    const references = ['(like <first@customer.test>) <own@elsewhere.test>'];
    expect(together(first, arrives({ from: mallory, subject: 'Something else', references }))).toBe(false);
  });

  it('do not join by an address that In-Reply-To names beside the id', () => {
    const quoting = (id: string): LetterOptions => ({
      subject: `About ${id}`,
      inReplyTo: `Message from Shop <help@shop.test> of "Mon, 5 Jan 2026" <${id}@shop.test>`,
    });
    const one = arrives({ from: ana, ...quoting('one') });
    const other = arrives({ from: mallory, ...quoting('other') });
    expect(together(one, other)).toBe(false);
  });

  it('do not join strangers by an id that a broken program gives to everything', () => {
    const first = firstMail({ messageId: '<null@localhost>' });
    const references = ['<null@localhost>'];
    expect(together(first, arrives({ from: mallory, subject: 'Something else', references }))).toBe(false);
  });
});

describe('an answer that a colleague wrote outside the product', () => {
  it('joins by In-Reply-To alone, from the Sent folder', () => {
    const first = firstMail();
    const reply = arrives(
      {
        from: ourAddress,
        to: ana,
        subject: 'About your lamp',
        messageId: '<outlook@shop.test>',
        inReplyTo: '<first@customer.test>',
      },
      'Sent',
    );
    const thanks = arrives({ from: ana, subject: 'Thanks', inReplyTo: '<outlook@shop.test>' });
    expect(together(first, reply, thanks)).toBe(true);
    expect([isStranger(reply), isStranger(thanks)]).toEqual([false, false]);
  });

  it('joins from an address of their own, whether it or what answers it comes first', () => {
    const first = firstMail({ cc: 'Bo <bo@shop.test>' });
    const thanks = arrives({ from: ana, subject: 'Thanks', inReplyTo: '<bo1@shop.test>' });
    const reply = arrives({
      from: 'Bo <bo@shop.test>',
      to: ana,
      cc: ourAddress,
      subject: 'Your lamp',
      messageId: '<bo1@shop.test>',
      inReplyTo: '<first@customer.test>',
    });
    expect(together(first, thanks, reply)).toBe(true);
    expect(isStranger(reply)).toBe(false);
  });
});
