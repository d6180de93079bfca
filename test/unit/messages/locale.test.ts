import { describe, expect, it } from 'vitest';
import { en } from '#shared/messages/en.ts';
import { changeableWords, createWords } from '#shared/messages/format.ts';
import { directionOf, loadWords, localeFor } from '#shared/messages/locale.ts';
import { formatSize } from '#shared/messages/sizes.ts';
import { createTimes } from '#shared/messages/times.ts';

describe('the language', () => {
  it('is the system’s, with its region, where there is a catalogue of it', () => {
    expect(localeFor('system', 'de-AT')).toBe('de-AT');
    expect(localeFor('system', 'en-US')).toBe('en-US');
  });

  it('is English where the system speaks another one', () => {
    expect(localeFor('system', 'fr-FR')).toBe('en-GB');
    expect(localeFor('system', '')).toBe('en-GB');
  });

  it('is the one that was chosen, in the system’s region if that speaks it', () => {
    expect(localeFor('de', 'en-US')).toBe('de-DE');
    expect(localeFor('de', 'de-CH')).toBe('de-CH');
    expect(localeFor('en', 'de-DE')).toBe('en-GB');
  });

  it('says in which direction it is written', () => {
    expect(['de-DE', 'en-GB', 'ar', 'he-IL', 'en-XB'].map(directionOf)).toEqual([
      'ltr',
      'ltr',
      'rtl',
      'rtl',
      'rtl',
    ]);
  });
});

describe('words in German', () => {
  it('count in its grammar and figures', async () => {
    const words = await loadWords('de-DE');
    expect(words('list.resolved', { count: 1 })).toBe('Gelöst.');
    expect(words('list.resolved', { count: 1_200 })).toBe('1.200 Konversationen gelöst.');
  });

  it('fall back to the English of the command line, which has no other', async () => {
    expect((await loadWords('de-DE'))('cli.list.empty')).toBe(en['cli.list.empty']);
  });

  it('come with times and sizes as German writes them', () => {
    const times = createTimes('de-DE', 'Europe/Berlin');
    const now = Date.parse('2026-03-12T15:00:00Z');
    expect(times.words(now - 25 * 3_600_000, now)).toBe('gestern 15:00');
    expect(times.day(Date.parse('2021-03-03T12:00:00Z'))).toBe('3. März 2021');
    expect(times.length(72 * 3_600_000)).toMatch(/^3 (?:Tage|Tg\.)$/);
    expect(formatSize(1_440, 'de-DE')).toBe('1,4 kB');
  });
});

describe('whoever holds words', () => {
  it('speaks the new language after a change', async () => {
    const spoken = changeableWords(createWords('en-GB', en));
    const { words } = spoken;
    expect([words('word.save'), words.locale]).toEqual(['Save', 'en-GB']);
    spoken.change(await loadWords('de-DE'));
    expect([words('word.save'), words.locale]).toEqual(['Speichern', 'de-DE']);
    expect(words.of('word.none-of-ours', {}, 'word.save')).toBe('Speichern');
    expect(words.has('word.save')).toBe(true);
  });
});

describe('words for looking at room', () => {
  it('are 40 % longer', async () => {
    const longer = await loadWords('en-XA');
    expect(longer('word.save').startsWith('Save ')).toBe(true);
    expect(longer('menu.paste').length).toBeGreaterThan(en['menu.paste'].length * 1.3);
  });
});
