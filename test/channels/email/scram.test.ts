import { describe, expect, it } from 'vitest';
import { startScram } from '#main/channels/kit/scram.ts';

// The example of RFC 7677 section 3.
const nonce = 'rOprNGfwEbeRWgbNEkqO';
const serverFirst = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';

describe('SCRAM-SHA-256', () => {
  it('follows the example of the RFC and recognises the server', () => {
    const exchange = startScram('user', 'pencil', nonce);
    expect(exchange.first).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
    expect(exchange.final(serverFirst)).toBe(
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    );
    expect(exchange.verify('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toBe(true);
    expect(exchange.verify('v=AAAA')).toBe(false);
  });

  it('refuses a challenge that is not for it or would keep it busy for ever', () => {
    const exchange = startScram('us=er,', 'pencil', nonce);
    expect(exchange.first).toContain('n=us=3Der=2C');
    expect(exchange.verify('v=')).toBe(false);
    for (const challenge of [
      'r=other,s=AA==,i=4096',
      `r=${nonce},s=AA==,i=4096`,
      `r=${nonce}x,s=AA==,i=1`,
      `r=${nonce}x,s=AA==,i=999999999`,
      '',
    ]) {
      expect(() => exchange.final(challenge)).toThrow('SCRAM');
    }
  });
});
