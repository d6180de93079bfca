import type { Capabilities, Format } from '#shared/domain/channel-profile.ts';

/** What of a draft's formatting a channel does not show, and says in plain words instead. */
export type Mapped = 'emphasis' | 'list' | 'link' | 'quote' | 'code';

const marks: readonly (readonly [Mapped, RegExp, readonly Format[]])[] = [
  ['emphasis', /<(?:strong|b)>/i, ['bold']],
  ['emphasis', /<(?:em|i)>/i, ['italic']],
  ['emphasis', /<(?:s|del|strike)>/i, ['strike']],
  // No channel but those that show HTML has it.
  ['emphasis', /<u>/i, []],
  ['list', /<[uo]l[ >]/i, ['list']],
  ['link', /<a (?:[^>]*? )?href="(https?:[^"]*)"[^>]*>(?!\1<\/a>)/i, ['link']],
  ['quote', /<blockquote/i, ['quote']],
  ['code', /<(?:code|pre)/i, ['code']],
];

/** What is mapped to plain words when this draft goes out; each has words under `composer.mapped.<kind>`. */
export const mappedFormats = (html: string, { html: all, formats }: Capabilities): readonly Mapped[] =>
  all
    ? []
    : [
        ...new Set(
          marks
            .filter(([, pattern, shown]) => !shown.some((one) => formats.includes(one)) && pattern.test(html))
            .map(([kind]) => kind),
        ),
      ];
