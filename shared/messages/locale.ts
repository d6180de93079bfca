import { en } from './en.ts';
import { createWords, type Words } from './format.ts';

/** The languages that there is a whole catalogue of, by their BCP 47 tags. */
export const languages = ['en', 'de'] as const;

/** What a person may choose: a language of ours, or whatever the system speaks. */
export const languageChoices = ['system', ...languages] as const;
export type LanguageChoice = (typeof languageChoices)[number];

/** What was chosen, and the tag that words, dates and numbers follow from that. */
export type LanguageState = { readonly choice: LanguageChoice; readonly locale: string };

/** Where a language is chosen that the system does not speak, its dates and numbers are those of this region. */
const usual = { en: 'en-GB', de: 'de-DE' } as const;

/**
 * English with texts that are 40 % longer, and the same from right to left: for finding what is cut off and what knows
 * only one direction. ISO 3166 leaves the regions XA to XZ to such use, and CLDR calls these two so.
 */
const longer: ReadonlySet<string> = new Set(['en-XA', 'en-XB']);
const rightToLeft = 'en-XB';

const spokenIn = (tag: string): string => tag.toLowerCase().split(/[-_]/u, 1)[0] ?? '';

/**
 * The tag to speak by. The region of the system (`de-AT`) is kept where its language is spoken; a system whose
 * language we do not have hears English.
 */
export const localeFor = (choice: LanguageChoice, system: string): string => {
  const wanted = choice === 'system' ? spokenIn(system) : choice;
  const spoken = languages.find((language) => language === wanted) ?? 'en';
  return spokenIn(system) === spoken ? system : usual[spoken];
};

/** Languages that are written from right to left, as far as anybody may translate into them (CLDR's character orders). */
const fromRight: ReadonlySet<string> = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'ckb', 'yi']);

/** The direction that the document is laid out in. */
export const directionOf = (locale: string): 'ltr' | 'rtl' =>
  locale === rightToLeft || fromRight.has(spokenIn(locale)) ? 'rtl' : 'ltr';

/** The words of a locale. Only English is there from the start; other catalogues are read when somebody wants them. */
export const loadWords = async (locale: string): Promise<Words> => {
  // The command line's own words are English in every catalogue.
  if (spokenIn(locale) === 'de') return createWords(locale, { ...en, ...(await import('./de.ts')).de });
  const words = createWords(locale, en);
  return longer.has(locale) ? (await import('./longer.ts')).longerWords(words) : words;
};
