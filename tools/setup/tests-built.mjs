import { buildProduct } from '../build.mjs';
import { blueskyNode, ensureBluesky } from './bluesky.mjs';

/**
 * Before tests that start the product as it is shipped, or real servers: sees to it that dist/ is made from these sources and that
 * Bluesky's servers are there (their folder in STEWARD_BLUESKY, their Node in STEWARD_BLUESKY_NODE). Without them only their own tests fail.
 */
export const setup = async () => {
  await buildProduct();
  try {
    const home = await ensureBluesky();
    Object.assign(process.env, { STEWARD_BLUESKY: home, STEWARD_BLUESKY_NODE: blueskyNode(home) });
  } catch (error) {
    console.error("Bluesky's own servers could not be installed, so their tests will fail.", error);
  }
};
