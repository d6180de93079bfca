/** A language by its name, such as "German (Austria)" for `de-AT`; the tag itself where it is none. */
export const languageName = (tag: string, locale: string): string => {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(tag.replaceAll('_', '-')) ?? tag;
  } catch {
    // What a browser or a provider calls a language need not be a BCP 47 tag.
    return tag;
  }
};
