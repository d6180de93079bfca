import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { confirmWords, makeWords, openWithWords, wordsIn } from '#main/engine/recovery/recovery-file.ts';
import { entropyOf, wordsOf } from '#main/engine/recovery/words.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const zero = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';

describe('recovery words', () => {
  it('are the ones that BIP-39 gives (its test vectors)', () => {
    expect(wordsOf(new Uint8Array(16)).join(' ')).toBe(zero);
    expect(wordsOf(new Uint8Array(16).fill(0x7f)).join(' ')).toBe(
      'legal winner thank year wave sausage worth useful legal winner thank yellow',
    );
  });

  it.each([
    ['as they are', zero],
    ['in capitals', zero.toUpperCase()],
    [
      'with numbers, commas and lines',
      zero
        .split(' ')
        .map((word, at) => `${String(at + 1)}. ${word},\n`)
        .join(''),
    ],
    [
      'by their first four letters',
      zero
        .split(' ')
        .map((word) => word.slice(0, 4))
        .join('   '),
    ],
    ['in the wide letters of some keyboards', zero.replaceAll('a', 'ａ')],
  ])('are understood %s', (_how, typed) => {
    expect(entropyOf(typed)).toEqual({ ok: true, value: new Uint8Array(16) });
  });

  it.each([
    ['a word that is none', zero.replace('about', 'aboutt'), 12],
    [
      'a slip in the third',
      zero
        .split(' ')
        .map((word, at) => (at === 2 ? 'abandno' : word))
        .join(' '),
      3,
    ],
    ['eleven words', zero.split(' ').slice(1).join(' '), null],
    ['thirteen words', `${zero} about`, null],
    ['words that do not belong together', zero.replace('about', 'zoo'), null],
    [
      'two that changed places',
      'legal winner thank year wave sausage worth useful legal winner yellow thank',
      null,
    ],
    ['nothing', '', null],
  ])('refuse %s', (_what, typed, place) => {
    expect(entropyOf(typed)).toEqual({ ok: false, failure: { place } });
  });
});

describe('the file that recovery words open', () => {
  const directories: { readonly path: string; readonly remove: () => void }[] = [];
  afterEach(() => {
    for (const directory of directories.splice(0)) directory.remove();
  });
  const place = (): string => {
    const directory = makeTempDirectory('words');
    directories.push(directory);
    return directory.path;
  };

  it('gives the key back for its own words alone, and only the newest ones', () => {
    const folder = place();
    const root = new Uint8Array(randomBytes(32));
    expect(wordsIn(folder)).toBeNull();
    const first = makeWords(folder, root, 5).join(' ');
    expect(openWithWords(folder, first)).toEqual({ ok: true, value: root });
    expect(openWithWords(folder, zero)).toEqual({ ok: false, failure: { place: null } });
    confirmWords(folder);
    expect(wordsIn(folder)).toEqual({ at: 5, confirmed: true });
    const second = makeWords(folder, root, 9).join(' ');
    expect(second).not.toBe(first);
    expect(wordsIn(folder)).toEqual({ at: 9, confirmed: false });
    expect(openWithWords(folder, first).ok).toBe(false);
    expect(openWithWords(folder, second)).toEqual({ ok: true, value: root });
  });
});
