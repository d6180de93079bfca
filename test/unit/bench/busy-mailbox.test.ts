import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateBusyMailbox } from '#test/support/mailbox-generator/busy-mailbox.ts';

const mails = [...generateBusyMailbox({ seed: 1, count: 600 })];

describe('the mailbox of the bench', () => {
  it('is the same for the same plan', () => {
    const digest = (plan: { readonly seed: number; readonly count: number }): string => {
      const hash = createHash('sha256');
      for (const { raw } of generateBusyMailbox(plan)) hash.update(raw);
      return hash.digest('hex');
    };
    expect(digest({ seed: 1, count: 100 })).toBe(digest({ seed: 1, count: 100 }));
    expect(digest({ seed: 1, count: 100 })).not.toBe(digest({ seed: 2, count: 100 }));
  });

  it('lies in order of time with its threads interleaved', () => {
    const dates = mails.map(({ date }) => date.getTime());
    expect(dates).toEqual(dates.toSorted((a, b) => a - b));
    const changes = mails.filter(({ thread }, at) => thread !== mails[at - 1]?.thread).length;
    expect(changes).toBeGreaterThan(mails.length * 0.9);
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(mails.length);
  });

  it('has replies that name what they answer, newsletters, files, and as many bytes as real ones', () => {
    const share = (is: (mail: (typeof mails)[number]) => boolean): number =>
      mails.filter(is).length / mails.length;
    const text = (raw: Buffer): string => raw.toString('latin1');
    expect(share(({ kind }) => kind === 'newsletter')).toBeCloseTo(0.25, 1);
    expect(share(({ raw }) => /^In-Reply-To: /m.test(text(raw)))).toBeGreaterThan(0.4);
    expect(share(({ raw }) => text(raw).includes('Content-Disposition: attachment'))).toBeCloseTo(0.05, 1);
    const bytes = mails.reduce((sum, { raw }) => sum + raw.length, 0) / mails.length;
    expect(bytes).toBeGreaterThan(40_000);
    expect(bytes).toBeLessThan(80_000);
  });

  it('is written in many charsets and all four encodings', () => {
    const all = mails.map(({ raw }) => raw.toString('latin1')).join('\n');
    const found = (pattern: RegExp): ReadonlySet<string> =>
      new Set([...all.matchAll(pattern)].map(([, name = '']) => name.toLowerCase()));
    expect(found(/charset=([\w-]+)/g).size).toBeGreaterThanOrEqual(9);
    expect([...found(/Content-Transfer-Encoding: (\S+)/g)].sort()).toEqual([
      '7bit',
      '8bit',
      'base64',
      'quoted-printable',
    ]);
  });
});
