import { buildProduct } from '../build.mjs';
import { ensureDisplay } from './display.mjs';
import { ensureElectron } from './electron.mjs';

/**
 * Before tests in the real application: dist/, an Electron (its path in STEWARD_ELECTRON) and a display.
 *
 * @returns {Promise<() => void>} ends the display
 */
export const setup = async () => {
  await buildProduct();
  process.env['STEWARD_ELECTRON'] = await ensureElectron();
  const display = await ensureDisplay();
  Object.assign(process.env, display.env);
  return display.stop;
};
