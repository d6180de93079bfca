import { buildProduct } from '../build.mjs';

/** Before tests that start the product as it is shipped: sees to it that dist/ is made from these sources. */
export const setup = async () => {
  await buildProduct();
};
