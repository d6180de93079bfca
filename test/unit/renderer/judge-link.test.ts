import { describe, expect, it } from 'vitest';
import { judgeLink } from '#renderer/features/conversation/model/judge-link.ts';
import { readableHost } from '#renderer/features/conversation/model/punycode.ts';

const kindsOf = (href: string, shown: string): readonly string[] => {
  const judged = judgeLink(href, shown);
  return judged.kind === 'refused' ? ['refused'] : judged.warnings.map(({ kind }) => kind);
};

describe('a link of a message', () => {
  it('is shown with the host it leads to and the part of it that somebody registered', () => {
    expect(judgeLink('https://login.shop.example.co.uk/a?b=c', 'Sign in')).toEqual({
      kind: 'web',
      url: 'https://login.shop.example.co.uk/a?b=c',
      host: 'login.shop.example.co.uk',
      rawHost: 'login.shop.example.co.uk',
      domain: 'example.co.uk',
      warnings: [],
    });
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>1</script>',
    'vbscript:msgbox(1)',
    'file:///C:/Windows/System32/calc.exe',
    'file://server/share',
    'smb://server/share',
    '\\\\server\\share',
    'ms-msdt:/id PCWDiagnostic',
    'ms-officecmd:{}',
    'search-ms:query=x&crumb=location:\\\\evil',
    'ftp://ftp.example.org/',
    'blob:https://example.org/1',
    'about:blank',
    'steward:open',
    'mailbox:///x',
    'tel:+123',
    'https://',
    'no address',
    '',
  ])('is refused unless it is http, https or mailto: %s', (href) => {
    expect(judgeLink(href, 'x').kind).toBe('refused');
  });

  it('is refused when it is longer than the engine takes', () => {
    expect(judgeLink(`https://example.org/${'a'.repeat(9_000)}`, 'x').kind).toBe('refused');
  });

  it('names the scheme that was refused', () => {
    expect(judgeLink('javascript:alert(1)', '')).toEqual({ kind: 'refused', scheme: 'javascript' });
  });

  it.each([
    ['https://evil.example.net/', 'https://bank.com/login'],
    ['https://evil.example.net/', 'www.bank.com'],
    ['https://evil.example.net/', 'Go to bank.com now'],
    ['https://bank.com.evil.net/', 'bank.com'],
    ['https://evil.net/bank.com', 'https://bank.com/'],
    ['https://evil.net/', 'bank\u200b.com'],
    ['https://user.github.io/', 'https://other.github.io'],
  ])('that says another host than it leads to is warned about: %s shown as %s', (href, shown) => {
    expect(kindsOf(href, shown)).toContain('shown-elsewhere');
  });

  it.each([
    ['https://www.bank.com/login', 'bank.com'],
    ['https://login.bank.com/', 'https://www.bank.com'],
    ['https://bank.com/', 'See report.pdf and read.me'],
    ['https://bank.com/', 'Node.js 24'],
    ['https://bank.com/', 'Click here'],
    ['https://bank.com/', '12.50 and 3.14'],
  ])('that does not is left alone: %s shown as %s', (href, shown) => {
    expect(kindsOf(href, shown)).toEqual([]);
  });

  it('is warned about for a name before the host, a bare number, an odd port and a missing lock', () => {
    expect(kindsOf('https://bank.com@evil.net/', 'x')).toContain('name-before-host');
    expect(kindsOf('https://192.0.2.7/', 'x')).toContain('number-address');
    expect(kindsOf('https://0xc0000207/', 'x')).toContain('number-address');
    expect(kindsOf('https://[2001:db8::1]/', 'x')).toContain('number-address');
    expect(kindsOf('https://example.org:8443/', 'x')).toContain('unusual-port');
    expect(kindsOf('http://example.org/', 'x')).toContain('not-encrypted');
  });

  it('with letters beyond ASCII is shown as read and as sent', () => {
    const judged = judgeLink('https://xn--bcher-kva.example/', 'x');
    expect(judged).toMatchObject({ host: 'bücher.example', rawHost: 'xn--bcher-kva.example' });
    expect(kindsOf('https://bücher.example/', 'x')).toEqual(['foreign-letters']);
    expect(kindsOf('https://pаypal.com/', 'x')).toEqual(['mixed-script']);
  });

  it('to a mail address shows the address, and warns when the text shows another', () => {
    expect(judgeLink('mailto:ann@example.org?subject=Hi', 'Write to ann@example.org')).toMatchObject({
      kind: 'mail',
      addresses: ['ann@example.org'],
      warnings: [],
    });
    expect(kindsOf('mailto:eve@evil.net', 'ann@example.org')).toEqual(['shown-elsewhere']);
  });

  it('is judged quickly, however its text is made', () => {
    for (const shown of ['a.'.repeat(100_000), `${'a-'.repeat(50_000)}.com`, '@'.repeat(100_000)])
      expect(judgeLink('https://example.org/', shown).kind).toBe('web');
  });
});

describe('a host name', () => {
  it.each([
    ['xn--mnchen-3ya.de', 'münchen.de'],
    ['xn--fsq.xn--0zwm56d', '例.测试'],
    ['xn--80ak6aa92e.com', 'аррӏе.com'],
    ['xn--maana-pta.com', 'mañana.com'],
    ['example.org', 'example.org'],
    ['xn--', 'xn--'],
    ['xn--999999999999', 'xn--999999999999'],
  ])('is decoded for reading: %s is %s', (raw, read) => {
    expect(readableHost(raw)).toBe(read);
  });
});
