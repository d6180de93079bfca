import { describe, expect, it } from 'vitest';
import { htmlToText } from '#main/channels/email/mime/html-to-text.ts';
import { safeFileName } from '#main/channels/email/mime/file-name.ts';
import { isAttributionLine } from '#shared/domain/quoting/attribution-lines.ts';
import { htmlQuoteRules } from '#shared/domain/quoting/html-quotes.ts';
import { snippetOf } from '#shared/domain/quoting/snippet.ts';
import { splitQuoted } from '#shared/domain/quoting/split-quoted.ts';
import { spentOn } from '#test/support/cpu-time.ts';

const attributions = [
  'On Mon, Mar 4, 2024 at 10:00 AM Ann Doe <ann@example.org> wrote:',
  'On Mar 4, 2024, at 10:00, Ann Doe <ann@example.org> wrote:',
  'On 3/4/24 10:00, Ann Doe wrote:',
  'On Monday, March 4, 2024 at 10:00:00 AM GMT+1, Ann Doe <ann@example.org> wrote:',
  'Am Mo., 4. März 2024 um 10:00 Uhr schrieb Ann Doe <ann@example.org>:',
  'Am 04.03.24 um 10:00 schrieb Ann Doe:',
  'Am 04.03.2024 um 10:00 schrieb Ann Doe <ann@example.org>:',
  'Le lun. 4 mars 2024 à 10:00, Ann Doe <ann@example.org> a écrit :',
  'Le 04/03/2024 à 10:00, Ann Doe a écrit :',
  'El lun, 4 mar 2024 a las 10:00, Ann Doe (<ann@example.org>) escribió:',
  'El 4/3/24 a las 10:00, Ann Doe escribió:',
  'Il giorno lun 4 mar 2024 alle ore 10:00 Ann Doe <ann@example.org> ha scritto:',
  'Il 04/03/24 10:00, Ann Doe ha scritto:',
  'Op ma 4 mrt 2024 om 10:00 schreef Ann Doe <ann@example.org>:',
  'Op 04-03-2024 om 10:00 schreef Ann Doe:',
  'pon., 4 mar 2024 o 10:00 Ann Doe <ann@example.org> napisał(a):',
  'W dniu 4.03.2024 o 10:00, Ann Doe pisze:',
  'Em seg., 4 de mar. de 2024 às 10:00, Ann Doe <ann@example.org> escreveu:',
  '2024年3月4日(月) 10:00 田中太郎 <ann@example.org>:',
  '2024/03/04 10:00、Ann Doe <ann@example.org>のメール:',
  'Ann Doe <ann@example.org> 于2024年3月4日周一 10:00写道：',
  '在 2024-03-04 10:00:00，"Ann" <ann@example.org> 写道：',
  'Den mån 4 mars 2024 kl 10:00 skrev Ann Doe <ann@example.org>:',
  '2024-03-04 10:00 GMT+01:00 Ann Doe <ann@example.org>:',
];

const headerBlocks = [
  'From: Ann Doe <ann@example.org>\nSent: Monday, March 4, 2024 10:00 AM\nTo: help@shop.example\nSubject: RE: Order',
  'Von: Ann Doe <ann@example.org>\nGesendet: Montag, 4. März 2024 10:00\nAn: help@shop.example\nBetreff: AW: Bestellung',
  'Gesendet: Montag, 4. März 2024 um 10:00 Uhr\nVon: "Ann Doe" <ann@example.org>\nAn: help@shop.example\nBetreff: Bestellung',
  'De : Ann Doe <ann@example.org>\nEnvoyé : lundi 4 mars 2024 10:00\nÀ : help@shop.example\nObjet : RE: Commande',
  'De: Ann Doe <ann@example.org>\nEnviado: lunes, 4 de marzo de 2024 10:00\nPara: help@shop.example\nAsunto: RE: Pedido',
  'Da: Ann Doe <ann@example.org>\nInviato: lunedì 4 marzo 2024 10:00\nA: help@shop.example\nOggetto: R: Ordine',
  'Van: Ann Doe <ann@example.org>\nVerzonden: maandag 4 maart 2024 10:00\nAan: help@shop.example\nOnderwerp: RE: Bestelling',
  'Od: Ann Doe <ann@example.org>\nWysłano: poniedziałek, 4 marca 2024 10:00\nDo: help@shop.example\nTemat: RE: Zamówienie',
  'De: Ann Doe <ann@example.org>\nEnviada em: segunda-feira, 4 de março de 2024 10:00\nPara: help@shop.example\nAssunto: RE: Pedido',
  '差出人: Ann Doe <ann@example.org>\n送信日時: 2024年3月4日 10:00\n宛先: help@shop.example\n件名: RE: 注文',
  '发件人: Ann Doe <ann@example.org>\n发送时间: 2024年3月4日 10:00\n收件人: help@shop.example\n主题: RE: 订单',
  '*From:* Ann Doe <ann@example.org>\n*Sent:* Monday, March 4, 2024 10:00 AM\n*To:* help@shop.example\n*Subject:* RE: Order',
];

describe('quoted mail below an answer', () => {
  it.each(attributions)('is folded from its attribution on: %s', (line) => {
    const text = `My answer.\n\n${line}\n> older\n> words\n`;
    expect(splitQuoted(text).visible).toBe('My answer.\n\n');
    expect(isAttributionLine(line)).toBe(true);
  });

  it.each(attributions)('is folded where the mail program wraps the attribution: %s', (line) => {
    const space = line.lastIndexOf(' ', line.length - 8);
    const wrapped =
      space > 0 && line.length > 40 ? `${line.slice(0, space)}\n${line.slice(space + 1)}` : line;
    expect(splitQuoted(`My answer.\n\n${wrapped}\n\nolder words\n`).visible).toBe('My answer.\n\n');
  });

  it.each(headerBlocks)('is folded from a header block on: %s', (block) => {
    const rule = '________________________________';
    expect(splitQuoted(`My answer.\n\n${block}\n\nolder\n`).visible).toBe('My answer.\n\n');
    expect(splitQuoted(`My answer.\n\n${rule}\n${block}\n\nolder\n`).visible).toBe('My answer.\n\n');
  });

  it.each([
    '-----Original Message-----',
    '-----Ursprüngliche Nachricht-----',
    "-----Message d'origine-----",
    '-----原始邮件-----',
    '----- Original Message -----',
  ])('is folded from a rule on: %s', (rule) => {
    expect(splitQuoted(`Yes.\n\n${rule}\nolder\n`).visible).toBe('Yes.\n\n');
  });

  it('stays visible where it is answered line by line, and only its unanswered end is folded', () => {
    const text =
      'On Mon, Mar 4, 2024 at 10:00 Ann <ann@example.org> wrote:\n> first?\nYes.\n> second?\nNo.\n> rest\n> of it\n';
    expect(splitQuoted(text)).toEqual({
      visible: text.slice(0, text.indexOf('> rest')),
      quoted: '> rest\n> of it\n',
    });
  });

  it('stays visible when nothing else would be', () => {
    const text = '> all of it\n> is quoted\n';
    expect(splitQuoted(text)).toEqual({ visible: text, quoted: '' });
  });

  it('stays visible when it was forwarded', () => {
    const text =
      'FYI\n\n---------- Forwarded message ---------\nFrom: Ann <ann@example.org>\nDate: Mon\nSubject: x\nTo: y\n\nbody\n';
    expect(splitQuoted(text).quoted).toBe('');
  });

  it.each([
    'See you on Monday at 10:00:',
    'On time:',
    'Am Montag komme ich.',
    'From: the heart\nwe thank you',
    'Date: tomorrow',
  ])('is not seen in plain words: %s', (words) => {
    expect(splitQuoted(`Hello\n${words}\nmore\n`).quoted).toBe('');
  });

  it('is never lost: both halves are the whole text', () => {
    for (const line of [...attributions, ...headerBlocks]) {
      for (const text of [`a\n${line}\nb`, line, `\r\n${line}\r\n> x\r\n`, `${line}${line}`]) {
        const { visible, quoted } = splitQuoted(text);
        expect(visible + quoted).toBe(text);
      }
    }
  });

  it('has its containers of many programs named for the page', () => {
    const selectors = htmlQuoteRules.map((rule) => rule.selector).join(' ');
    for (const known of [
      'gmail_quote',
      'blockquote[type="cite"]',
      'divRplyFwdMsg',
      'yahoo_quoted',
      'moz-cite-prefix',
    ])
      expect(selectors).toContain(known);
  });
});

describe('the first words of a mail in a list', () => {
  it('leave out greeting, quote and signature', () => {
    expect(
      snippetOf(
        'Dear Sir or Madam,\n\nmy order is late.\nPlease help.\n\n-- \nAnn\nOn 3/4/24 10:00, x wrote:\n> y',
      ),
    ).toBe('my order is late. Please help.');
    expect(snippetOf('Hallo Frau Müller,\nwo bleibt das Paket?')).toBe('wo bleibt das Paket?');
  });

  it('keep a mail that is only a greeting, and show a quote when there is nothing else', () => {
    expect(snippetOf('Hello!')).toBe('Hello!');
    expect(snippetOf('> only quoted')).toBe('> only quoted');
  });

  it('skip invisible padding and never end inside a character', () => {
    expect(snippetOf(`Sale\u200b\u034f\u00ad \u200c\u200c now`)).toBe('Sale now');
    const snippet = snippetOf('😀'.repeat(300));
    expect(snippet.length).toBeLessThanOrEqual(201);
    expect(/[\ud800-\udbff](?![\udc00-\udfff])/.test(snippet)).toBe(false);
  });
});

const size = 200_000;

/** Milliseconds. The slowest takes a few dozen; what grows with the square of its input takes half a minute. */
const spentAtMost = 1_000;

const worst: readonly string[] = [
  'On a ',
  'a ',
  '\n',
  ' ',
  '\t',
  '> ',
  '>',
  '-',
  '_',
  '-- \n',
  '--\n',
  'On 1.1. wrote\n',
  'From: \n',
  'From: a\nSent: b\n',
  'wrote:',
  'On ,\n',
  ':',
  '：',
  '*',
  '@',
  'a@',
  '<',
  '<a',
  '<!--',
  '</',
  '&',
  '&#',
  '&amp',
  '"',
  "'",
  '(',
  'Le 1 a écrit ',
  '2024年1月1日',
  '\u200b',
  '\u034f',
  '😀',
  '.',
  'Hi ',
  'Hi,\n',
  '<div>',
  '<blockquote>',
  '<a href="',
  '<pre>\n',
];

describe('200 KB of the worst text', () => {
  it.each(worst)('wears down neither folding, snippet, HTML reading nor file names: %j', (piece) => {
    const text = piece.repeat(Math.ceil(size / piece.length));
    for (const variant of [text, `x\n${text}`, `On ${text}`, `${text}wrote:`]) {
      for (const run of [
        () => splitQuoted(variant),
        () => snippetOf(variant),
        () => htmlToText(variant, 1_048_576),
        () => safeFileName(variant, 'text/plain'),
      ]) {
        expect(spentOn<unknown>(run).cpuMs).toBeLessThan(spentAtMost);
      }
    }
  });
});
