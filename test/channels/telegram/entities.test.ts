import { describe, expect, it } from 'vitest';
import { entitiesOf } from '#main/channels/telegram/say/entities.ts';

const shown = (html: string): readonly string[] => {
  const { text, entities } = entitiesOf(html);
  return [
    text,
    ...entities.map(({ type, offset, length, url }) =>
      [type, text.slice(offset, offset + length), ...(url === undefined ? [] : [url])].join('|'),
    ),
  ];
};

describe('the composer’s formatting on Telegram', () => {
  it.each([
    ['<p>Hello <strong>you</strong> there</p>', ['Hello you there', 'bold|you']],
    ['<p>🙂 <em>soon</em></p>', ['🙂 soon', 'italic|soon']],
    ['<p>👩‍👩‍👧 <s>no</s> <u>yes</u></p>', ['👩‍👩‍👧 no yes', 'strikethrough|no', 'underline|yes']],
    ['<p><strong><em>both</em></strong></p>', ['both', 'italic|both', 'bold|both']],
    ['<p>One</p><p>Two<br>three</p>', ['One\n\nTwo\nthree']],
    ['<p>run <code>a &lt; b &amp;&amp; c</code></p>', ['run a < b && c', 'code|a < b && c']],
    ['<pre><code>a\n  b</code></pre><p>c</p>', ['a\n  b\n\nc', 'pre|a\n  b']],
    ['<p>a</p><blockquote><p>b</p><p>c</p></blockquote><p>d</p>', ['a\n\nb\n\nc\n\nd', 'blockquote|b\n\nc']],
    ['<ul><li><p>a</p></li><li><p><b>b</b></p></li></ul><p>c</p>', ['• a\n• b\n\nc', 'bold|b']],
    [
      '<ol start="3"><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ol>',
      ['3. a\n  • b\n4. c'],
    ],
    ['<p>see <a href="https://a.example/x">here</a></p>', ['see here', 'text_link|here|https://a.example/x']],
    ['<p><a href="https://a.example">https://a.example</a></p>', ['https://a.example']],
    ['<p><a href="javascript:alert(1)">x</a> <a href="mailto:a@b.example">y</a></p>', ['x y']],
    ['<p><b> a </b>b</p>', ['a b', 'bold|a']],
    ['<p><b></b><i> </i></p>', ['']],
    ['<b>not closed', ['not closed', 'bold|not closed']],
    ['<blockquote><blockquote><p>a</p></blockquote></blockquote>', ['a', 'blockquote|a']],
    ['<p><code>a <b>b</b></code></p>', ['a b', 'code|a b']],
    ['plain &amp; simple', ['plain & simple']],
  ])('maps %s', (html, expected) => {
    expect(shown(html)).toEqual(expected);
  });

  it('names no more stretches than Telegram takes', () => {
    expect(entitiesOf('<b>a</b> b '.repeat(300)).entities).toHaveLength(100);
  });

  it('stays within the text whatever is opened and closed', () => {
    for (const html of ['</b></p></ul>', '<ul><b></ul>a</b>', '<p>\n\n <b>\n</b> </p>', '<li>a', '<a>b</a>'])
      for (const { offset, length } of entitiesOf(html).entities) {
        expect(length).toBeGreaterThan(0);
        expect(offset + length).toBeLessThanOrEqual(entitiesOf(html).text.length);
      }
  });
});
