import { describe, expect, it } from 'vitest';
import { htmlToWords } from '#main/channels/mastodon/map/html-words.ts';
import { addressOf, readRecipient, roomOf, rootOf } from '#main/channels/mastodon/names.ts';
import { spentOn } from '#test/support/cpu-time.ts';

const ana = { acct: 'ana@customers.example', url: 'https://customers.example/@ana' };
const shop = { acct: 'shop', url: 'https://social.example/@shop' };

describe('the words of a status', () => {
  it('keep paragraphs and breaks', () => {
    expect(htmlToWords('<p>Hello<br />there</p><p>Where is it?</p>', [])).toBe(
      'Hello\nthere\n\nWhere is it?',
    );
  });

  it('show a shortened link whole', () => {
    const html =
      '<p>See <a href="https://www.example.com/orders/2026/11/a-very-long-page"><span class="invisible">https://www.</span>' +
      '<span class="ellipsis">example.com/orders/2026</span><span class="invisible">/11/a-very-long-page</span></a>.</p>';
    expect(htmlToWords(html, [])).toBe('See https://www.example.com/orders/2026/11/a-very-long-page.');
  });

  it('say where a link leads that shows something else', () => {
    expect(htmlToWords('<p><a href="https://evil.example/">your bank</a></p>', [])).toBe(
      'your bank (https://evil.example/)',
    );
    expect(htmlToWords('<p><a href="https://evil.example/">https://bank.example/</a></p>', [])).toContain(
      '(https://evil.example/)',
    );
    expect(htmlToWords('<p><a href="javascript:alert(1)">press</a></p>', [])).toBe('press');
  });

  it('write mentions with their server, so that two people of one name are two', () => {
    const html =
      '<p><span class="h-card"><a href="https://customers.example/@ana" class="u-url mention">@<span>ana</span></a></span> ' +
      '<a href="https://social.example/@shop" class="u-url mention">@<span>shop</span></a> hello</p>';
    expect(htmlToWords(html, [ana, shop])).toBe('@ana@customers.example @shop hello');
    expect(htmlToWords(html, [ana, shop], 'social.example')).toBe(
      '@ana@customers.example @shop@social.example hello',
    );
  });

  it('keep hashtags, emoji codes and letters of every script', () => {
    const html =
      '<p>:blobcat: <a href="https://social.example/tags/help" class="mention hashtag" rel="tag">#<span>help</span></a> שלום &amp; 你好</p>';
    expect(htmlToWords(html, [])).toBe(':blobcat: #help שלום & 你好');
  });

  it('mark quotes and lists, as other programs write them', () => {
    const html =
      '<blockquote><p>quoted</p></blockquote><ul><li>one</li><li>two</li></ul><pre><code>a\n b</code></pre>';
    expect(htmlToWords(html, [])).toBe('> quoted\n\n- one\n- two\n\na\n b');
  });

  it('leave out what is no text', () => {
    expect(
      htmlToWords('<p>a</p><script>alert(1)</script><style>p{}</style><!-- c --><img src=x onerror=y>b', []),
    ).toBe('a\n\nb');
  });

  it('take no time over hostile nesting', () => {
    for (const html of [
      '<blockquote>'.repeat(20_000),
      '<a href="'.repeat(30_000),
      `${'<b>'.repeat(40_000)}${'</x>'.repeat(40_000)}`,
      '&amp;'.repeat(60_000),
      '<a href=https://a.example/>'.repeat(10_000),
    ]) {
      expect(spentOn(() => htmlToWords(html, [ana])).cpuMs).toBeLessThan(1_000);
    }
  });
});

describe('addresses', () => {
  it('are one spelling of one account', () => {
    expect(addressOf('Shop', 'social.example')).toBe('shop@social.example');
    expect(addressOf('Ana@Customers.Example', 'social.example')).toBe('ana@customers.example');
    expect(addressOf('two words', 'social.example')).toBeNull();
    expect(addressOf('a@b@c', 'social.example')).toBeNull();
    expect(addressOf('x'.repeat(10_000), 'social.example')).toBeNull();
  });

  it('are read as people write them', () => {
    for (const typed of [
      '@ana@customers.example',
      'Ana@customers.example ',
      'https://customers.example/@ana',
    ])
      expect(readRecipient(typed)).toBe('ana@customers.example');
    expect(readRecipient('https://social.example/@ana@customers.example')).toBe('ana@customers.example');
    for (const typed of ['', 'ana', '@ana', 'ana@', 'ana @x', 'a\u0000@b.example', 'ana@b.example\r\nx'])
      expect(readRecipient(typed)).toBeNull();
  });
});

describe('rooms', () => {
  it('are one for a public thread, whoever speaks and however widely', () => {
    expect(roomOf('17', 'public', ['a@x', 'b@y'])).toBe(roomOf('17', 'private', ['c@z']));
  });

  it('are one for the same people of a direct thread, in any order', () => {
    expect(roomOf('17', 'direct', ['a@x', 'b@y'])).toBe(roomOf('17', 'direct', ['b@y', 'a@x', 'a@x']));
    expect(roomOf('17', 'direct', ['a@x', 'b@y'])).not.toBe(roomOf('17', 'direct', ['a@x', 'b@y', 'c@z']));
    expect(roomOf('17', 'direct', ['a@x', 'b@y'])).not.toBe('17');
    expect(rootOf(roomOf('17', 'direct', ['a@x']))).toBe('17');
  });
});
