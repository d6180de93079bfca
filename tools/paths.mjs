import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The project's folder, absolute. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Where what can be made again is kept; never committed. */
export const cacheDir = join(projectRoot, '.cache');

/** A path inside the project, absolute. @param {...string} parts */
export const inProject = (...parts) => join(projectRoot, ...parts);
