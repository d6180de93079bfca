import { describe, expect, it } from 'vitest';
import { plainAddress } from '#main/channels/email/address.ts';

const good: readonly (readonly [string, string])[] = [
  ['a@example.org', 'a@example.org'],
  ["o'brien+tag@Example.ORG", "o'brien+tag@example.org"],
  ['first.last@sub.example.co.uk', 'first.last@sub.example.co.uk'],
  ['docomo..user.@docomo.ne.jp', 'docomo..user.@docomo.ne.jp'],
  ['!#$%&*+/=?^_`{|}~-@example.org', '!#$%&*+/=?^_`{|}~-@example.org'],
  ['jürgen@example.org', 'jürgen@example.org'],
  ['info@müller.example', 'info@xn--mller-kva.example'],
  ['用户@例え.jp', '用户@xn--r8jz45g.jp'],
  ['a@localhost', 'a@localhost'],
  ['a@my_host.example', 'a@my_host.example'],
];

const inserts = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  '\u2028',
  '\u2029',
  '\u0085',
  '\t',
  ' ',
  '<',
  '>',
  '"',
  '(',
  ')',
  ',',
  ';',
  ':',
  '[',
  ']',
  '\\',
  '\u00a0',
  '\u200b',
  '\u202e',
  '\ufeff',
  '\u007f',
  '\u001b',
  '@@',
] as const;

const bad: readonly string[] = [
  ...inserts.flatMap((piece) => [
    `a${piece}b@example.org`,
    `ab@exa${piece}mple.org`,
    `ab@example.org${piece}`,
  ]),
  '"x@evil.test y"@good.test',
  '"a"@good.test',
  'a@good.test(x)evil',
  'a@good.test>\r\nRCPT TO:<x@evil.test',
  'a@good.test\r\nDATA',
  'a@good.test, b@evil.test',
  'Name <a@good.test>',
  'group:a@good.test;',
  '@good.test',
  'a@',
  'a',
  '',
  'a@.test',
  'a@good..test',
  'a@good.test.',
  'a@-good.test',
  'a@good-.test',
  'a@[127.0.0.1]',
  'a@127.0.0.1',
  'a@good.test/../evil',
  'a@good%2etest',
  'a@good.test?x',
  'a@good.test#x',
  'a@evil.test%00good.test',
  `${'a'.repeat(65)}@good.test`,
  `a@${'b'.repeat(64)}.test`,
  `a@${'b.'.repeat(130)}test`,
  'a@evil.test\u3002good.test\u0000',
];

describe('one plain address', () => {
  it.each(good)('%s is %s', (written, address) => {
    expect(plainAddress(written)).toBe(address);
  });

  it('is none of a hundred that mean to be two', () => {
    expect(bad.length).toBeGreaterThanOrEqual(100);
    expect(bad.filter((written) => plainAddress(written) !== null)).toEqual([]);
  });
});
