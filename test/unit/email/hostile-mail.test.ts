import { describe, expect, it } from 'vitest';
import { readMail, readPart } from '#main/channels/email/mime/read-mail.ts';
import { spentOn } from '#test/support/cpu-time.ts';
import { mailBombs } from '#test/support/mail-bombs.ts';
import { mailCorpus } from '#test/support/mail-corpus.ts';
import { mutate, seededRandom } from '#test/support/mail-mutations.ts';

const mebibyte = 1024 * 1024;

describe('a mail made to exhaust its reader', () => {
  it('comes in 18 kinds', () => {
    expect(mailBombs.length).toBe(18);
  });

  it.each(mailBombs)('is read in bounded time and memory: $name', ({ make, shows }) => {
    const raw = make();
    const before = process.memoryUsage().heapUsed;
    const { made: mail, cpuMs } = spentOn(() => readMail(raw));
    const grown = process.memoryUsage().heapUsed - before;
    if (mail.kind !== 'mail') throw new Error(mail.reason);
    expect(mail.subject.startsWith('bomb')).toBe(true);
    expect(mail.from[0]?.address).toBe('bomber@example.org');
    expect(mail.messageId).toBe('bomb@example.org');
    expect(mail.text).toContain(shows);
    expect(mail.text.length).toBeLessThanOrEqual(mebibyte + 1000);
    expect(mail.parts.length).toBeLessThanOrEqual(1000);
    expect(cpuMs).toBeLessThan(2000);
    expect(grown).toBeLessThan(256 * mebibyte);
  });

  it('keeps the first thousand addresses and says that there were more', () => {
    const bomb = mailBombs.find((one) => one.name === '100,000 addresses');
    const mail = readMail(bomb?.make() ?? new Uint8Array());
    if (mail.kind !== 'mail') throw new Error(mail.reason);
    expect(mail.to.length).toBe(1000);
    expect(mail.oddities).toContain('limit-hit');
  });

  it('keeps the first and the last hundred references', () => {
    const ids = Array.from({ length: 50_000 }, (_, n) => `<${String(n)}@example.org>`).join('\r\n ');
    const mail = readMail(Buffer.from(`From: a@b.example\r\nReferences: ${ids}\r\n\r\nx`));
    if (mail.kind !== 'mail') throw new Error(mail.reason);
    expect(mail.references[0]).toBe('0@example.org');
    expect(mail.references.at(-1)).toBe('49999@example.org');
    expect(mail.references.length).toBe(101);
  });
});

describe('20,000 mutated mails', () => {
  const seed = Number(process.env['MAIL_FUZZ_SEED'] ?? 20260115);

  it(
    `are read without one exception, each with under a second of work (seed ${String(seed)})`,
    { timeout: 300_000 },
    () => {
      const random = seededRandom(seed);
      const raws = mailCorpus().map((one) => one.raw);
      let slowest = 0;
      const faults: string[] = [];
      for (let round = 0; round < 20_000; round += 1) {
        const raw = mutate(raws, random);
        const { made: mail, cpuMs } = spentOn(() => readMail(raw));
        slowest = Math.max(slowest, cpuMs);
        if (mail.kind === 'unreadable') {
          if (mail.reason.startsWith('fault')) faults.push(`round ${String(round)}: ${mail.reason}`);
        } else if (round % 10 === 0) {
          for (const part of mail.parts)
            if (readPart(raw, part.partId) === null)
              faults.push(`round ${String(round)}: part ${part.partId}`);
        }
      }
      expect(faults).toEqual([]);
      expect(slowest).toBeLessThan(1000);
    },
  );
});
