import { expect } from 'vitest';

/** Stands for any text that fits the pattern, within an expected value. */
export const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

/** Stands for any text that does not fit the pattern. */
export const unlike = (pattern: RegExp): unknown => expect.not.stringMatching(pattern);

/** Stands for any object that has at least these properties. */
export const having = (properties: Readonly<Record<string, unknown>>): unknown =>
  expect.objectContaining(properties);

/** Stands for any list that holds at least these. */
export const listing = (...items: readonly unknown[]): unknown => expect.arrayContaining([...items]);
