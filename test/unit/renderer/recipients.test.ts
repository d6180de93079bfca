import { describe, expect, it } from 'vitest';
import {
  addRecipients,
  isMailAddress,
  readRecipients,
  recipientText,
} from '#renderer/features/composer/model/recipients.ts';

const good = (name: string, address: string) => ({ kind: 'good', peer: { name, address } });

describe('recipients that are typed or pasted', () => {
  it.each([
    ['ann@example.org', [good('', 'ann@example.org')]],
    ['Ann Lee <ann@example.org>', [good('Ann Lee', 'ann@example.org')]],
    [
      '"Lee, Ann" <ann@example.org>, bob@example.org',
      [good('Lee, Ann', 'ann@example.org'), good('', 'bob@example.org')],
    ],
    [
      'ann@example.org; bob@example.org\ncid@example.org',
      ['ann', 'bob', 'cid'].map((name) => good('', `${name}@example.org`)),
    ],
    ['ann@example.org bob@example.org', [good('', 'ann@example.org'), good('', 'bob@example.org')]],
    ['mailto:ann@example.org', [good('', 'ann@example.org')]],
    ['"A \\"B\\" C" <a@example.org>', [good('A "B" C', 'a@example.org')]],
    ['Олена <олена@приклад.укр>', [good('Олена', 'олена@приклад.укр')]],
    [' , ;\n', []],
  ])('are read: %s', (text, expected) => {
    expect(readRecipients(text)).toEqual(expected);
  });

  it.each([
    'Ann',
    'ann@',
    '@example.org',
    'ann@@example.org',
    'ann@exa mple.org',
    'Ann <ann>',
    'a..b@example.org',
  ])('stay words where they are no address: %s', (text) => {
    expect(readRecipients(text)).toEqual([{ kind: 'bad', text }]);
  });

  it('are taken once each, whatever their case', () => {
    const known = [{ name: '', address: 'Ann@example.org' }];
    expect(
      addRecipients(known, [
        { name: 'Ann', address: 'ann@EXAMPLE.org' },
        { name: '', address: 'bob@example.org' },
        { name: 'Bob', address: 'bob@example.org' },
      ]),
    ).toEqual([...known, { name: '', address: 'bob@example.org' }]);
  });

  it('are written so that they can be read again', () => {
    for (const peer of [
      { name: 'Lee, Ann', address: 'ann@example.org' },
      { name: 'A "B" C', address: 'a@example.org' },
      { name: 'Ann', address: 'ann@example.org' },
      { name: '', address: 'ann@example.org' },
    ])
      expect(readRecipients(recipientText(peer))).toEqual([{ kind: 'good', peer }]);
  });

  it('of any number are read without delay', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `p${index}@example.org`).join(', ');
    expect(readRecipients(many)).toHaveLength(500);
    expect(readRecipients('"'.repeat(200_000)).length).toBeLessThan(2);
  });
});

describe('a mail address', () => {
  it.each([
    'a@b',
    'first.last+tag@sub.example.org',
    "o'neil@example.org",
    '"odd name"@example.org',
    'a@[192.0.2.1]',
    'a@[IPv6:2001:db8::1]',
  ])('is %s', (address) => {
    expect(isMailAddress(address)).toBe(true);
  });
  it.each([
    '',
    'a',
    'a@',
    '.a@b.c',
    'a.@b.c',
    'a@-b.c',
    'a@b..c',
    'a b@c.d',
    `${'a'.repeat(65)}@b.c`,
    `a@${'b'.repeat(64)}.c`,
  ])('is not %s', (address) => {
    expect(isMailAddress(address)).toBe(false);
  });
});
