import { describe, expect, it } from 'vitest';
import { emailChannel } from '#main/channels/email/channel.ts';
import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { Oddity } from '#shared/domain/message.ts';
import { en } from '#shared/messages/en.ts';

const received = Date.UTC(2026, 10, 3, 12);

const map = (lines: readonly string[]): Inbound => {
  const bytes = Buffer.from(
    [
      ...lines,
      'To: agent@shop.test',
      'Subject: Hi',
      'Message-ID: <1@example.org>',
      'Date: Tue, 03 Nov 2026 10:00:00 +0000',
      '',
      'Hello',
    ].join('\r\n'),
  );
  const result = emailChannel.mapper.map(
    {
      ...{ key: '1:1', bytes, partial: false, size: bytes.byteLength },
      ...{ receivedAt: received, seen: false, answered: false },
    },
    {
      ...{ own: ['agent@shop.test'], streamRole: 'inbox', trustedAuthserv: 'mx.shop.test' },
      now: received + 1_000,
    },
  );
  if (result.kind !== 'message') throw new Error(`not a message: ${JSON.stringify(result)}`);
  return result;
};

/** The header of a mail that wants to be from somebody else, the address that RFC 5322 says, and the warnings beside it. */
const mails: readonly (readonly [lines: readonly string[], address: string, warnings: readonly Oddity[]])[] =
  [
    [['From: Ann <ann@shop.example>'], 'ann@shop.example', []],
    [['From: "Ann, Shop" <ann@shop.example>'], 'ann@shop.example', []],
    // Two of them: fields, addresses, and one that folds into the other.
    [['From: ceo@bank.example', 'From: x@evil.test'], 'ceo@bank.example', ['two-from']],
    [['From: ceo@bank.example, x@evil.test'], 'ceo@bank.example', ['two-from']],
    [['From: CEO <ceo@bank.example>, <x@evil.test>'], 'ceo@bank.example', ['two-from']],
    [['from: ceo@bank.example', 'FROM: x@evil.test'], 'ceo@bank.example', ['two-from']],
    // Another address where the name stands.
    [['From: "ceo@bank.example" <x@evil.test>'], 'x@evil.test', ['address-in-name']],
    [['From: "CEO <ceo@bank.example>" <x@evil.test>'], 'x@evil.test', ['address-in-name']],
    [['From: ceo@bank.example <x@evil.test>'], 'x@evil.test', ['address-in-name']],
    [['From: "ceo \uff20 bank.example" <x@evil.test>'], 'x@evil.test', ['address-in-name']],
    [['From: =?utf-8?b?Y2VvQGJhbmsuZXhhbXBsZQ==?= <x@evil.test>'], 'x@evil.test', ['address-in-name']],
    [['From: =?utf-8?q?ceo=40bank=2Eexample=00?= <x@evil.test>'], 'x@evil.test', ['address-in-name']],
    // "Mailsploit": an end of the text, or of the line, inside an encoded word.
    [
      ['From: =?utf-8?b?cG90dXNAd2hpdGVob3VzZS5nb3Y=?==?utf-8?Q?=00?=@evil.test <x@evil.test>'],
      'x@evil.test',
      ['address-in-name'],
    ],
    [['From: =?utf-8?q?ceo=40bank=2Eexample=0A?= <x@evil.test>'], 'x@evil.test', ['address-in-name']],
    // Nobody, a group, comments, and what is no address.
    [['From: '], '', ['empty-from']],
    [['From: <>'], '', ['empty-from']],
    [['From: CEO'], 'CEO', ['empty-from']],
    [['X-From: ceo@bank.example'], '', ['empty-from']],
    [['From: Board: ceo@bank.example;'], 'ceo@bank.example', ['malformed-from']],
    [['From: undisclosed-recipients:;'], '', ['empty-from']],
    [['From: (ceo@bank.example) x@evil.test'], 'x@evil.test', ['address-in-name']],
    [['From: x@evil.test (ceo@bank.example)'], 'x@evil.test', ['address-in-name']],
    // Letters of other scripts, and those that are not seen.
    [['From: Ann <ann@xn--pypal-4ve.com>'], 'ann@xn--pypal-4ve.com', ['mixed-script']],
    [['From: P\u0430yPal <service@shop.example>'], 'service@shop.example', ['mixed-script']],
    [['From: "\u202egro.knab@oec" <x@evil.test>'], 'x@evil.test', ['bidi-in-name']],
    [['From: "Pay\u200bPal" <x@evil.test>'], 'x@evil.test', ['bidi-in-name']],
    // Somebody else hands it in, or gets the answers.
    [['From: ceo@bank.example', 'Sender: x@evil.test'], 'ceo@bank.example', ['sender-differs']],
    [['From: ceo@bank.example', 'Reply-To: x@evil.test'], 'ceo@bank.example', ['reply-to-elsewhere']],
    [['From: ceo@bank.example', 'Reply-To: ceo@mail.bank.example'], 'ceo@bank.example', []],
    // Whoever says that it was checked: the account's own server is believed, the sender is not.
    [
      ['Authentication-Results: mx.shop.test; dmarc=fail header.from=bank.example', 'From: ceo@bank.example'],
      'ceo@bank.example',
      ['authentication-failed'],
    ],
  ];

describe('who a mail is from', () => {
  it.each(
    mails.map(([lines, address, warnings]) => ({ header: lines.join(' | '), lines, address, warnings })),
  )('$header is from "$address"', ({ lines, address, warnings }) => {
    const { from, oddities } = map(lines);
    expect(from.address).toBe(address);
    expect(oddities).toEqual(expect.arrayContaining([...warnings]));
    if (warnings.length === 0) expect(oddities).toEqual([]);
    // What is shown as a name can neither turn the line nor hide in it.
    expect(from.name).not.toMatch(/[\p{Bidi_Control}\p{Cc}\u200b]/u);
  });

  it('is said with a warning in words for each oddity', () => {
    expect(mails.length).toBeGreaterThanOrEqual(30);
    for (const oddity of mails.flatMap(([, , warnings]) => warnings))
      expect(en).toHaveProperty([`oddity.${oddity}`]);
  });

  it.each([
    ['Authentication-Results: mx.shop.test; dmarc=pass header.from=bank.example', true],
    ['Authentication-Results: mx.evil.test; dmarc=pass header.from=bank.example', false],
    ['Authentication-Results: mx.shop.test.evil.test; dmarc=pass header.from=bank.example', false],
    ['X-Authentication-Results: mx.shop.test; dmarc=pass header.from=bank.example', false],
    ['Received-SPF: pass (mx.shop.test: domain of bank.example)', false],
    ['ARC-Authentication-Results: i=1; mx.shop.test; dmarc=pass header.from=bank.example', false],
  ])('is vouched for by the own server alone: %s', (line, vouched) => {
    const { authenticatedFrom } = map([line, 'From: ceo@bank.example']);
    expect(authenticatedFrom).toBe(vouched ? 'ceo@bank.example' : null);
  });
});
