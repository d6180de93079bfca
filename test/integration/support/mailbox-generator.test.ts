import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { LANGUAGES } from '#test/support/mailbox-generator/languages.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';

const digest = (seed: number): string => {
  const hash = createHash('sha256');
  for (const { raw } of generateMailbox({ seed, count: 300 })) hash.update(raw);
  return hash.digest('hex');
};

describe('made mailboxes', () => {
  it('are the same for the same seed and others for another', () => {
    expect(digest(7)).toBe(digest(7));
    expect(digest(7)).not.toBe(digest(8));
  });

  it('are of every kind and folder, no Message-ID twice in 10,000 mails', () => {
    const mails = [...generateMailbox({ seed: 1, count: 10_000 })];
    expect(mails).toHaveLength(10_000);
    expect(new Set(mails.map(({ kind }) => kind))).toEqual(
      new Set(['question', 'reply', 'answer', 'newsletter', 'auto-reply', 'bounce']),
    );
    expect(new Set(mails.map(({ folder }) => folder))).toEqual(new Set(['INBOX', 'Sent', 'Archive']));
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(10_000);
  });

  it('read back as they were written, replies name the mail before them', async () => {
    const ids = new Map<number, string[]>();
    const greetings = LANGUAGES.map(({ greeting }) => greeting);
    const met = new Set<string>();
    for (const mail of generateMailbox({ seed: 3, count: 600 })) {
      const parsed = await PostalMime.parse(mail.raw);
      expect(parsed.messageId).toBe(mail.messageId);
      expect(new Date(parsed.date ?? 0).getTime()).toBe(Math.floor(mail.date.getTime() / 1_000) * 1_000);
      const before = ids.get(mail.thread) ?? [];
      if (mail.kind === 'reply' || mail.kind === 'answer') {
        expect(parsed.inReplyTo).toBe(before.at(-1));
        expect(parsed.references?.split(/\s+/)).toEqual(before);
      }
      if (mail.kind === 'question') {
        const greeting = greetings.find((one) => parsed.text?.startsWith(one));
        expect(greeting, mail.raw.toString('latin1')).toBeDefined();
        met.add(greeting ?? '');
      }
      ids.set(mail.thread, [...before, mail.messageId]);
    }
    expect(met.size).toBe(LANGUAGES.length);
  });
});

describe('a single letter', () => {
  it('says what it is told to say, in any charset and encoding', async () => {
    for (const encoding of ['8bit', 'quoted-printable', 'base64'] as const) {
      const raw = letter({
        from: 'Jürgen Groß <juergen@customer.test>',
        to: ['help@shop.test', 'Łukasz <l@shop.test>'],
        subject: 'Größe, '.repeat(20).trim(),
        text: `Straße\n.Punkt am Anfang\n${'ä'.repeat(200)}`,
        html: '<p>Straße</p><img src="cid:logo">',
        encoding,
        files: [
          { name: 'Übersicht 2026.pdf', content: Buffer.from([0, 1, 2, 255]), type: 'application/pdf' },
          { name: 'logo.png', content: 'x', contentId: 'logo', type: 'image/png' },
        ],
        headers: [['X-Anything', 'yes']],
      });
      const parsed = await PostalMime.parse(raw);
      expect(parsed.from).toMatchObject({ name: 'Jürgen Groß', address: 'juergen@customer.test' });
      expect(parsed.to).toHaveLength(2);
      expect(parsed.subject).toBe('Größe, '.repeat(20).trim());
      expect(parsed.text?.trim().split(/\r?\n/)).toEqual(['Straße', '.Punkt am Anfang', 'ä'.repeat(200)]);
      expect(parsed.html).toContain('<p>Straße</p>');
      expect(parsed.attachments.map(({ filename }) => filename).sort()).toEqual([
        'logo.png',
        'Übersicht 2026.pdf',
      ]);
      for (const line of raw.toString('latin1').split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
    }
    expect(letter({ messageId: null }).toString()).not.toContain('Message-ID');
    expect(
      letter({ charset: 'koi8-r', text: 'Привет', encoding: '8bit' }).includes(Buffer.from([0xf0, 0xd2])),
    ).toBe(true);
  });
});
