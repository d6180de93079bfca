import { describe, expect, it } from 'vitest';
import { ownDomain } from '#shared/domain/contact/own-domain.ts';
import { companyKey, domainKey, foldName } from '#shared/domain/contact/same-person.ts';

describe('a name', () => {
  it.each([
    ['Ana Pereira', 'ANA  PEREIRA'],
    ['Pereira, Ana', 'Ana Pereira'],
    ['Tomás Ferreira', 'Tomas Ferreira'],
    ['Žofie Nováková', 'zofie novakova'],
    ['Jean-Luc Müller', 'jean luc muller'],
    ['ليلى حداد', 'ليلى  حداد'],
    ['佐藤 健', '佐藤　健'],
  ])('%s is compared as %s', (one, other) => {
    expect(foldName(one)).toBe(foldName(other));
    expect(foldName(one)).not.toBe('');
  });

  it('of signs alone is none', () => {
    expect(foldName('—')).toBe('');
    expect(domainKey('***', 'a@firm.example')).toBe('');
  });
});

describe('a domain', () => {
  it('says something only where it is a firm’s own', () => {
    expect(ownDomain('Ana@Firm.Example')).toBe('firm.example');
    for (const address of [
      'ana@gmail.com',
      'ana@web.de',
      'ana@outlook.com',
      'ana@proton.me',
      'ana',
      'ana@host',
    ]) {
      expect([address, ownDomain(address)]).toEqual([address, null]);
    }
  });
});

describe('the same person', () => {
  it('has the same name at the same domain', () => {
    expect(domainKey('Ana Pereira', 'ana@firm.example')).toBe(
      domainKey('Pereira, Ana', 'a.pereira@firm.example'),
    );
    expect(domainKey('Ana Pereira', 'ana@firm.example')).not.toBe(domainKey('Ana', 'ana@firm.example'));
    expect(domainKey('Ana Pereira', 'ana@gmail.com')).toBe('');
  });

  it('has the same name and the same company, however the firm writes its form', () => {
    expect(companyKey('Ana Pereira', 'Corvo Ltd.')).toBe(companyKey('ana pereira', 'Corvo'));
    expect(companyKey('Ana Pereira', 'Ufer Hotel GmbH')).toBe(companyKey('Ana Pereira', 'UFER HOTEL'));
    expect(companyKey('', 'Corvo')).toBe('');
    expect(companyKey('Ana Pereira', '')).toBe('');
  });
});
