/**
 * Chromium shapes a word without end again for every line it breaks it into: 60,000 letters took 15 s, and 30 ms without
 * kerning and ligatures. Words of people and addresses stay far below this length.
 */
const longestWord = /\S{500}/;

/** Whether a text has a word so long that it has to be drawn without kerning. */
export const isUnbroken = (text: string): boolean => longestWord.test(text);
