import iconv from 'iconv-lite';
import { programMails } from './mail-corpus-programs.ts';
import type { CorpusMail, MailExpectation } from './mail-expectation.ts';

/** Puts a mail together: lines of text as UTF-8 with CRLF, bytes as they are. */
export function eml(...chunks: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk.replace(/\r?\n/g, '\r\n')) : chunk)),
  );
}

/** Base64 in lines of 76 characters, as mail carries it. */
export function base64Lines(bytes: Buffer | string): string {
  return (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g)
      ?.join('\n') ?? ''
  );
}

function quotedPrintable(bytes: Buffer): string {
  let line = '';
  const lines: string[] = [];
  for (const byte of bytes) {
    const plain = (byte >= 33 && byte <= 126 && byte !== 61) || byte === 32;
    const piece =
      byte === 10
        ? '\n'
        : plain
          ? String.fromCharCode(byte)
          : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (piece === '\n') {
      lines.push(line);
      line = '';
      continue;
    }
    if (line.length + piece.length > 75) {
      lines.push(`${line}=`);
      line = '';
    }
    line += piece;
  }
  return [...lines, line].join('\n');
}

const qWord = (charset: string, bytes: Buffer): string =>
  `=?${charset}?Q?${[...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')}?=`;
const bWord = (charset: string, bytes: Buffer): string => `=?${charset}?B?${bytes.toString('base64')}?=`;

type Sample = {
  readonly charset: string;
  readonly codec?: string;
  readonly name: string;
  readonly subject: string;
  readonly text: string;
};

const russian = {
  name: 'Иван Петров',
  subject: 'Вопрос о заказе номер семь',
  text: 'Здравствуйте, скажите пожалуйста, когда придёт мой заказ? Спасибо за помощь.',
};
const german = {
  name: 'Jürgen Groß',
  subject: 'Rückfrage zur Bestellung',
  text: 'Guten Tag, könnten Sie mir bitte die Größe bestätigen? Schöne Grüße aus Köln.',
};
const japanese = {
  name: '田中太郎',
  subject: '注文についての質問です',
  text: 'いつもお世話になっております。先日の注文について質問があります。よろしくお願いします。',
};
const chinese = {
  name: '王小明',
  subject: '关于订单的问题',
  text: '您好，请问我的订单什么时候可以发货？谢谢您的帮助，祝您生活愉快。',
};
const taiwanese = {
  name: '陳大文',
  subject: '關於訂單的問題',
  text: '您好，請問我的訂單什麼時候可以出貨？謝謝您的幫助，祝您生活愉快。',
};
const korean = {
  name: '김철수',
  subject: '주문에 대한 질문',
  text: '안녕하세요. 제 주문이 언제 배송되는지 알고 싶습니다. 감사합니다.',
};
const greek = {
  name: 'Γιώργος Παπάς',
  subject: 'Ερώτηση για την παραγγελία',
  text: 'Καλημέρα σας, πότε θα έρθει η παραγγελία μου; Ευχαριστώ πολύ για τη βοήθεια.',
};
const hebrew = {
  name: 'משה כהן',
  subject: 'שאלה על ההזמנה',
  text: 'שלום רב, מתי תגיע ההזמנה שלי? תודה רבה על העזרה.',
};
const arabic = {
  name: 'محمد علي',
  subject: 'سؤال عن الطلب',
  text: 'مرحبا، متى سيصل طلبي؟ شكرا جزيلا على المساعدة.',
};
const turkish = {
  name: 'Ayşe Yılmaz',
  subject: 'Sipariş hakkında soru',
  text: 'Merhaba, siparişim ne zaman gelecek? Yardımınız için teşekkür ederim, iyi günler.',
};
const polish = {
  name: 'Łukasz Żółć',
  subject: 'Pytanie o zamówienie',
  text: 'Dzień dobry, kiedy dotrze moje zamówienie? Dziękuję za pomoc, życzę miłego dnia.',
};
const thai = { name: 'สมชาย', subject: 'คำถามเกี่ยวกับคำสั่งซื้อ', text: 'สวัสดีครับ สินค้าของผมจะมาถึงเมื่อไหร่ ขอบคุณครับ' };

const samples: readonly Sample[] = [
  { charset: 'utf-8', ...german },
  { charset: 'UTF-8', ...japanese },
  { charset: 'iso-8859-1', codec: 'windows-1252', ...german },
  {
    charset: 'windows-1252',
    name: 'Zoë O’Neill',
    subject: '“Quoted” – 5 €',
    text: 'The price is 5 € – isn’t it? “Yes”…',
  },
  { charset: 'iso-8859-15', ...german },
  { charset: 'iso-8859-2', ...polish },
  { charset: 'windows-1250', ...polish },
  { charset: 'koi8-r', ...russian },
  { charset: 'windows-1251', ...russian },
  { charset: 'iso-8859-5', ...russian },
  { charset: 'cp866', ...russian },
  { charset: 'iso-8859-7', ...greek },
  { charset: 'windows-1253', ...greek },
  { charset: 'iso-8859-9', codec: 'windows-1254', ...turkish },
  { charset: 'windows-1255', ...hebrew },
  { charset: 'iso-8859-8-i', codec: 'windows-1255', ...hebrew },
  { charset: 'windows-1256', ...arabic },
  { charset: 'windows-874', ...thai },
  { charset: 'tis-620', codec: 'windows-874', ...thai },
  { charset: 'shift_jis', ...japanese },
  { charset: 'euc-jp', ...japanese },
  { charset: 'gb2312', codec: 'gb18030', ...chinese },
  { charset: 'gbk', ...chinese },
  { charset: 'gb18030', ...chinese },
  { charset: 'big5', ...taiwanese },
  { charset: 'euc-kr', ...korean },
  { charset: 'ks_c_5601-1987', codec: 'cp949', ...korean },
  { charset: 'cp850', ...german },
  { charset: 'macintosh', ...german },
];

function expected(sample: Sample): MailExpectation {
  return { from: 'writer@example.org', fromName: sample.name, subject: sample.subject, text: sample.text };
}

function charsetMails(): CorpusMail[] {
  return samples.flatMap((sample) => {
    const codec = sample.codec ?? sample.charset;
    const encode = (text: string): Buffer => iconv.encode(text, codec);
    const common =
      'Date: Tue, 5 Mar 2024 09:10:11 +0100\nMessage-ID: <charset@example.org>\nMIME-Version: 1.0\n';
    const inWords = eml(
      `From: ${bWord(sample.charset, encode(sample.name))} <writer@example.org>\nSubject: ${bWord(sample.charset, encode(sample.subject))}\n${common}`,
      `Content-Type: text/plain; charset=${sample.charset}\nContent-Transfer-Encoding: base64\n\n${base64Lines(encode(sample.text))}\n`,
    );
    const quoted = eml(
      `From: ${qWord(sample.charset, encode(sample.name))} <writer@example.org>\nSubject: ${qWord(sample.charset, encode(sample.subject))}\n${common}`,
      `Content-Type: text/plain; charset="${sample.charset}"\nContent-Transfer-Encoding: quoted-printable\n\n${quotedPrintable(encode(sample.text))}\n`,
    );
    const rawBytes = eml(
      'From: ',
      encode(sample.name),
      ' <writer@example.org>\nSubject: ',
      encode(sample.subject),
      `\n${common}Content-Type: text/plain; charset=${sample.charset}\nContent-Transfer-Encoding: 8bit\n\n`,
      encode(sample.text),
      '\n',
    );
    const expect = expected(sample);
    return [
      { name: `${sample.charset} in B words and base64`, raw: inWords, expect },
      { name: `${sample.charset} in Q words and quoted-printable`, raw: quoted, expect },
      {
        name: `${sample.charset} as raw bytes`,
        raw: rawBytes,
        expect: { ...expect, judgesDiffer: 'raw 8-bit headers need a guess' },
      },
    ];
  });
}

const undeclared: readonly Sample[] = [
  { charset: 'gb18030', ...chinese },
  { charset: 'shift_jis', ...japanese },
  { charset: 'euc-jp', ...japanese },
  { charset: 'koi8-r', ...russian },
  { charset: 'windows-1251', ...russian },
  { charset: 'big5', ...taiwanese },
  { charset: 'euc-kr', ...korean },
  { charset: 'windows-1252', ...german },
  { charset: 'windows-1253', ...greek },
  { charset: 'utf-8', ...arabic },
];

function undeclaredMails(): CorpusMail[] {
  return undeclared.map((sample) => ({
    name: `${sample.charset} in headers and text that declare nothing`,
    raw: eml(
      'From: ',
      iconv.encode(sample.name, sample.charset),
      ' <writer@example.org>\nSubject: ',
      iconv.encode(sample.subject, sample.charset),
      '\nDate: Tue, 5 Mar 2024 09:10:11 +0100\n\n',
      iconv.encode(sample.text, sample.charset),
      '\n',
    ),
    expect: { ...expected(sample), judgesDiffer: 'nothing declares the charset' },
  }));
}

/** Every mail the tests read: charsets times encodings, and the styles of many programs. */
export function mailCorpus(): readonly CorpusMail[] {
  return [...charsetMails(), ...undeclaredMails(), ...programMails()];
}
