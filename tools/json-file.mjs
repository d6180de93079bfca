import { readFileSync } from 'node:fs';

/** @param {unknown} value @returns {value is Readonly<Record<string, unknown>>} */
export const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a JSON file that holds an object.
 *
 * @param {string} file
 * @returns {Readonly<Record<string, unknown>> | undefined} undefined where there is no such file, or no object in it
 */
export const readRecord = (file) => {
  try {
    /** @type {unknown} */
    const parsed = JSON.parse(readFileSync(file, 'utf8'));
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The version written in a package.json.
 *
 * @param {string} file
 * @returns {string} throws where there is none: nothing can be named after a version that is not there
 */
export const versionIn = (file) => {
  const version = readRecord(file)?.['version'];
  if (typeof version !== 'string') throw new Error(`${file} names no version.`);
  return version;
};
