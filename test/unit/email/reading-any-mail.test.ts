import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { readMail, readPart } from '#main/channels/email/mime/read-mail.ts';
import type { ReadMail } from '#main/channels/email/mime/read-mail.ts';
import { mailCorpus } from '#test/support/mail-corpus.ts';
import type { CorpusMail } from '#test/support/mail-expectation.ts';

const corpus = mailCorpus();

function read(raw: Uint8Array): ReadMail {
  const mail = readMail(raw);
  if (mail.kind !== 'mail') throw new Error(`unreadable: ${mail.reason}`);
  return mail;
}

/** The parts of what was read that the expectation names, in its form. */
function seen({ raw, expect: wanted }: CorpusMail): Record<string, unknown> {
  const mail = read(raw);
  const failed = mail.bounce?.failed.map((one) => `${one.recipient} ${one.action} ${one.status}`);
  const start = mail.calendar?.start;
  const startText =
    start?.kind === 'instant'
      ? new Date(start.at).toISOString()
      : start?.kind === 'day'
        ? start.day
        : start?.local;
  const all: Record<string, unknown> = {
    from: mail.from[0]?.address ?? '',
    fromName: mail.from[0]?.name ?? '',
    to: mail.to.map((one) => one.address),
    subject: mail.subject,
    messageId: mail.messageId,
    references: mail.references,
    text:
      wanted.text === '' || wanted.text === undefined || !mail.text.includes(wanted.text)
        ? mail.text
        : wanted.text,
    notText: wanted.notText !== undefined && mail.text.includes(wanted.notText) ? mail.text : wanted.notText,
    html:
      typeof wanted.html === 'string' && mail.html?.includes(wanted.html) === true ? wanted.html : mail.html,
    parts: mail.parts.map(
      (part, index) =>
        `${part.partId} ${part.name} ${part.kind} ${wanted.parts?.[index]?.endsWith('*') === true ? '*' : String(part.size)}`,
    ),
    automatic: mail.automatic,
    oddities: [...mail.oddities].sort(),
    date: mail.date === null ? null : new Date(mail.date).toISOString(),
    failed,
    originalMessageId: mail.bounce?.originalMessageId ?? null,
    stewardId: mail.stewardId,
    calendar:
      mail.calendar === null
        ? null
        : `${mail.calendar.method ?? ''} ${mail.calendar.summary} ${startText ?? ''} ${mail.calendar.location} ${mail.calendar.organiser?.address ?? ''}`,
  };
  return Object.fromEntries(
    Object.keys(wanted)
      .filter((key) => key !== 'judgesDiffer')
      .map((key) => [key, all[key]]),
  );
}

describe('a mail of any program, language and era', () => {
  it('is one of at least 120 different ones', () => {
    expect(new Set(corpus.map((one) => one.name)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThanOrEqual(120);
  });

  it.each(corpus)('is read as expected: $name', (one) => {
    const wanted = new Map(Object.entries(one.expect));
    wanted.delete('judgesDiffer');
    if (one.expect.oddities) wanted.set('oddities', [...one.expect.oddities].sort());
    expect(seen(one)).toEqual(Object.fromEntries(wanted));
  });

  it('gives the bytes of every part it lists, in the size it said', () => {
    for (const { raw, name } of corpus) {
      for (const part of read(raw).parts) {
        const content = readPart(raw, part.partId);
        expect({ name, size: content?.bytes.length, part: content?.name }).toEqual({
          name,
          size: part.size,
          part: part.name,
        });
      }
    }
  });

  it('has the same meaning with LF and with CRLF', () => {
    for (const { raw, name } of corpus) {
      if (!raw.includes(10)) continue;
      const lf = Buffer.from(raw.toString('latin1').replace(/\r\n/g, '\n'), 'latin1');
      const one = read(raw);
      const other = read(lf);
      expect([name, other.subject, other.from, other.text]).toEqual([name, one.subject, one.from, one.text]);
    }
  });

  it('is read like an independent parser reads it, but for the known differences', async () => {
    const differences: string[] = [];
    for (const { raw, name, expect: wanted } of corpus) {
      if (wanted.judgesDiffer !== undefined) continue;
      const judge = await PostalMime.parse(raw);
      const mail = read(raw);
      const subject = (judge.subject ?? '').replace(/\s+/g, ' ').trim();
      const from = judge.from?.address ?? '';
      // Node 20 decodes windows-1252 as latin1 and knows no cp850, and with it the judge.
      if (/windows-1252|iso-8859-1|iso-8859-8|windows-874|tis-620|cp850/.test(name)) continue;
      if (subject !== mail.subject) differences.push(`${name}: subject ${subject} / ${mail.subject}`);
      if (from.toLowerCase() !== (mail.from[0]?.address ?? '').toLowerCase())
        differences.push(`${name}: from ${from} / ${mail.from[0]?.address ?? ''}`);
    }
    expect(differences).toEqual([]);
  });

  it('is unreadable only when there is nothing to read', () => {
    expect(readMail(new Uint8Array()).kind).toBe('unreadable');
    expect(readMail(Buffer.from('\r\n\r\n')).kind).toBe('unreadable');
    expect(readMail(Buffer.from([0x89, 0x50, 0, 0, 0, 1, 2, 3])).kind).toBe('unreadable');
  });
});
