import { describe, expect, it } from 'vitest';
import { lastGood } from '#renderer/features/recovery/model/last-good.ts';
import { recoveryRefusal } from '#renderer/features/recovery/model/refused.ts';
import { countWords, placesToAsk, wordsOf } from '#renderer/features/recovery/model/typed-words.ts';
import type { Backup } from '#shared/contract/recovery.ts';
import { en } from '#shared/messages/en.ts';
import { createWords } from '#shared/messages/format.ts';

const twelve = 'abandon rhythm mosquito orchard gravity lantern velvet puzzle harvest whisper timber zebra';

const backup = (id: string, stand: Backup['stand']): Backup => ({
  id,
  at: 1_000,
  why: 'daily',
  version: '1.0.0',
  messages: 1,
  conversations: 1,
  bytes: 1,
  checkedAt: 1_000,
  stand,
});

describe('recovery words as they are typed', () => {
  it.each([
    ['', 0],
    ['  \n', 0],
    [twelve, 12],
    [twelve.toUpperCase().replaceAll(' ', '\n'), 12],
    ['1. abandon 2. rhythm, 3. mosquito', 3],
  ])('are counted without the numbers on the paper: %j', (text, count) => {
    expect(countWords(text)).toBe(count);
  });

  it('are taken without what stands between them', () => {
    expect(wordsOf('1. Abandon,\n2. rhythm')).toEqual(['Abandon', 'rhythm']);
    expect(wordsOf('12')).toEqual([]);
  });

  it('are asked for at three places that differ, in their order', () => {
    for (let step = 0; step < 100; step += 1) {
      const places = placesToAsk(Math.random);
      expect(new Set(places).size).toBe(3);
      expect([...places].sort((one, other) => one - other)).toEqual(places);
      expect(places.every((place) => place >= 1 && place <= 12)).toBe(true);
    }
  });

  it('may be asked for at the first and at the last place', () => {
    expect(placesToAsk(() => 0)).toEqual([1, 2, 3]);
    expect(placesToAsk(() => 0.999_999)).toEqual([10, 11, 12]);
  });
});

describe('why words or a backup are refused', () => {
  const words = createWords('en-GB', en);

  it('names the place of a word that is in no list', () => {
    expect(recoveryRefusal(words, { kind: 'wrong-words', ...{ place: 7 } })).toContain('Word 7');
  });

  it('says of others that they do not open it, and all else in its own words', () => {
    expect(recoveryRefusal(words, { kind: 'wrong-words', ...{ place: null } })).toBe(
      en['refusal.wrong-words'],
    );
    expect(recoveryRefusal(words, { kind: 'backup-damaged' })).toBe(en['refusal.backup-damaged']);
  });
});

describe('the last backup that counts', () => {
  it('is the newest good one, whatever came after it', () => {
    expect(
      lastGood({ backups: [backup('c', 'damaged'), backup('b', 'good'), backup('a', 'good')] })?.id,
    ).toBe('b');
  });

  it('is none where none can be relied on', () => {
    expect(lastGood({ backups: [backup('b', 'damaged'), backup('a', 'other-key')] })).toBeNull();
    expect(lastGood({ backups: [] })).toBeNull();
  });
});
