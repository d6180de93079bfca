import { describe, expect, it } from 'vitest';
import { smsChannel, whatsappChannel } from '#main/channels/twilio/channel.ts';

const read = (typed: string): string | null => smsChannel.readRecipient?.(typed) ?? null;

describe('a telephone number that a person types', () => {
  it('is read with blanks, dashes, dots, slashes and brackets, with + or 00 before the country code', () => {
    for (const typed of [
      '+49 155 50100002',
      '0049 155 50100002',
      '+49-155-5010-0002',
      ' +49 (155) 501.000/02 ',
      '+49 (0)155 50100002',
      '0049 (0) 155 50100002'.replace('(0) ', '(0)'),
      'tel:+4915550100002',
      'whatsapp:+4915550100002',
      '+49\u00a0155\u2011501\u201300002',
      '＋４９１５５５０１００００２',
    ])
      expect(read(typed)).toBe('+4915550100002');
    expect(whatsappChannel.readRecipient?.('+1 (415) 555-0100')).toBe('+14155550100');
  });

  it('is refused without its country code, since it could be anybody’s', () => {
    for (const typed of ['0155 50100002', '155 50100002', '(415) 555-0100', '14155550100'])
      expect(read(typed)).toBeNull();
  });

  it('is refused when it is none', () => {
    for (const typed of [
      '',
      '+',
      '+0155501000',
      '+12345',
      '+1234567890123456',
      '+49 155 CALL ME',
      'ana@example.org',
      '+49155501;ext=5',
      '+4915550100002\u0000',
      '12345',
      `+${'1'.repeat(100_000)}`,
    ])
      expect(read(typed)).toBeNull();
  });
});
