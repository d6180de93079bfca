import { base64Lines, eml } from './mail-corpus.ts';

/** One mail made to exhaust a reader; built on demand, because all of them together fill a gigabyte. */
export type MailBomb = { readonly name: string; readonly make: () => Buffer; readonly shows: string };

const head = 'From: bomber@example.org\nSubject: bomb\nMessage-ID: <bomb@example.org>\n';
const after = 'Content-Type: text/plain\n\nstill here\n';

function nestedMultiparts(): Buffer {
  const lines = [head];
  for (let depth = 0; depth < 5000; depth += 1)
    lines.push(`Content-Type: multipart/mixed; boundary=b${String(depth)}\n\n--b${String(depth)}\n`);
  return eml(lines.join(''), 'Content-Type: text/plain\n\nstill here\n');
}

function manyParts(count: number): Buffer {
  const part = '--p\nContent-Type: text/plain\n\nstill here\n';
  return eml(`${head}Content-Type: multipart/mixed; boundary=p\n\n${part.repeat(count)}--p--\n`);
}

function nestedMessages(): Buffer {
  return eml(
    `${head}Content-Type: multipart/mixed; boundary=m\n\n--m\n\nstill here\n--m\n`,
    'Content-Type: message/rfc822\n\nSubject: in\n'.repeat(3000),
    '\nx\n--m--\n',
  );
}

function recordsOfTnef(): Buffer {
  const header = Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]);
  const looping = Buffer.from([2, 0x02, 0x90, 6, 0, 0, 0, 0, 0, 0, 0]);
  const winmail = Buffer.concat([header, ...Array.from({ length: 200_000 }, () => looping)]);
  return eml(
    `${head}Content-Type: multipart/mixed; boundary=t\n\n--t\n\nstill here\n--t\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${base64Lines(winmail)}\n--t--\n`,
  );
}

function manyEncodedWords(): Buffer {
  return eml(
    `From: bomber@example.org\nMessage-ID: <bomb@example.org>\nSubject: bomb\n`,
    ' =?utf-8?q?=41?=\n'.repeat(100_000),
    after,
  );
}

/** The 18 mails at which parsing libraries throw, take seconds or fill a gigabyte. `shows` must occur in the text read. */
export const mailBombs: readonly MailBomb[] = [
  { name: '5,000 nested multiparts', make: nestedMultiparts, shows: '' },
  {
    name: '200,000 headers',
    make: () => eml(head, 'X-Pad: 1\n'.repeat(200_000), after),
    shows: 'still here',
  },
  {
    name: 'one header line of 20 MB',
    make: () => eml(head, `X-Long: ${'a'.repeat(20_000_000)}\n`, after),
    shows: 'still here',
  },
  {
    name: '200,000 References',
    make: () => eml(head, 'References:', '\n <id@example.org>'.repeat(200_000), `\n${after}`),
    shows: 'still here',
  },
  {
    name: '100,000 addresses',
    make: () =>
      eml(
        head,
        'To: ',
        'Some Name <some.name@example.org>,\n '.repeat(100_000),
        `last@example.org\n${after}`,
      ),
    shows: 'still here',
  },
  {
    name: '100,000 RFC 2231 continuations',
    make: () =>
      eml(
        head,
        'Content-Type: text/plain',
        Array.from({ length: 100_000 }, (_, n) => `;\n name*${String(n)}=x`).join(''),
        '\n\nstill here\n',
      ),
    shows: '',
  },
  { name: '50,000 parts', make: () => manyParts(50_000), shows: 'still here' },
  { name: '100,000 encoded words', make: manyEncodedWords, shows: 'still here' },
  {
    name: '100,000 nested div',
    make: () =>
      eml(
        `${head}Content-Type: text/html\n\n${'<div>'.repeat(100_000)}still here${'</div>'.repeat(100_000)}`,
      ),
    shows: 'still here',
  },
  { name: '3,000 nested messages', make: nestedMessages, shows: 'still here' },
  {
    name: '50 MB of text',
    make: () => eml(`${head}${after}`, 'words and words and more words\n'.repeat(1_666_666)),
    shows: 'still here',
  },
  {
    name: '500,000 flowed lines',
    make: () =>
      eml(`${head}Content-Type: text/plain; format=flowed\n\nstill here\n${'flows on \n'.repeat(500_000)}`),
    shows: 'still here',
  },
  {
    name: '60 MB of base64',
    make: () =>
      eml(
        `${head}Content-Type: multipart/mixed; boundary=k\n\n--k\n\nstill here\n--k\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n${`${'QUJD'.repeat(19)}\n`.repeat(790_000)}--k--\n`,
      ),
    shows: 'still here',
  },
  {
    name: '5,000-deep groups and comments',
    make: () =>
      eml(
        `Subject: bomb\nMessage-ID: <bomb@example.org>\nFrom: ${'('.repeat(100_000)}${'a:'.repeat(5000)}bomber@example.org\n${after}`,
      ),
    shows: 'still here',
  },
  {
    name: '200,000 unclosed quotes and brackets',
    make: () =>
      eml(
        head,
        `To: ${'"<'.repeat(100_000)}\nCc: ${'<'.repeat(200_000)}\nBcc: ${"<'".repeat(100_000)}x\n`,
        after,
      ),
    shows: 'still here',
  },
  {
    name: '1,000,000 entities in HTML',
    make: () => eml(`${head}Content-Type: text/html\n\n<p>still here</p>${'&amp;'.repeat(1_000_000)}`),
    shows: 'still here',
  },
  {
    name: '3,000,000 lines that look like boundaries',
    make: () =>
      eml(
        `${head}Content-Type: multipart/mixed; boundary=z\n\n--z\n\nstill here\n${'--x\n'.repeat(3_000_000)}--z--\n`,
      ),
    shows: 'still here',
  },
  { name: '200,000 records of TNEF', make: recordsOfTnef, shows: 'still here' },
];
