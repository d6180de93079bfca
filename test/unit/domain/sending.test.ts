import { describe, expect, it } from 'vitest';
import { isOneSlip, oneSlipFrom } from '#shared/domain/contact/alike.ts';
import { attachmentWord } from '#shared/domain/sending/forgotten-attachment.ts';
import { fillVariables, firstName, unfilledVariables } from '#shared/domain/sending/variables.ts';
import type { VariableValues } from '#shared/domain/sending/variables.ts';

describe('a forgotten attachment', () => {
  it.each([
    'Please find the invoice attached.',
    'See the attachment.',
    'I enclosed the form.',
    'Im Anhang finden Sie die Rechnung.',
    'Anbei der Vertrag.',
    'Ich habe das Formular angehängt.',
    'Die Rechnung ist beigefügt.',
    'Veuillez trouver ci-joint la facture.',
    'Vous trouverez la pièce jointe.',
    'Adjunto la factura.',
    'Le mando la factura adjunta.',
    'In allegato la fattura.',
    'Segue anexo o contrato.',
    'In de bijlage vindt u de factuur.',
    'Jag bifogar fakturan.',
    'Fakturaen er vedhæftet.',
    'Se vedlegget.',
    'W załączniku przesyłam fakturę.',
    'V příloze posílám fakturu.',
    'Csatolva küldöm.',
    'Lasku on liitteenä.',
    'Fatura ekte.',
    'Счёт во вложении.',
    'Рахунок прикріплено.',
    '請求書を添付します。',
    '发票见附件。',
    '첨부 파일을 확인하세요.',
  ])('is noticed in “%s”', (text) => {
    expect(attachmentWord(text)).not.toBeNull();
  });

  it.each([
    'Your parcel arrives tomorrow.',
    'I am fond of this, with no strings.',
    'Ich hänge an dieser Idee.',
    'Die Literatur ist gut, die Liter auch.',
    'Merci pour votre réponse.',
    'La respuesta es sí.',
    '',
  ])('is not seen in “%s”', (text) => {
    expect(attachmentWord(text)).toBeNull();
  });

  it('names the word that was meant', () => {
    expect(attachmentWord('You find it in the Attachments below')).toBe('Attachments');
  });
});

const values: VariableValues = {
  'customer.name': 'Carol <Reyes>',
  'customer.firstName': 'Carol',
  'customer.company': '',
  'customer.address': 'carol@customer.test',
  'me.name': 'Dana Whitfield',
  'me.firstName': 'Dana',
  'conversation.subject': 'The parcel',
  date: '22 November 2026',
  time: '14:30',
};

describe('variables of a text', () => {
  it('are filled in, with spaces inside the braces or without', () => {
    expect(fillVariables('Dear {{customer.firstName}}, {{ me.name }}', values)).toBe(
      'Dear Carol, Dana Whitfield',
    );
  });

  it('stay as they are when they are unknown or empty', () => {
    const text = fillVariables('{{customer.company}} {{customer.shoeSize}} {{date}}', values);
    expect(text).toBe('{{customer.company}} {{customer.shoeSize}} 22 November 2026');
    expect(unfilledVariables(text)).toEqual(['{{customer.company}}', '{{customer.shoeSize}}']);
  });

  it('are written through what makes them safe in HTML', () => {
    const text = fillVariables('<p>{{customer.name}}</p>', values, (value) => value.replaceAll('<', '&lt;'));
    expect(text).toBe('<p>Carol &lt;Reyes></p>');
  });

  it('are named once each, and braces alone are none', () => {
    expect(unfilledVariables('{{a}} {{ a }} {{}} {b} {{1}} {{c d}}')).toEqual(['{{a}}']);
  });

  it.each([
    ['Carol Reyes', 'Carol'],
    ['Reyes, Carol', 'Carol'],
    ['Dr. Carol Reyes', 'Carol'],
    ['Herr Prof. Jan Novák', 'Jan'],
    ['J. Carol Reyes', 'Carol'],
    ['Carol', 'Carol'],
    ['info', ''],
    ['carol@customer.test', ''],
    ['Room 12', ''],
    ['', ''],
  ])('call “%s” by “%s”', (name, called) => {
    expect(firstName(name)).toBe(called);
  });
});

describe('a slip of the finger', () => {
  it.each([
    ['carol', 'carl'],
    ['carol', 'carrol'],
    ['carol', 'carot'],
    ['carol', 'craol'],
    ['a', ''],
    ['a', 'b'],
  ])('is all that differs between “%s” and “%s”', (one, other) => {
    expect(isOneSlip(one, other)).toBe(true);
    expect(isOneSlip(other, one)).toBe(true);
    if (other !== '') expect(oneSlipFrom(one).has(other)).toBe(true);
  });

  it.each([
    ['carol', 'carol'],
    ['carol', 'cayal'],
    ['carol', 'locar'],
    ['carol', 'car'],
  ])('is not what makes “%s” of “%s”', (one, other) => {
    expect(isOneSlip(one, other)).toBe(false);
    expect(oneSlipFrom(one).has(other)).toBe(false);
  });
});
