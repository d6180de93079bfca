import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { de } from '#shared/messages/de.ts';
import { en } from '#shared/messages/en.ts';

type Part = ReturnType<IntlMessageFormat['getAst']>[number];

const parsed = (pattern: string, locale: string): readonly Part[] =>
  new IntlMessageFormat(pattern, locale, undefined, { ignoreTag: true }).getAst();

/** What a part is, as a number of the parser's `TYPE`. */
const kindOf = (part: Part): number => part.type;
const isText = (part: Part): boolean => kindOf(part) === 0;
const isSelect = (part: Part): boolean => kindOf(part) === 5;
const isPlural = (part: Part): boolean => kindOf(part) === 6;

/** The branches of a choice or a plural, and nothing for other parts. */
const branches = (part: Part): readonly (readonly [string, readonly Part[]])[] =>
  'options' in part ? Object.entries(part.options).map(([name, { value }]) => [name, value]) : [];

/** The names of all places, and of a choice between words also what it chooses from: `name`, `who?me`, `who?other`. */
const placesIn = (parts: readonly Part[]): readonly string[] =>
  parts.flatMap((part) => {
    const inside = branches(part).flatMap(([, value]) => placesIn(value));
    if (!('value' in part) || isText(part)) return inside;
    const chosen = isSelect(part) ? branches(part).map(([name]) => `${part.value}?${name}`) : [];
    return [part.value, ...chosen, ...inside];
  });

/** Exact numbers aside, the grammatical numbers that a plural has words for. */
const numbersIn = (parts: readonly Part[]): readonly string[][] =>
  parts.flatMap((part) => {
    const inside = branches(part).flatMap(([, value]) => numbersIn(value));
    const names = branches(part).map(([name]) => name);
    return isPlural(part) ? [names.filter((name) => !name.startsWith('=')), ...inside] : inside;
  });

const keys = Object.keys(de) as (keyof typeof de)[];
const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();
/** Entries of a rule that do not hold it, with what they say. */
const against = (holds: (key: keyof typeof de) => boolean): readonly string[] =>
  keys.filter((key) => !holds(key)).map((key) => `${key}: ${de[key]}`);

describe('the German catalogue', () => {
  it('has every entry of the English one in its order, but those of the command line', () => {
    expect(keys).toEqual(Object.keys(en).filter((key) => !key.startsWith('cli.')));
  });

  it('fills the same places and chooses between the same cases', () => {
    const same = (key: keyof typeof de): boolean =>
      JSON.stringify(distinct(placesIn(parsed(de[key], 'de')))) ===
      JSON.stringify(distinct(placesIn(parsed(en[key], 'en'))));
    expect(against(same)).toEqual([]);
  });

  it('has words for the grammatical numbers of German and for no others', () => {
    const known = new Intl.PluralRules('de').resolvedOptions().pluralCategories;
    const whole = (key: keyof typeof de): boolean =>
      numbersIn(parsed(de[key], 'de')).every(
        (names) => names.includes('other') && names.every((name) => known.includes(name as 'one')),
      );
    expect(against(whole)).toEqual([]);
  });

  it('leaves nothing empty that says something in English, and ends as it does', () => {
    const end = (text: string): string => /[.:?!…](?=[“"]?$)/u.exec(text)?.[0] ?? '';
    expect(against((key) => (de[key] === '') === (en[key] === ''))).toEqual([]);
    expect(against((key) => (end(en[key]) === '…') === (end(de[key]) === '…'))).toEqual([]);
  });

  it('speaks to the reader as „Sie“ and quotes as German does', () => {
    expect(against((key) => !/(?<![\p{L}„])(?:du|dich|dir|deine?[mnrs]?)(?!\p{L})/u.test(de[key]))).toEqual(
      [],
    );
    expect(against((key) => !/[‘’]|”|“\p{L}/u.test(de[key]))).toEqual([]);
  });
});
