import type { MessageEnvelopeObject } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inbound, MapContext } from '#main/channels/kit/inbound.ts';
import { mapMail } from '#main/channels/email/map/map-mail.ts';
import { readHeaderBlock } from '#main/channels/email/mime/header-block.ts';
import { mailBytes } from '#main/channels/email/mime/mail-bytes.ts';
import { leavesOf, readStructure } from '#main/channels/email/mime/mime-structure.ts';
import { defaultReadLimits } from '#main/channels/email/mime/read-limits.ts';
import { readMail } from '#main/channels/email/mime/read-mail.ts';
import type { ReadMail } from '#main/channels/email/mime/read-mail.ts';
import { mailCorpus } from '#test/support/mail-corpus.ts';
import { withCrlf } from '#test/support/mail-server/lmtp.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';
import { leavesOfStructure, verdictsOn } from './dovecot-judge.ts';
import type { Leaf, Verdict } from './dovecot-judge.ts';

type Judged = {
  readonly name: string;
  readonly mail: ReadMail;
  readonly inbound: Inbound;
  readonly leaves: readonly Leaf[];
  readonly verdict: Verdict;
};

const context: MapContext = {
  own: ['help@shop.test'],
  streamRole: 'inbox',
  trustedAuthserv: null,
  now: Date.UTC(2026, 10, 1),
};

let server: MailServer;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'none' });
});

afterAll(async () => {
  await server.stop();
});

const judge = async (
  user: string,
  mails: readonly { readonly name: string; readonly raw: Buffer }[],
): Promise<readonly Judged[]> => {
  const verdicts = await verdictsOn(
    server,
    user,
    mails.map(({ raw }) => raw),
  );
  return mails.map(({ name, raw }, index) => {
    const verdict = verdicts[index];
    const stored = withCrlf(raw);
    const mail = readMail(stored);
    const item = { key: name, bytes: stored, partial: false, size: stored.length, receivedAt: null };
    const inbound = mapMail({ ...item, seen: false, answered: false }, context);
    if (verdict === undefined || mail.kind !== 'mail' || inbound.kind !== 'message')
      throw new Error(`${name} is unreadable`);
    return { name, mail, inbound, leaves: ownLeaves(stored), verdict };
  });
};

const ownLeaves = (raw: Buffer): readonly Leaf[] => {
  const bytes = mailBytes(raw);
  const header = readHeaderBlock(bytes, 0, bytes.length, defaultReadLimits);
  return leavesOf(readStructure(bytes, header, defaultReadLimits).root).map(({ path, type, start, end }) => ({
    path,
    type,
    octets: end - start,
  }));
};

const oneLine = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();

/** The addresses that Dovecot read; it fills what is not there with words in capitals. */
const judgedAddresses = ({ from = [] }: MessageEnvelopeObject): readonly string[] =>
  from
    .map(({ address = '' }) => address.toLowerCase())
    .filter(
      (address) =>
        /[^@]@[^@]/.test(address) && !/^missing_mailbox@|@(missing_domain|syntax_error)$/.test(address),
    );

/** Ours in the judge's form, which leaves the quotes of a local part away. */
const ownAddresses = (mail: ReadMail): readonly string[] =>
  mail.from
    .map(({ address }) => address.toLowerCase().replace(/^"(.*)"@/, '$1@'))
    .filter((address) => address.includes('@'));

/** What the screen says about who wrote a mail. */
const identityWarnings = new Set([
  'empty-from',
  'malformed-from',
  'two-from',
  'address-in-name',
  'mixed-script',
  'bidi-in-name',
]);

const isFlagged = ({ inbound }: Judged): boolean =>
  inbound.oddities.some((oddity) => identityWarnings.has(oddity));

type Field = 'subject' | 'name' | 'from' | 'id' | 'leaves';

/** Each field on which we and the judge differ, with both readings. */
const differences = ({
  mail,
  leaves,
  verdict,
}: Judged): readonly { readonly field: Field; readonly both: string }[] => {
  const { envelope, structure } = verdict;
  const shown = (list: readonly Leaf[]): string => list.map(({ path, type }) => `${path} ${type}`).join(', ');
  const pairs: readonly (readonly [Field, string, string])[] = [
    ['subject', oneLine(envelope.subject), mail.subject],
    ['name', oneLine(envelope.from?.[0]?.name), mail.from[0]?.name ?? ''],
    ['from', judgedAddresses(envelope).join(), ownAddresses(mail).join()],
    ['id', (envelope.messageId ?? '').replace(/[<>]/g, ''), mail.messageId ?? ''],
    ['leaves', shown(leavesOfStructure(structure)), shown(leaves)],
  ];
  return pairs
    .filter(([, theirs, ours]) => theirs !== ours)
    .map(([field, theirs, ours]) => ({ field, both: `judge: ${theirs} / we: ${ours}` }));
};

/** Mails that we read otherwise on purpose: in which fields, and why. */
const accepted: Readonly<Record<string, readonly [readonly Field[], string]>> = {
  'plain with CR only': [
    ['subject', 'id'],
    'returns alone end lines for us; the judge sees one long From line',
  ],
  'blank lines before the header': [
    ['subject', 'from', 'name', 'id'],
    'the judge takes the blank line for the end of the header',
  ],
  'byte order mark at the head': [
    ['from', 'name'],
    'the judge takes the mark for a part of the first field name',
  ],
  'NUL bytes': [['subject'], 'we leave NUL out, the judge replaces it'],
  'type is one word': [['leaves'], 'RFC 1049 wrote "text" alone; we give it the default subtype'],
  'two From headers': [['from'], 'the judge adds up the fields; we show the first'],
  'two addresses for one name': [['from', 'name'], 'the judge stops at the first bracket, we show the last'],
  'group in From': [['name'], 'the judge lists the group as a mailbox'],
  'name with a comma, unquoted': [['name'], 'the judge splits the name at its comma'],
  'quote never closed': [['from', 'name'], 'the judge loses name and address with the quote'],
  'bracket never closed': [['from'], 'the judge loses the domain'],
  'reversal in the name': [['name'], 'characters that turn the reading direction are not shown'],
  'hidden character in the name': [['name'], 'characters that cannot be seen are not shown'],
  'comment in the address': [['name'], 'the judge takes the comment for the name, we the words behind it'],
};

/** Bytes that no header declares: the judge cannot decode them, charset detection can. */
const needsGuess = /^(?!utf-8)\S+ (as raw bytes|in headers and text that declare nothing)$/iu;

const isAccepted = (name: string, field: Field, both: string): boolean =>
  accepted[name]?.[0].includes(field) === true ||
  (needsGuess.test(name) && (field === 'subject' || field === 'name') && both.includes('\ufffd'));

describe('every mail of the corpus', () => {
  let judged: readonly Judged[];

  beforeAll(async () => {
    judged = await judge('corpus@shop.test', mailCorpus());
  });

  it('has the subject, sender, Message-ID and parts that Dovecot sees, but for the listed cases', () => {
    const unlike = judged.flatMap((one) =>
      differences(one)
        .filter(({ field, both }) => !isAccepted(one.name, field, both))
        .map(({ field, both }) => `${one.name}: ${field}: ${both}`),
    );
    expect(unlike).toEqual([]);
  });

  it('differs where the list says so, so that the list holds nothing of the past', () => {
    const listed = Object.entries(accepted).flatMap(([name, [fields]]) =>
      fields.map((field) => `${name}: ${field}`),
    );
    const real = judged.flatMap((one) => differences(one).map(({ field }) => `${one.name}: ${field}`));
    expect(listed.filter((line) => !real.includes(line))).toEqual([]);
  });

  it('carries a warning on the screen wherever Dovecot sees other senders', () => {
    const silent = judged.filter(
      (one) => !isFlagged(one) && differences(one).some(({ field }) => field === 'from'),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('names its files by the part numbers and types of the server, so that one can be fetched alone', () => {
    const wrong = judged.flatMap(({ name, mail, verdict }) => {
      const there = new Map(leavesOfStructure(verdict.structure).map(({ path, type }) => [path, type]));
      return mail.parts
        .filter(({ partId, kind }) => !partId.includes('/') && kind !== 'tnef')
        .filter(({ partId, mimeType }) => there.get(partId) !== mimeType)
        .map(({ partId, mimeType }) => `${name}: ${partId} ${mimeType}`);
    });
    expect(wrong).toEqual([]);
  });

  it('loses no part: what is neither text nor layout is listed as a file', () => {
    const lost = judged.flatMap(({ name, mail, leaves, verdict }) => {
      const listed = new Set(mail.parts.map(({ partId }) => partId));
      return leavesOfStructure(verdict.structure)
        .filter(({ path }) => leaves.some((leaf) => leaf.path === path))
        .filter(({ type }) => !/^(text\/(plain|html|enriched|)|multipart\/.*)$/.test(type))
        .filter(({ path }) => !listed.has(path))
        .map(({ path, type }) => `${name}: ${path} ${type}`);
    });
    expect(lost).toEqual([]);
  });
});

describe('four hundred mails of an ordinary mailbox', () => {
  let judged: readonly Judged[];

  beforeAll(async () => {
    const mails = [...generateMailbox({ seed: 1_047, count: 400 })];
    judged = await judge(
      'mailbox@shop.test',
      mails.map(({ raw, messageId }) => ({ name: messageId, raw })),
    );
  });

  it('are read as Dovecot reads them, to the octet of every part', () => {
    const unlike = judged.flatMap((one) => {
      const sizes = leavesOfStructure(one.verdict.structure).map(({ octets }) => octets);
      const own = one.leaves.map(({ octets }) => octets);
      const found = differences(one).map(({ field, both }) => `${one.name}: ${field}: ${both}`);
      return sizes.join() === own.join() ? found : [...found, `${one.name}: ${sizes.join()} / ${own.join()}`];
    });
    expect(unlike).toEqual([]);
  });

  it('carry no warning about who wrote them', () => {
    expect(
      judged.filter(isFlagged).map(({ name, inbound }) => `${name}: ${inbound.oddities.join()}`),
    ).toEqual([]);
  });
});

describe('senders put together at random from the pieces of an address', () => {
  const pieces = [
    ...([
      'ceo@bank.example',
      'x@evil.example',
      '<x@evil.example>',
      '<ceo@bank.example>',
      '"ceo@bank.example"',
    ] as const),
    ...([
      'Ann',
      'Doe',
      '"Doe, Ann"',
      'user',
      'Team:',
      '(note)',
      '(ceo@bank.example)',
      '"a b"@bank.example',
    ] as const),
    ...(['=?utf-8?q?ceo=40bank=2Eexample?=', '=?utf-8?q?=3Cceo=40bank=2Eexample=3E=2C?='] as const),
    ...([
      '@relay.example:',
      '[192.0.2.1]',
      '<',
      '>',
      '"',
      ',',
      ';',
      ':',
      '(',
      ')',
      '@',
      '\\',
      ' ',
      '.',
    ] as const),
    ...(['\r\n ', '%', "'"] as const),
  ] as const;

  const made = (seed: number, count: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: count }, () => {
      const glue = random.pick(['', ' ']);
      const from = Array.from({ length: 1 + random.below(6) }, () => random.pick(pieces)).join(glue);
      return { name: from, raw: Buffer.from(`From: ${from}\r\nSubject: s\r\n\r\nx\r\n`) };
    });
  };

  it.each([1, 2])('are the ones that Dovecot names, or carry a warning (seed %i)', async (seed) => {
    const judged = await judge(`random${String(seed)}@shop.test`, made(seed, 600));
    const silent = judged.filter((one) => {
      const theirs = judgedAddresses(one.verdict.envelope);
      // Where the judge finds nobody at all, there is no second reading to be warned of.
      return theirs.length > 0 && theirs.join() !== ownAddresses(one.mail).join() && !isFlagged(one);
    });
    expect(
      silent.map(({ name, mail, verdict }) => [name, judgedAddresses(verdict.envelope), ownAddresses(mail)]),
    ).toEqual([]);
  });

  it('never show an address that is none without a warning', async () => {
    const judged = await judge('shape@shop.test', made(3, 300));
    const silent = judged.filter(
      (one) =>
        !isFlagged(one) &&
        !ownAddresses(one.mail).every((address) => /^[^@<>()\\]+@[^@<>()\\,;: ]+$/.test(address)),
    );
    expect(silent.map(({ name, mail }) => [name, ownAddresses(mail)])).toEqual([]);
  });
});
