import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { emailChannel } from '#main/channels/email/channel.ts';
import { readMail } from '#main/channels/email/mime/read-mail.ts';
import { readPart } from '#main/channels/email/mime/read-part.ts';
import type { Composed, Outgoing } from '#main/channels/kit/outgoing.ts';
import { letter } from '#test/support/email-account.ts';
import { having } from '#test/support/matching.ts';

const compose = (changes: Partial<Outgoing> = {}): Composed =>
  emailChannel.compose(letter('agent@shop.test', { at: Date.UTC(2026, 10, 3, 10, 0, 0), ...changes }), {});

const textOf = (composed: Composed): string => Buffer.from(composed.bytes).toString('latin1');
const headerOf = (composed: Composed): string => textOf(composed).split('\r\n\r\n')[0] ?? '';
const fieldsOf = (composed: Composed): readonly string[] =>
  headerOf(composed)
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n')
    .map((line) => line.split(':')[0] ?? '');

const png = Buffer.from('89504e470d0a1a0a', 'hex');

describe('a composed mail', () => {
  it('is the same bytes on every try', () => {
    const files = [
      { name: 'ä.pdf', mimeType: 'application/pdf', contentId: null, bytes: Buffer.from('%PDF') },
    ];
    expect(
      Buffer.compare(compose({ html: '<p>x</p>', files }).bytes, compose({ html: '<p>x</p>', files }).bytes),
    ).toBe(0);
  });

  it('carries our ids, the thread and the date', () => {
    const composed = compose({
      references: ['root@example.org', '<last@example.org>', 'bad id\r\nX-Evil: 1'],
    });
    expect(composed.externalId).toBe('019a8f00-0000-7000-8000-000000000001@shop.test');
    const header = headerOf(composed);
    expect(header).toContain('Message-ID: <019a8f00-0000-7000-8000-000000000001@shop.test>');
    expect(header).toContain('X-Steward-Id: 019a8f00-0000-7000-8000-000000000001');
    expect(header).toContain('In-Reply-To: <last@example.org>');
    expect(header).toContain('References: <root@example.org> <last@example.org>');
    expect(header).toContain('Date: Tue, 3 Nov 2026 10:00:00 +0000');
    expect(header).not.toContain('Evil');
  });

  it('keeps blind recipients out of the mail and in the envelope', () => {
    const composed = compose({
      bcc: [{ name: 'Boss', address: 'boss@shop.test' }],
      cc: [{ name: '', address: 'CUSTOMER@example.org' }],
    });
    expect(composed.recipients).toEqual(['CUSTOMER@example.org', 'boss@shop.test']);
    expect(textOf(composed)).not.toMatch(/boss|bcc/i);
    expect(headerOf(compose({ to: [], bcc: [{ name: '', address: 'boss@shop.test' }] }))).toContain(
      'To: undisclosed-recipients:;',
    );
  });

  it('says that a machine sent it only when one did', () => {
    expect(fieldsOf(compose())).not.toContain('Auto-Submitted');
    expect(headerOf(compose({ automatic: true, references: ['a@b'] }))).toContain(
      'Auto-Submitted: auto-replied',
    );
    expect(headerOf(compose({ automatic: true }))).toContain('Auto-Submitted: auto-generated');
  });

  it('is seven-bit with CRLF and short lines, whatever was written', () => {
    const composed = compose({
      subject: `Grüße ${'sehr lang '.repeat(40)}日本語 🎉`,
      text: `.\nFrom me\n${'ä'.repeat(3_000)}\r${'x'.repeat(5_000)}\n-- \nend  `,
      html: `<p>${'日本'.repeat(2_000)}</p>`,
      to: [{ name: '"Müller, Jörg" <evil@x>', address: 'joerg@müller.example' }],
    });
    const text = textOf(composed);
    expect(text).toMatch(/^[\t\r\n\x20-\x7e]*$/);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(text).not.toMatch(/^\.$/m);
  });

  it('reads back as it was written, with our reader and with another', async () => {
    const text = 'Grüße,\n\n.dot\nFrom here\n = sign =3D\n\ttab \nend 🎉';
    const subject = 'Ihre Frage: „Größe“ =?utf-8?q?no?= 🎉';
    const composed = compose({
      subject,
      text,
      html: '<p>Größe <img src="cid:pic@x"></p>',
      to: [
        { name: 'Müller, "Jörg"', address: 'joerg@example.org' },
        { name: 'Doe, Jane', address: 'jane@example.org' },
      ],
      files: [
        {
          name: 'Rechnung Nr. 5 – "März" 2026 für Herrn Müller.pdf',
          mimeType: 'application/pdf',
          contentId: null,
          bytes: Buffer.from('%PDF-1.7 ä'),
        },
        { name: 'pic.png', mimeType: 'image/png', contentId: 'pic@x', bytes: png },
        {
          name: 'forwarded.eml',
          mimeType: 'message/rfc822',
          contentId: null,
          bytes: Buffer.from('Subject: inner\r\n\r\nhi\r\n'),
        },
      ],
    });
    const ours = readMail(composed.bytes);
    if (ours.kind !== 'mail') throw new Error('unreadable');
    expect(ours.subject).toBe(subject);
    expect(ours.text.trimEnd()).toBe(text);
    expect(ours.to).toEqual([
      { name: 'Müller, "Jörg"', address: 'joerg@example.org' },
      { name: 'Doe, Jane', address: 'jane@example.org' },
    ]);
    expect(ours.stewardId).toBe('019a8f00-0000-7000-8000-000000000001');
    const pdf = ours.parts.find((part) => part.mimeType === 'application/pdf');
    expect(Buffer.from(readPart(composed.bytes, pdf?.partId ?? '')?.bytes ?? []).toString()).toBe(
      '%PDF-1.7 ä',
    );
    expect(ours.parts.find((part) => part.mimeType === 'image/png')).toMatchObject({
      contentId: 'pic@x',
      disposition: 'inline',
    });
    expect(ours.parts.find((part) => part.mimeType === 'message/rfc822')).toBeDefined();
    const theirs = await PostalMime.parse(Buffer.from(composed.bytes), { rfc822Attachments: true });
    expect(theirs.subject).toBe(subject);
    expect(theirs.text?.trimEnd()).toBe(text);
    expect(theirs.attachments.map((one) => one.filename)).toContain(
      'Rechnung Nr. 5 – "März" 2026 für Herrn Müller.pdf',
    );
  });

  it('has exactly the intended fields and recipients whatever hides in names, subjects, ids and files', () => {
    const evils = [
      '\r\nBcc: x@evil.test',
      '\nX-Evil: 1',
      '\0',
      '\u2028X-Evil: 1',
      '"\r\n\r\n<script>',
      '=?utf-8?q?=0D=0AX-Evil:_1?=',
      '\u0085X: 1',
      '" <x@evil.test>, "',
    ];
    const expected = fieldsOf(compose({ references: ['a@b'] }));
    for (const evil of evils) {
      const composed = compose({
        from: { name: `Agent${evil}`, address: 'agent@shop.test' },
        to: [{ name: `Customer${evil}`, address: 'customer@example.org' }],
        subject: `Hello${evil}`,
        references: ['a@b', `c${evil}@d`],
        files: [
          {
            name: `file${evil}.txt`,
            mimeType: `text/plain${evil}`,
            contentId: null,
            bytes: Buffer.from('x'),
          },
        ],
      });
      const found = fieldsOf(composed).filter((name) => name !== 'Content-Transfer-Encoding');
      expect(found).toEqual(expected.filter((name) => name !== 'Content-Transfer-Encoding'));
      expect(composed.recipients).toEqual(['customer@example.org']);
      expect(textOf(composed)).not.toMatch(/^(Bcc|X-Evil|X):/m);
      const mail = readMail(composed.bytes);
      expect(mail).toMatchObject({
        kind: 'mail',
        to: [having({ address: 'customer@example.org' })],
      });
    }
  });

  it('is refused for an address that is not one plain address', () => {
    for (const address of [
      '"x@evil y"@good.test',
      'a@good.test(x)evil',
      'a@good.test\r\nBcc: x@evil.test',
      '',
    ]) {
      expect(() => compose({ to: [{ name: '', address }] })).toThrow(
        having({
          failure: having({ kind: 'settings', where: 'recipient' }),
        }),
      );
    }
    expect(() => compose({ clientId: 'a"\r\nb' })).toThrow();
  });
});
