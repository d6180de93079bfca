import { describe, expect, it } from 'vitest';
import { smsSegments } from '#shared/domain/sms/segments.ts';

const segmentsOf = (text: string): number => smsSegments(text).segments;

describe('what a text costs by SMS', () => {
  it('is one segment up to 160 letters of GSM, and parts of 153 beyond', () => {
    expect(smsSegments('')).toEqual({ encoding: 'gsm7', units: 0, segments: 0, left: 160 });
    expect(smsSegments('a')).toEqual({ encoding: 'gsm7', units: 1, segments: 1, left: 159 });
    expect(smsSegments('a'.repeat(160))).toEqual({ encoding: 'gsm7', units: 160, segments: 1, left: 0 });
    expect(smsSegments('a'.repeat(161))).toEqual({ encoding: 'gsm7', units: 161, segments: 2, left: 145 });
    expect([306, 307, 459, 460, 1_530, 1_531].map((count) => segmentsOf('a'.repeat(count)))).toEqual([
      2, 3, 3, 4, 10, 11,
    ]);
  });

  it('is one segment up to 70 letters of UCS-2, and parts of 67 beyond', () => {
    expect(smsSegments('Ж'.repeat(70))).toEqual({ encoding: 'ucs2', units: 70, segments: 1, left: 0 });
    expect(smsSegments('Ж'.repeat(71))).toEqual({ encoding: 'ucs2', units: 71, segments: 2, left: 63 });
    expect([134, 135, 201, 202].map((count) => segmentsOf('注'.repeat(count)))).toEqual([2, 3, 3, 4]);
  });

  it('takes every letter of the default alphabet for one, and those of the extension for two', () => {
    const alphabet =
      '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
    // 128 code points, one of which is the escape to the extension.
    expect(Array.from(alphabet)).toHaveLength(127);
    expect(smsSegments(alphabet)).toMatchObject({ encoding: 'gsm7', units: 127, segments: 1 });
    expect(smsSegments('^{}\\[~]|€\f')).toMatchObject({ encoding: 'gsm7', units: 20, segments: 1 });
    expect(smsSegments('€'.repeat(80))).toMatchObject({ units: 160, segments: 1 });
    expect(smsSegments('€'.repeat(81))).toMatchObject({ units: 162, segments: 2 });
  });

  it('turns the whole text to UCS-2 for a single letter outside, such as a curly apostrophe, ç or a back quote', () => {
    for (const letter of ['’', 'ç', '`', 'á', '–', '…', '\t', '\u00a0', '🙂'])
      expect(smsSegments(`hello ${letter}`).encoding).toBe('ucs2');
    expect(segmentsOf(`${'a'.repeat(159)}’`)).toBe(3);
  });

  it('keeps an escape with its letter, so a segment may end one letter early', () => {
    // 153 would cut the euro sign in two: it opens the second segment.
    expect(smsSegments(`${'a'.repeat(152)}€${'a'.repeat(10)}`)).toEqual({
      encoding: 'gsm7',
      units: 164,
      segments: 2,
      left: 141,
    });
    // 306 septets, and yet three segments: both seams fall into a euro sign.
    expect(segmentsOf(`${'a'.repeat(152)}€${'a'.repeat(150)}€`)).toBe(3);
  });

  it('keeps the halves of an emoji together', () => {
    expect(smsSegments('🙂'.repeat(35))).toMatchObject({ units: 70, segments: 1, left: 0 });
    expect(smsSegments('🙂'.repeat(36))).toMatchObject({ units: 72, segments: 2 });
    // 134 units fit into two parts only by cutting the 34th in two.
    expect(smsSegments('🙂'.repeat(67))).toMatchObject({ units: 134, segments: 3, left: 65 });
  });

  it('counts a lone surrogate as the one unit it is', () => {
    expect(smsSegments('\ud83d')).toEqual({ encoding: 'ucs2', units: 1, segments: 1, left: 69 });
  });
});
