/** The typographic apostrophe is a letter to the tokenizer; "can’t" and "can't" are the same word to a person. */
export const foldApostrophes = (text: string): string => text.replaceAll('’', "'");
