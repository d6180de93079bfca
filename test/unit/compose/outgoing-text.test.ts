import { describe, expect, it } from 'vitest';
import { outgoingText } from '#main/engine/compose/outgoing-text.ts';
import { plainAsHtml, plainOf, plainToRich } from '#main/engine/compose/plain-text.ts';
import { typedWords } from '#main/engine/compose/typed-words.ts';
import { en } from '#shared/messages/en.ts';
import { createWords } from '#shared/messages/format.ts';

const words = createWords('en', en);
const original = {
  at: Date.UTC(2026, 10, 22, 9, 30),
  from: { name: 'Carol Reyes', address: 'carol@customer.test' },
  to: [{ name: '', address: 'help@shop.test' }],
  cc: [],
  subject: 'The parcel',
  text: 'Where is my parcel?\n\nCarol',
  html: null,
};

const write = (typed: string, change: Partial<Parameters<typeof outgoingText>[0]> = {}) =>
  outgoingText({ mode: 'reply', typed, plain: false, signature: '', original: null, ...change }, words);

describe('what goes out of a rich text', () => {
  it('has lists in both parts', () => {
    const { html, text } = write(
      '<p>Two things:</p><ul><li><p>first</p><ul><li><p>inner</p></li></ul></li><li><p>second</p></li></ul><ol start="3"><li><p>three</p></li><li><p>four</p></li></ol>',
    );
    expect(html).toContain('<ul><li><p>first</p><ul><li><p>inner</p></li></ul></li>');
    expect(html).toContain('<ol start="3"><li><p>three</p></li>');
    expect(text).toBe('Two things:\n\n- first\n  - inner\n- second\n\n3. three\n4. four');
  });

  it('has quotes in both parts, with a style that needs no sheet', () => {
    const { html, text } = write('<p>You asked:</p><blockquote><p>when?</p></blockquote><p>Today.</p>');
    expect(html).toMatch(/<blockquote style="[^"]*border-left[^"]*"><p>when\?<\/p><\/blockquote>/);
    expect(text).toBe('You asked:\n\n> when?\n\nToday.');
  });

  it('has code in both parts as it was typed', () => {
    const { html, text } = write(
      '<p>Run <code>npm test</code>:</p><pre><code>if (a) {\n  b();\n}</code></pre><p>Done.</p>',
    );
    expect(html).toMatch(/<code style="[^"]*monospace[^"]*">npm test<\/code>/);
    expect(html).toMatch(/<pre style="[^"]*pre-wrap[^"]*"><code>if \(a\) {\n {2}b\(\);\n}<\/code><\/pre>/);
    expect(text).toBe('Run npm test:\n\nif (a) {\n  b();\n}\n\nDone.');
  });

  it('has pictures in the HTML and their names in the text, and links with where they lead', () => {
    const { html, text } = write(
      '<p>Look: <img src="cid:one@picture.steward" alt="plan.png"> and <a href="https://shop.test/x">here</a>.</p>',
    );
    expect(html).toContain('src="cid:one@picture.steward" alt="plan.png"');
    expect(text).toBe('Look: [plan.png] and here <https://shop.test/x>.');
  });

  it('carries no script, no style of others and nothing that loads', () => {
    const { html } = write(
      '<p onclick="x()">a</p><script>x()</script><img src="https://evil.test/x.png" alt="x">',
    );
    expect(html).not.toMatch(/script|onclick|evil/);
  });
});

describe('what goes out of a plain text', () => {
  const typed = 'Hello,\n\n  two spaces, <angle> & "quotes"\n\n\n- end\n';

  it('is text alone, every space and line as it was typed', () => {
    expect(write(plainAsHtml(typed), { plain: true })).toEqual({ html: null, text: typed.trimEnd() });
  });

  it('has signature and quote below', () => {
    const { text } = write(plainAsHtml('Today.'), { plain: true, signature: 'Dana\nShop', original });
    expect(text).toMatch(/^Today\.\n\n-- \nDana\nShop\n\n.*Carol Reyes.*\n\n> Where is my parcel\?/s);
  });

  it('comes back from where it is kept as it was, and can become rich again', () => {
    for (const text of [typed, '\nfirst line empty', 'a', '   ', ''])
      expect(plainOf(plainAsHtml(text))).toBe(text);
    expect(plainToRich('a\nb\n\nc <d>')).toBe('<p>a<br>b</p><p>c &lt;d&gt;</p>');
  });
});

describe('the words that the stops look at', () => {
  it('leave quotes to those who wrote them', () => {
    const { own } = typedWords('<p>Mine</p><blockquote><p>attached</p></blockquote>', false);
    expect(own).toContain('Mine');
    expect(own).not.toContain('attached');
    expect(typedWords(plainAsHtml('> attached\nmine'), true).own).not.toContain('attached');
  });

  it('leave code alone, and look into the addresses of links', () => {
    const { said } = typedWords(
      '<p>{{a}} <code>{{b}}</code></p><pre><code>{{c}}</code></pre><p><a href="https://x.test/%7B%7Bd%7D%7D">x</a></p>',
      false,
    );
    expect(said).toContain('{{a}}');
    expect(said).not.toMatch(/\{\{[bc]\}\}/);
    expect(said).toContain('{{d}}');
  });

  it('see every variable of a plain text, which has no code', () => {
    expect(typedWords(plainAsHtml('Dear {{customer.name}}'), true).said).toContain('{{customer.name}}');
  });
});
