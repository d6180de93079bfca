import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MboxSplitter } from '#main/cli/mail-files/mbox.ts';
import type { MboxMail } from '#main/cli/mail-files/mbox.ts';
import { mboxEntry } from '#main/cli/writing/mbox-entry.ts';

const split = (
  text: string | Uint8Array,
  chunk = Number.MAX_SAFE_INTEGER,
  limit?: number,
): readonly MboxMail[] => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : Buffer.from(text);
  const splitter = limit === undefined ? new MboxSplitter() : new MboxSplitter(limit);
  const mails: MboxMail[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    mails.push(...splitter.push(bytes.subarray(at, Math.min(at + chunk, bytes.length))));
  }
  return [...mails, ...splitter.end()];
};

const texts = (mails: readonly MboxMail[]): readonly string[] =>
  mails.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));

const line = 'From carol@customer.test Mon Jan  5 10:00:00 2026';
const mail = (subject: string, body: string, eol = '\n'): string =>
  [`Subject: ${subject}`, 'From: carol@customer.test', '', body, ''].join(eol);

describe('an mbox', () => {
  it('gives its mails byte for byte, without separator and without the empty line between', () => {
    const one = mail('one', 'Hello');
    const two = mail('two', 'Bye');
    expect(texts(split(`${line}\n${one}\n${line}\n${two}\n`))).toEqual([one, two]);
  });

  it('is cut the same wherever its bytes are cut on their way', () => {
    const one = mail('one', 'Text\n\nFrom here it goes on\n>From there too', '\r\n');
    const two = mail('two', 'Bye', '\r\n');
    const whole = `${line}\r\n${one}\r\n${line}\r\n${two}\r\n`;
    const expected = texts(split(whole));
    expect(expected).toHaveLength(2);
    for (let chunk = 1; chunk < 90; chunk += 1) expect(texts(split(whole, chunk))).toEqual(expected);
  });

  it('does not take "From" at the beginning of a sentence for the next mail', () => {
    const one = mail('one', 'Hi\n\nFrom now on, call me.\n\nFrom Monday 10:00 I am away.');
    expect(texts(split(`${line}\n${one}\n`))).toEqual([one]);
  });

  it('takes back the one mark that mboxrd put before a line, and no more', () => {
    const quoted = mail('one', 'Hi\n\n>From me\n>>From you\n> From elsewhere');
    expect(texts(split(`${line}\n${quoted}\n`))[0]).toContain('\nFrom me\n>From you\n> From elsewhere\n');
  });

  it('believes a Content-Length that fits, also over an unquoted separator in the text (mboxcl2)', () => {
    const body = `Look:\n\n${line}\nis how it begins.\n>From stays as it is.\n`;
    const one = `Subject: one\nContent-Length: ${String(body.length)}\n\n${body}`;
    const two = mail('two', 'Bye');
    expect(texts(split(`${line}\n${one}\n${line}\n${two}\n`))).toEqual([one, two]);
  });

  it('does not believe a Content-Length that leads to the middle of something', () => {
    const one = 'Subject: one\nContent-Length: 3\n\nHello there\n';
    const two = mail('two', 'Bye');
    expect(texts(split(`${line}\n${one}\n${line}\n${two}\n`))).toEqual([one, two]);
  });

  it('says when a mail was delivered, in every usual writing of the time', () => {
    const at = Date.UTC(2026, 0, 5, 10, 0, 0);
    const times = [
      'Mon Jan  5 10:00:00 2026',
      'Mon Jan 05 12:00:00 +0200 2026',
      'Mon Jan  5 05:00:00 2026 -0500',
      'Mon Jan  5 10:00 2026',
    ];
    for (const time of times) {
      expect(split(`From - ${time}\n${mail('one', 'x')}`)[0]?.receivedAt).toBe(at);
    }
  });

  it('knows what was read, answered and thrown away in the ways of Unix and of Mozilla', () => {
    const flags = (header: string) => {
      const [found] = split(`${line}\n${header}\nSubject: x\n\nx\n`);
      return [found?.seen, found?.answered, found?.deleted];
    };
    expect(flags('Status: RO')).toEqual([true, false, false]);
    expect(flags('Status: O')).toEqual([false, false, false]);
    expect(flags('Status: RO\nX-Status: A')).toEqual([true, true, false]);
    expect(flags('X-Mozilla-Status: 0003')).toEqual([true, true, false]);
    expect(flags('X-Mozilla-Status: 0009')).toEqual([true, false, true]);
    expect(flags('X-Nothing: 1')).toEqual([true, false, false]);
  });

  it('keeps the beginning of a mail that is too long for memory and goes on with the next', () => {
    const long = mail('long', 'x'.repeat(20_000));
    const two = mail('two', 'Bye');
    const found = split(`${line}\n${long}\n${line}\n${two}\n`, 700, 4_096);
    expect(found.map(({ partial, size }) => [partial, size])).toEqual([
      [true, long.length],
      [false, two.length],
    ]);
    expect(found[0]?.bytes).toHaveLength(4_096);
  });

  it('holds nothing when it is empty, or when nothing in it is a mail', () => {
    expect(split('')).toEqual([]);
    expect(split('just some text\nwithout mail')).toEqual([]);
    expect(split(`${line}\n\n${line}\n`)).toEqual([]);
  });

  it('that we wrote gives back exactly the mails that went in, whatever is in them', () => {
    const piece = fc.constantFrom(
      'From ',
      '>From ',
      'From a Mon Jan  5 10:00:00 2026',
      '\n',
      '\r\n',
      'x',
      ' ',
      '>',
      'é',
    );
    const body = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.array(body, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 400 }),
        (bodies, chunk) => {
          const sources = bodies.map((text, index) =>
            Buffer.from(
              `Subject: ${String(index)}\r\n\r\n${text.replaceAll(/\r(?!\n)/g, '')}.\r\n`,
              'latin1',
            ),
          );
          const file = Buffer.concat(
            sources.map((source) => mboxEntry({ from: 'carol@customer.test', at: 0, source })),
          );
          expect(texts(split(file, chunk))).toEqual(sources.map((source) => source.toString('latin1')));
        },
      ),
      { numRuns: 300 },
    );
  });
});
