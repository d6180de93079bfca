import { join } from 'node:path';

/** Where the build puts the code of the engine's threads: beside whatever starts them, in `folder`. */
export const threadBundles = (folder: string) => ({
  writer: join(folder, 'writer.cjs'),
  vault: join(folder, 'vault.cjs'),
  parser: join(folder, 'parser.cjs'),
  keeper: join(folder, 'keeper.cjs'),
});
