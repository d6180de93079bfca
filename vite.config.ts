import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, 'renderer');

/** The page: served by the shell's own protocol under a policy that allows no inline script and no inline style. */
export default defineConfig({
  root,
  base: './',
  plugins: [react()],
  publicDir: false,
  build: {
    outDir: resolve(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    // Chromium 130, the oldest the product runs on (Electron 33).
    target: 'chrome130',
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What the first list needs is one file, with its styles in the order of their imports; the rest comes after it.
        codeSplitting: { groups: [{ name: 'first', test: /renderer\/app\/boot\.tsx$/ }] },
      },
    },
  },
});
