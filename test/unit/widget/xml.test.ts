import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readElement } from '#main/channels/xmpp/stream/xml-reader.ts';
import { serialised } from '#main/channels/xmpp/stream/element.ts';
import { childOf, parsed, stanza, textIn, written } from '#widget/xmpp/xml.ts';

describe('the widget’s XML', () => {
  it('reads what servers write: prefixes, defaults, both quotes, entities', () => {
    const read = parsed(
      `<?xml version='1.0'?><stream:features xmlns:stream='http://etherx.jabber.org/streams'><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><mechanism>A&amp;B &#65;&#x42;</mechanism></mechanisms></stream:features>`,
    );
    expect(read).toMatchObject({ name: 'features', ns: 'http://etherx.jabber.org/streams' });
    const mechanisms = childOf(read ?? undefined, 'mechanisms', 'urn:ietf:params:xml:ns:xmpp-sasl');
    expect(textIn(childOf(mechanisms, 'mechanism', 'urn:ietf:params:xml:ns:xmpp-sasl'))).toBe('A&B AB');
  });

  it.each([
    '',
    'words',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a><!-- words --></a>',
    '<a><?php ?></a>',
    '<!DOCTYPE a><a/>',
    '<a>&nope;</a>',
    '<a b=c/>',
    `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`,
  ])('takes nothing else for an element: %s', (text) => {
    expect(parsed(text)).toBeNull();
  });

  it('says any words so that both sides read the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ maxLength: 50 }),
        (words, attribute) => {
          const xml = written(
            stanza('message', 'jabber:client', { id: attribute }, stanza('body', 'jabber:client', {}, words)),
          );
          const [ours, theirs] = [parsed(xml), readElement(xml)];
          const spoken = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
          expect(spoken(textIn(childOf(ours ?? undefined, 'body', 'jabber:client')))).toBe(
            spoken(textIn(childOf(theirs ?? undefined, 'body', 'jabber:client'))),
          );
          expect(theirs).not.toBeNull();
        },
      ),
    );
  });

  it('reads what the application writes', () => {
    const of = stanza(
      'message',
      'jabber:client',
      { to: 'a@b' },
      stanza('body', 'jabber:client', {}, '<&>"\' ’äöü’ 🙂'),
    );
    expect(parsed(serialised(of))).toEqual(of);
  });

  it('takes no long time over anything', () => {
    for (const hostile of [
      '<'.repeat(200_000),
      `<a ${'b="c" '.repeat(30_000)}`,
      '<a>'.repeat(60_000),
      `<a b="${'x'.repeat(200_000)}`,
    ]) {
      const started = process.cpuUsage();
      expect(parsed(hostile)).toBeNull();
      expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000);
    }
  });
});
