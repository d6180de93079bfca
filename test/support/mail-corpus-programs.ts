import type { CorpusMail, MailExpectation } from './mail-expectation.ts';

/** A mail written as text; with `latin1` each character is one byte. */
function mail(
  name: string,
  source: string,
  expect: MailExpectation,
  form: 'crlf' | 'lf' | 'cr' | 'latin1' = 'crlf',
): CorpusMail {
  const lines = source.replace(/^\n/, '');
  if (form === 'lf') return { name, raw: Buffer.from(lines), expect };
  if (form === 'cr') return { name, raw: Buffer.from(lines.replace(/\n/g, '\r')), expect };
  return {
    name,
    raw: Buffer.from(lines.replace(/\n/g, '\r\n'), form === 'latin1' ? 'latin1' : 'utf8'),
    expect,
  };
}

const head =
  'From: Ann Doe <ann@example.org>\nTo: help@shop.example\nSubject: Hello\nDate: Mon, 4 Mar 2024 10:00:00 +0000\nMessage-ID: <m1@example.org>\n';
const pdf = 'JVBERi0xLjQKJcfs';

function structures(): CorpusMail[] {
  return [
    mail(
      'plain with LF only',
      `${head}\nJust text.\n`,
      {
        from: 'ann@example.org',
        fromName: 'Ann Doe',
        text: 'Just text.',
        html: null,
        parts: [],
        date: '2024-03-04T10:00:00.000Z',
        messageId: 'm1@example.org',
      },
      'lf',
    ),
    mail(
      'plain with CR only',
      `${head}\nJust text.\n`,
      { from: 'ann@example.org', subject: 'Hello', text: 'Just text.', judgesDiffer: 'bare returns' },
      'cr',
    ),
    mail('mbox line at the head', `From ann@example.org Mon Mar  4 10:00:00 2024\n${head}\nText\n`, {
      from: 'ann@example.org',
      subject: 'Hello',
      text: 'Text',
    }),
    mail('blank lines before the header', `\n\n${head}\nText\n`, {
      from: 'ann@example.org',
      subject: 'Hello',
      text: 'Text',
      judgesDiffer: 'blank lines first',
    }),
    mail('no blank line before the body', `${head}This is text without a header colon\nmore\n`, {
      subject: 'Hello',
      text: 'This is text without',
      oddities: ['missing-separator'],
      judgesDiffer: 'no separator',
    }),
    mail('no body at all', head.trimEnd(), { subject: 'Hello', text: '', parts: [] }),
    mail('no header at all', 'just some words\nand more\n', {
      from: '',
      text: 'just some words',
      oddities: ['no-header', 'empty-from'],
      judgesDiffer: 'no header',
    }),
    mail('empty header block', '\nbody only, no colon\n', { text: 'body only', judgesDiffer: 'no header' }),
    mail(
      'folded headers',
      'From: Ann\n <ann@example.org>\nSubject: a\n long\n\tsubject\nReferences: <1@a>\n <2@a>\n\t<3@a>\n\nx\n',
      {
        from: 'ann@example.org',
        subject: 'a long subject',
        references: ['1@a', '2@a', '3@a'],
        judgesDiffer: 'tab kept in folding',
      },
    ),
    mail('headers in capitals with blanks before the colon', 'FROM : ann@example.org\nSUBJECT : Hi\n\nx\n', {
      from: 'ann@example.org',
      subject: 'Hi',
      judgesDiffer: 'blank before colon',
    }),
    mail(
      'alternative',
      `${head}Content-Type: multipart/alternative; boundary="=_x"\n\npreamble\n--=_x\nContent-Type: text/plain\n\nplain words\n--=_x\nContent-Type: text/html\n\n<p>rich words</p>\n--=_x--\nepilogue\n`,
      { text: 'plain words', notText: 'preamble', html: '<p>rich words</p>', parts: [] },
    ),
    mail(
      'html alone',
      `${head}Content-Type: text/html; charset=utf-8\n\n<html><head><style>p{}</style><title>t</title></head><body><p>One</p><p>Two<br>Three</p><ul><li>a<li>b</ul><script>evil()</script></body></html>\n`,
      { text: 'One\n\nTwo\nThree', notText: 'evil', html: '<p>One</p>' },
    ),
    mail(
      'html with a charset in meta only',
      `${head}Content-Type: text/html\n\n<meta charset="windows-1252"><p>na\xefve \x80</p>\n`,
      { text: 'naïve €', judgesDiffer: '-' },
      'latin1',
    ),
    mail(
      'empty plain alternative',
      `${head}Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n\n--b\nContent-Type: text/html\n\n<p>only here</p>\n--b--\n`,
      { text: 'only here', html: '<p>only here</p>' },
    ),
    mail(
      'related with an inline picture',
      `${head}Content-Type: multipart/related; boundary=r; type="text/html"\n\n--r\nContent-Type: text/html\n\n<img src="cid:pic@1" alt="Logo">Text\n--r\nContent-Type: image/png; name=logo.png\nContent-ID: <pic@1>\nContent-Disposition: inline; filename=logo.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--\n`,
      { html: 'cid:pic@1', text: 'Text', parts: ['2 logo.png file 8'] },
    ),
    mail(
      'mixed of related of alternative',
      `${head}Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\ndeep plain\n--a\nContent-Type: text/html\n\n<b>deep</b>\n--a--\n--r\nContent-Type: image/gif\nContent-ID: <g>\nContent-Transfer-Encoding: base64\n\nR0lGODlhAQABAA==\n--r--\n--m\nContent-Type: application/pdf; name="a b.pdf"\nContent-Disposition: attachment; filename="a b.pdf"\nContent-Transfer-Encoding: base64\n\n${pdf}\n--m--\n`,
      { text: 'deep plain', html: '<b>deep</b>', parts: ['1.2 attachment.gif file 10', '2 a b.pdf file 12'] },
    ),
    mail(
      'boundary end missing',
      `${head}Content-Type: multipart/mixed; boundary=q\n\n--q\n\nfirst\n--q\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n${pdf}`,
      { text: 'first', parts: ['2 x.pdf file 12'], oddities: ['missing-boundary-end'] },
    ),
    mail(
      'inner boundary never closed',
      `${head}Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\nin plain\n--o\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n${pdf}\n--o--\n`,
      { text: 'in plain', parts: ['2 x.pdf file 12'] },
    ),
    mail(
      'boundary parameter missing',
      `${head}Content-Type: multipart/mixed\n\n--guessme\nContent-Type: text/plain\n\nguessed\n--guessme--\n`,
      { text: 'guessed', judgesDiffer: 'no boundary given' },
    ),
    mail(
      'boundary other than declared',
      `${head}Content-Type: multipart/mixed; boundary=wrong\n\n--real_one\nContent-Type: text/plain\n\nfound anyway\n--real_one--\n`,
      { text: 'found anyway', notText: 'real_one', judgesDiffer: 'wrong boundary' },
    ),
    mail(
      'boundary that is a prefix of the inner one',
      `${head}Content-Type: multipart/mixed; boundary=abc\n\n--abc\nContent-Type: multipart/alternative; boundary=abcd\n\n--abcd\n\ninner\n--abcd--\n--abc\nContent-Type: text/plain; name=n.txt\nContent-Disposition: attachment\n\nouter\n--abc--\n`,
      { text: 'inner', notText: 'outer', parts: ['2 n.txt file 5'] },
    ),
    mail(
      'boundary with padding',
      `${head}Content-Type: multipart/mixed; boundary=pad\n\n--pad   \n\npadded\n--pad--  \n`,
      { text: 'padded' },
    ),
    mail(
      'attachment without a name',
      `${head}Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n/9j/4AAQ\n`,
      { text: '', parts: ['1 attachment.jpg file 6'] },
    ),
    mail(
      'text file as attachment',
      `${head}Content-Type: multipart/mixed; boundary=t\n\n--t\n\nhello\n--t\nContent-Type: text/plain; name=notes.txt\nContent-Disposition: attachment; filename=notes.txt\n\nsecret file\n--t--\n`,
      { text: 'hello', notText: 'secret file', parts: ['2 notes.txt file 11'] },
    ),
    mail(
      'apple text picture text',
      `${head}Content-Type: multipart/mixed; boundary=am\n\n--am\nContent-Type: text/plain\n\nbefore\n--am\nContent-Type: image/png; name=p.png\nContent-Disposition: inline; filename=p.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--am\nContent-Type: text/plain\n\nafter\n--am--\n`,
      { text: 'before\n\nafter', html: null, parts: ['2 p.png file 8'] },
    ),
    mail(
      'html with a plain list footer',
      `${head}Content-Type: multipart/mixed; boundary=f\n\n--f\nContent-Type: text/html\n\n<p>rich</p>\n--f\nContent-Type: text/plain\n\n____\nlist <footer>\n--f--\n`,
      { text: 'list <footer>', html: '&lt;footer&gt;' },
    ),
    mail(
      'forwarded as message',
      `${head}Content-Type: multipart/mixed; boundary=w\n\n--w\n\nsee below\n--w\nContent-Type: message/rfc822\n\nFrom: other@example.org\nSubject: Original\nContent-Type: multipart/mixed; boundary=deep\n\n--deep\n\ninner text\n--deep--\n--w--\n`,
      { text: 'see below', notText: 'inner text', parts: ['2 attachment.eml message *'] },
    ),
    mail(
      'digest',
      `${head}Content-Type: multipart/digest; boundary=d\n\n--d\n\nFrom: a@b.c\nSubject: One\n\none\n--d\n\nFrom: a@b.c\nSubject: Two\n\ntwo\n--d--\n`,
      { parts: ['1 attachment.eml message *', '2 attachment.eml message *'] },
    ),
    mail(
      'pgp signed',
      `${head}Content-Type: multipart/signed; boundary=s; protocol="application/pgp-signature"\n\n--s\n\nsigned words\n--s\nContent-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n--s--\n`,
      { text: 'signed words', parts: ['2 signature.asc pgp *'] },
    ),
    mail(
      'pgp encrypted',
      `${head}Content-Type: multipart/encrypted; boundary=s; protocol="application/pgp-encrypted"\n\n--s\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--s\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--s--\n`,
      { text: '', parts: ['1 attachment.asc pgp *', '2 encrypted.asc file *'] },
    ),
    mail(
      's/mime sealed',
      `${head}Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n\nMIAGCSqGSIb3\n`,
      { text: '', parts: ['1 smime.p7m smime 9'] },
    ),
    mail('uuencoded file in the text', `${head}\nsee file\nbegin 644 cat.txt\n#0V%T\n\`\nend\nbye\n`, {
      text: 'see file',
      notText: 'begin 644',
      parts: ['1/uu.1 cat.txt file 3'],
      judgesDiffer: '-',
    }),
    mail('yahoo style long lines', `${head}Content-Type: text/plain\n\n${'word '.repeat(4000)}\n`, {
      text: 'word word',
    }),
    mail(
      'format=flowed',
      `${head}Content-Type: text/plain; format=flowed; delsp=no\n\nThis is one \nparagraph.\n> quoted \n> words\n-- \nAnn\n`,
      { text: 'This is one paragraph.\n> quoted words\n-- \nAnn', judgesDiffer: '-' },
    ),
    mail(
      'flowed with delsp',
      `${head}Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n\n日本 \n語\n`,
      { text: '日本語', judgesDiffer: '-' },
    ),
    mail('utf-7', `${head}Content-Type: text/plain; charset=utf-7\n\nGr+APwA3w-e +IKw-\n`, {
      text: 'Grüße €',
      judgesDiffer: '-',
    }),
    mail(
      'iso-2022-jp',
      'From: =?ISO-2022-JP?B?GyRCRURDZhsoQg==?= <t@example.jp>\nSubject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=\nContent-Type: text/plain; charset=ISO-2022-JP\n\n\x1b$BF|K\\\x1b(B abc\n',
      { fromName: '田中', subject: '日本', text: '日本 abc' },
    ),
    mail('iso-2022-jp undeclared', `${head}\n\x1b$BF|K\\\x1b(B\n`, { text: '日本', judgesDiffer: '-' }),
    mail('iso-2022-kr', `${head}Content-Type: text/plain; charset=iso-2022-kr\n\n\x1b$)C\x0eGQ1[\x0f ok\n`, {
      text: '한글 ok',
      judgesDiffer: '-',
    }),
    mail('hz', `${head}Content-Type: text/plain; charset=hz-gb-2312\n\n~{VPND~} ok\n`, {
      text: '中文 ok',
      judgesDiffer: '-',
    }),
    mail(
      'utf-16 in base64',
      `${head}Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n/v8ASABpIKw=\n`,
      { text: 'Hi€' },
    ),
    mail('unknown charset', `${head}Content-Type: text/plain; charset=x-klingon\n\nGrüße\n`, {
      text: 'Grüße',
    }),
    mail(
      'utf-8 declared, latin1 sent',
      `${head}Content-Type: text/plain; charset=utf-8\n\nK\xf6ln gr\xfc\xdft M\xfcnchen und \xd6sterreich\n`,
      { text: 'Köln grüßt München', judgesDiffer: '-' },
      'latin1',
    ),
    mail(
      'one accent declared as ascii',
      `${head}Content-Type: text/plain; charset=us-ascii\n\nK\xf6ln\n`,
      { text: 'Köln', judgesDiffer: '-' },
      'latin1',
    ),
    mail('NUL bytes', `${head.replace('Hello', 'He\0llo')}\nte\0xt\n`, {
      subject: 'Hello',
      text: 'text',
      judgesDiffer: 'NUL',
    }),
    mail('byte order mark at the head', `\ufeff${head}\nText\n`, {
      from: 'ann@example.org',
      text: 'Text',
      judgesDiffer: '-',
    }),
    mail(
      'base64 in padded blocks',
      `${head}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGFsbG8=\nIFdlbHQ=\n`,
      { text: 'Hallo Welt', judgesDiffer: '-' },
    ),
    mail(
      'broken quoted-printable',
      `${head}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n100=% a=ZZ b=\n\n=C3=A4=`,
      { text: 'ä' },
    ),
    mail(
      'encoding with a comment and capitals',
      `${head}Content-Type: TEXT/PLAIN (plain); CHARSET="UTF-8" (eight)\nContent-Transfer-Encoding: Quoted-Printable\n\n=E2=82=AC\n`,
      { text: '€' },
    ),
    mail('enriched', `${head}Content-Type: text/enriched\n\n<bold>Loud</bold> words\n`, {
      text: 'Loud words',
      judgesDiffer: '-',
    }),
    mail('type is one word', `${head}Content-Type: text\n\nold\n`, { text: 'old', judgesDiffer: '-' }),
  ];
}

function names(): CorpusMail[] {
  const attached = (headers: string): string =>
    `${head}Content-Type: multipart/mixed; boundary=n\n\n--n\n\nx\n--n\n${headers}\nContent-Transfer-Encoding: base64\n\n${pdf}\n--n--\n`;
  const file = (name: string, headers: string, shown: string, extra: MailExpectation = {}): CorpusMail =>
    mail(name, attached(headers), { parts: [`2 ${shown} file 12`], ...extra });
  return [
    file(
      'name in RFC 2231',
      "Content-Disposition: attachment; filename*=utf-8''na%C3%AFve%20%E2%82%AC.pdf\nContent-Type: application/pdf",
      'naïve €.pdf',
    ),
    file(
      'name in RFC 2231 pieces',
      'Content-Type: application/pdf\nContent-Disposition: attachment;\n filename*0*=iso-8859-1\'\'gr%FC;\n filename*1*=%DFe%20;\n filename*2="two.pdf"',
      'grüße two.pdf',
    ),
    file(
      'pieces out of order',
      'Content-Type: application/pdf\nContent-Disposition: attachment; filename*1=b.pdf; filename*0=a',
      'ab.pdf',
    ),
    file(
      'name as encoded word',
      'Content-Type: application/pdf; name="=?utf-8?B?w6TDtsO8LnBkZg==?="\nContent-Disposition: attachment',
      'äöü.pdf',
    ),
    file(
      'name as folded encoded words',
      'Content-Type: application/pdf;\n name="=?utf-8?Q?lang=C3=A4?=\n =?utf-8?Q?r.pdf?="',
      'langär.pdf',
    ),
    file(
      'name unquoted with blanks',
      'Content-Type: application/pdf; name=my file.pdf\nContent-Disposition: attachment; filename=my file.pdf',
      'my file.pdf',
    ),
    file(
      'name* against name',
      "Content-Type: application/pdf\nContent-Disposition: attachment; filename=wrong.exe; filename*=utf-8''right.pdf",
      'right.pdf',
    ),
    file(
      'name raw utf-8',
      'Content-Type: application/pdf\nContent-Disposition: attachment; filename="żółw.pdf"',
      'żółw.pdf',
      { judgesDiffer: '-' },
    ),
    file(
      'name with a path',
      'Content-Type: application/pdf\nContent-Disposition: attachment; filename="../../etc/passwd"',
      'passwd',
      { oddities: ['deceptive-attachment-name'] },
    ),
    file(
      'name with a windows path',
      'Content-Type: application/pdf\nContent-Disposition: attachment; filename="C:\\temp\\a.pdf"',
      'a.pdf',
    ),
    file(
      'name with a reversal',
      "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''inv%E2%80%AEfdp.exe",
      'invfdp.exe',
      { oddities: ['deceptive-attachment-name'] },
    ),
    file(
      'reserved name',
      'Content-Type: application/pdf\nContent-Disposition: attachment; filename="aux.txt"',
      '_aux.txt',
    ),
    file(
      'dot file behind a zero-width blank',
      "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%E2%80%8B.htaccess",
      'htaccess',
    ),
    file(
      'trailing dots and blanks',
      'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a.exe . . "',
      'a.exe',
    ),
  ];
}

function identities(): CorpusMail[] {
  const from = (name: string, header: string, expect: MailExpectation): CorpusMail =>
    mail(name, `${header}\nTo: me@shop.example\nSubject: s\n\nx\n`, expect);
  return [
    from('two From headers', 'From: a@one.example\nFrom: b@two.example', {
      from: 'a@one.example',
      oddities: ['two-from-headers'],
      judgesDiffer: 'two From',
    }),
    from('two addresses for one name', 'From: Spoofed <ceo@bank.example> <x@evil.example>', {
      from: 'x@evil.example',
      oddities: ['malformed-from', 'address-in-display-name'],
      judgesDiffer: 'two brackets',
    }),
    from('address in the name', 'From: "ceo@bank.example" <x@evil.example>', {
      from: 'x@evil.example',
      fromName: 'ceo@bank.example',
      oddities: ['address-in-display-name'],
    }),
    from(
      'address in an encoded name',
      'From: =?utf-8?q?ceo=40bank=2Eexample_=3Cceo=40bank=2Eexample=3E?= <x@evil.example>',
      { from: 'x@evil.example', oddities: ['address-in-display-name'] },
    ),
    from(
      'encoded word with brackets adds no address',
      'From: =?utf-8?q?A_=3Ca=40bank=2Eexample=3E=2C?= <x@evil.example>',
      { from: 'x@evil.example', oddities: ['address-in-display-name'] },
    ),
    from('empty From', 'From:', { from: '', oddities: ['empty-from'] }),
    from('no From', 'X-None: 1', { from: '', oddities: ['empty-from'] }),
    from('empty brackets', 'From: Nobody <>', {
      from: '',
      fromName: 'Nobody',
      oddities: ['empty-from'],
      judgesDiffer: '-',
    }),
    from('group in From', 'From: Team: a@one.example, b@two.example;', {
      from: 'a@one.example',
      oddities: ['group-in-from', 'many-from-addresses'],
      judgesDiffer: 'group',
    }),
    from('Sender differs', 'From: a@one.example\nSender: b@two.example', {
      from: 'a@one.example',
      oddities: ['sender-differs'],
    }),
    from('Reply-To elsewhere', 'From: a@one.example\nReply-To: b@two.example', {
      oddities: ['reply-to-other-domain'],
    }),
    from('Reply-To at a subdomain', 'From: a@one.example\nReply-To: b@mail.one.example', { oddities: [] }),
    from('cyrillic a in the domain', 'From: x@pаypal.example', {
      oddities: ['mixed-script'],
      judgesDiffer: 'IDN',
    }),
    from('whole domain of lookalikes', 'From: x@аррӏе.example', {
      oddities: ['mixed-script'],
      judgesDiffer: 'IDN',
    }),
    from('punycode of a mixed domain', 'From: x@xn--pypal-4ve.example', {
      oddities: ['punycode-domain', 'mixed-script'],
      judgesDiffer: 'IDN',
    }),
    from('mixed scripts in the name', 'From: =?utf-8?b?UNCweXBhbA==?= <x@evil.example>', {
      oddities: ['mixed-script'],
    }),
    from('reversal in the name', 'From: =?utf-8?q?=E2=80=AEmoc=2Eknab?= <x@evil.example>', {
      fromName: 'moc.knab',
      oddities: ['bidi-in-name'],
      judgesDiffer: 'bidi removed',
    }),
    from('hidden character in the name', 'From: =?utf-8?q?Pay=E2=80=8Bpal?= <x@evil.example>', {
      fromName: 'Paypal',
      oddities: ['hidden-characters-in-name'],
      judgesDiffer: 'hidden removed',
    }),
    from('quoted local part with an address', 'From: "a@evil.example x"@good.example', {
      from: '"a@evil.example x"@good.example',
      judgesDiffer: 'quoted local part',
    }),
    from('comment in the address', 'From: user@good.example(x)evil.example', {
      from: 'user@good.example',
      judgesDiffer: 'comment',
    }),
    from('comment as name', 'From: ann@example.org (Ann Doe)', {
      from: 'ann@example.org',
      fromName: 'Ann Doe',
    }),
    from('nested comments', 'From: ann(a(b)c)@example.org', { judgesDiffer: 'comment' }),
    from('name with a comma, unquoted', 'From: Doe, Ann <ann@example.org>', {
      from: 'ann@example.org',
      fromName: 'Doe, Ann',
      judgesDiffer: '-',
    }),
    from('escaped quotes in the name', 'From: "Ann \\"The\\" Doe" <ann@example.org>', {
      fromName: 'Ann "The" Doe',
    }),
    from('quote never closed', 'From: "Ann <ann@example.org>', {
      from: 'ann@example.org',
      judgesDiffer: 'open quote',
    }),
    from('bracket never closed', 'From: Ann <ann@example.org', {
      from: 'ann@example.org',
      judgesDiffer: 'open bracket',
    }),
    from('source route', 'From: <@relay.example,@b.example:ann@example.org>', {
      from: 'ann@example.org',
      judgesDiffer: 'route',
    }),
    from('capitals in the domain only', 'From: Ann.Doe@EXAMPLE.Org', {
      from: 'Ann.Doe@example.org',
      judgesDiffer: 'domain case',
    }),
    from('local user without a domain', 'From: root', {
      from: 'root',
      oddities: ['empty-from'],
      judgesDiffer: '-',
    }),
    from('old bang path', 'From: ucbvax!decvax!ann', { from: 'ucbvax!decvax!ann', judgesDiffer: '-' }),
    from('words with broken encoded word', 'From: =?utf-8?q?Ann?Doe <ann@example.org>', {
      from: 'ann@example.org',
      judgesDiffer: '-',
    }),
    from('character cut between encoded words', 'From: =?utf-8?b?w6TD?= =?utf-8?b?tg==?= <ann@example.org>', {
      fromName: 'äö',
    }),
    from('encoded word with a language', 'From: =?utf-8*de?q?J=C3=BCrgen?= <j@example.org>', {
      fromName: 'Jürgen',
    }),
    mail('empty group as recipient', 'From: a@b.example\nTo: undisclosed-recipients:;\nSubject: s\n\nx\n', {
      to: [],
      judgesDiffer: '-',
    }),
    mail(
      'groups and lists as recipients',
      'From: a@b.example\nTo: A Group:Ed <joe@where.test>,John <jdoe@one.test>;, x@y.test\nCc: "a, b" <c@d.test>; e@f.test\nSubject: s\n\nx\n',
      { to: ['joe@where.test', 'jdoe@one.test', 'x@y.test'] },
    ),
  ];
}

function machines(): CorpusMail[] {
  const dsn = (parts: string, top = ''): string =>
    `${top}From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: help@shop.example\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=dsn\n\n${parts}\n--dsn--\n`;
  const status =
    '--dsn\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; gone@customer.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User\n unknown\n';
  const failed = ['gone@customer.example failed 5.1.1'];
  return [
    mail(
      'postfix bounce',
      dsn(
        `--dsn\nContent-Type: text/plain\n\nI'm sorry\n${status}--dsn\nContent-Type: message/rfc822\n\nMessage-ID: <out1@shop.example>\nX-Steward-Id: 0190aa\nSubject: Re: Hello\n\nbody`,
      ),
      { automatic: 'bounce', failed, originalMessageId: 'out1@shop.example', stewardId: '0190aa' },
    ),
    mail(
      'bounce with headers only',
      dsn(
        `--dsn\n\nsorry\n${status}--dsn\nContent-Type: text/rfc822-headers\n\nSubject: Re\nMessage-Id:\n <out2@shop.example>\n`,
      ),
      { automatic: 'bounce', failed, originalMessageId: 'out2@shop.example' },
    ),
    mail(
      'delayed, not failed',
      dsn(`--dsn\n\nwait\n${status.replace('failed', 'delayed').replace('5.1.1', '4.4.1')}`),
      { automatic: 'bounce', failed: ['gone@customer.example delayed 4.4.1'] },
    ),
    mail(
      'delivered report',
      dsn(`--dsn\n\nfine\n${status.replace('failed', 'delivered').replace('5.1.1', '2.0.0')}`),
      { automatic: 'notification', failed: ['gone@customer.example delivered 2.0.0'] },
    ),
    mail(
      'qmail bounce',
      "Return-Path: <>\nFrom: MAILER-DAEMON@qmail.example\nTo: help@shop.example\nSubject: failure notice\n\nHi. This is the qmail-send program at qmail.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<gone@customer.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <help@shop.example>\nMessage-ID: <out3@shop.example>\nTo: <gone@customer.example>\n",
      {
        automatic: 'bounce',
        failed: ['gone@customer.example failed 5.1.1'],
        originalMessageId: 'out3@shop.example',
      },
    ),
    mail(
      'exim bounce',
      'From: Mail Delivery System <Mailer-Daemon@exim.example>\nX-Failed-Recipients: gone@customer.example\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\n  gone@customer.example\n    SMTP error from remote mail server: 550 unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-Id: <out4@shop.example>\nX-Steward-Id: 0190bb\n',
      {
        automatic: 'bounce',
        failed: ['gone@customer.example failed 5.0.0'],
        originalMessageId: 'out4@shop.example',
        stewardId: '0190bb',
      },
    ),
    mail(
      'gmx bounce',
      'From: GMX Mailer Daemon <mailer-daemon@gmx.de>\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of\nits recipients. The following addresses failed:\n\ngone@customer.example:\nSMTP error from remote server for RCPT TO command: 550 5.1.1 mailbox unavailable\n\n--- The header of the original message is following. ---\n\nReceived: from x\nMessage-ID: <out5@shop.example>\n',
      { automatic: 'bounce', failed, originalMessageId: 'out5@shop.example' },
    ),
    mail(
      'exchange bounce',
      'From: Postmaster@corp.example\nReturn-Path: <>\nSubject: Undeliverable: Re: Hello\nContent-Type: multipart/report; report-type=delivery-status; boundary=dsn\n\n' +
        `--dsn\nContent-Type: text/html\n\n<p>could not be delivered</p>\n${status}--dsn\nContent-Type: message/rfc822\n\nMessage-ID: <out6@shop.example>\n\n--dsn--\n`,
      { automatic: 'bounce', failed, originalMessageId: 'out6@shop.example' },
    ),
    mail(
      'vacation',
      'From: a@b.example\nSubject: Re: Hello\nAuto-Submitted: auto-replied (vacation)\nIn-Reply-To: <out7@shop.example>\n\naway\n',
      { automatic: 'auto-reply' },
    ),
    mail(
      'outlook out of office',
      'From: a@b.example\nSubject: Automatische Antwort: Hello\nX-Auto-Response-Suppress: All\n\nweg\n',
      { automatic: 'auto-reply' },
    ),
    mail(
      'mailing list',
      'From: a@b.example\nSubject: [list] x\nList-Id: <list.example>\nList-Unsubscribe: <mailto:u@b.example>\nPrecedence: list\n\nx\n',
      { automatic: 'list' },
    ),
    mail('newsletter', 'From: a@b.example\nSubject: Sale\nList-Unsubscribe: <https://b.example/u>\n\nx\n', {
      automatic: 'bulk',
    }),
    mail('cron', 'From: root@b.example\nSubject: Cron\nAuto-Submitted: auto-generated\n\nx\n', {
      automatic: 'notification',
    }),
    mail('auto-submitted no', 'From: a@b.example\nSubject: x\nAuto-Submitted: no\n\nx\n', {
      automatic: null,
    }),
    mail(
      'person called postmaster',
      'From: Postmaster <postmaster@b.example>\nSubject: Your question\n\nWe looked into it.\n',
      { automatic: null },
    ),
    mail(
      'invitation',
      `${head}Content-Type: multipart/alternative; boundary=c\n\n--c\n\nplease come\n--c\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:u1\nSUMMARY:Müller\\, review\nDTSTART;TZID=W. Europe Standard Time:20240701T100000\nDTEND;TZID=W. Europe Standard Time:20240701T110000\nLOCATION:Room 1\nORGANIZER;CN=Ann:mailto:ann@example.org\nEND:VEVENT\nEND:VCALENDAR\n--c--\n`,
      {
        text: 'please come',
        calendar: 'REQUEST Müller, review 2024-07-01T08:00:00.000Z Room 1 ann@example.org',
        parts: ['2 attachment.ics calendar *'],
      },
    ),
    mail(
      'invitation that is no calendar',
      `${head}Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:nonsense\n`,
      { parts: ['1 attachment.ics calendar *'] },
    ),
    mail(
      'all-day invitation alone',
      `${head}Content-Type: text/calendar; method=PUBLISH\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Holiday\nDTSTART;VALUE=DATE:20241224\nEND:VEVENT\nEND:VCALENDAR\n`,
      { text: 'Holiday', calendar: 'PUBLISH Holiday 2024-12-24  ' },
    ),
  ];
}

/** One attribute of a TNEF container (MS-OXTNEF section 2.1.3): level, id, length, data, checksum. */
function attribute(level: number, id: number, type: number, data: Buffer): Buffer {
  const top = Buffer.alloc(9);
  top.writeUInt8(level, 0);
  top.writeUInt16LE(id, 1);
  top.writeUInt16LE(type, 3);
  top.writeUInt32LE(data.length, 5);
  return Buffer.concat([top, data, Buffer.from([0, 0])]);
}

/** A MAPI property block with one Unicode string. */
function unicodeProperty(id: number, text: string): Buffer {
  const value = Buffer.from(`${text}\0`, 'utf16le');
  const block = Buffer.alloc(16 + Math.ceil(value.length / 4) * 4);
  block.writeUInt32LE(1, 0);
  block.writeUInt16LE(0x001f, 4);
  block.writeUInt16LE(id, 6);
  block.writeUInt32LE(1, 8);
  block.writeUInt32LE(value.length, 12);
  value.copy(block, 16);
  return block;
}

function containers(): CorpusMail[] {
  const winmail = Buffer.concat([
    Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0]),
    attribute(1, 0x9007, 6, Buffer.from([0xe4, 4, 0, 0, 0, 0, 0, 0])),
    attribute(1, 0x9003, 6, unicodeProperty(0x1000, 'Body only in the container')),
    attribute(2, 0x9002, 6, Buffer.alloc(14)),
    attribute(2, 0x8010, 1, Buffer.from('REPORT~1.TXT\0')),
    attribute(2, 0x800f, 6, Buffer.from('report')),
    attribute(2, 0x9005, 6, unicodeProperty(0x3707, 'Jahresbericht größer.txt')),
    attribute(2, 0x9002, 6, Buffer.alloc(14)),
    attribute(2, 0x8010, 1, Buffer.from('b\xfcro.bin\0', 'latin1')),
    attribute(2, 0x800f, 6, Buffer.from([1, 2, 3])),
  ]).toString('base64');
  const wrapped = (type: string): string =>
    `${head}Content-Type: multipart/mixed; boundary=t\n\n--t\nContent-Type: ${type}; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${winmail}\n--t--\n`;
  const expect = {
    text: 'Body only in the container',
    parts: ['1 winmail.dat tnef *', '1/tnef.1 Jahresbericht größer.txt file 6', '1/tnef.2 büro.bin file 3'],
  };
  return [
    mail('outlook container', wrapped('application/ms-tnef'), expect),
    mail('outlook container by its name only', wrapped('application/octet-stream'), expect),
  ];
}

function dates(): CorpusMail[] {
  const dated = (date: string, expected: string | null): CorpusMail =>
    mail(`date ${date}`, `From: a@b.example\nSubject: s\nDate: ${date}\n\nx\n`, { date: expected });
  return [
    dated('Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'),
    dated('21 Nov 97 09:55 GMT', '1997-11-21T09:55:00.000Z'),
    dated('Thu,      13\n     Feb\n  1969\n 23:32\n -0330 (Newfoundland)', null),
    dated('Mon, 4 Mar 2024 10:00:00 CEST', '2024-03-04T08:00:00.000Z'),
    dated('2024-03-04T10:00:00Z', '2024-03-04T10:00:00.000Z'),
    dated('Mon Mar  4 10:00:00 2024', '2024-03-04T10:00:00.000Z'),
    dated('04 March 2024 10:00 PM +0200', '2024-03-04T20:00:00.000Z'),
    dated('Tue, 19 Jan 2038 03:14:08 +0000', '2038-01-19T03:14:08.000Z'),
    dated('Mon, 4 Mar 9999 10:00:00 +0000', null),
    dated('yesterday', null),
    dated('', null),
  ];
}

/** Mails in the manner of many programs, eras and mistakes, each with what it must be read as. */
export function programMails(): CorpusMail[] {
  return [...structures(), ...names(), ...identities(), ...machines(), ...containers(), ...dates()];
}
