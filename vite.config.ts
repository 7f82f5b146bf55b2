import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { compilerDigest } from './scripts/compiler-digest.ts';

export default defineConfig({
  // Relative addresses, so that the built page works from any folder of any static host.
  base: './',
  // See src/cpu/jit/make-packs.ts.
  define: { COMPILER_DIGEST: compilerDigest() },
  plugins: [svelte()],
  worker: { format: 'es', plugins: () => [] },
  build: {
    // Guests need WebAssembly tail calls (Chrome 112, Firefox 121, Safari 18.2), so nothing older is served.
    target: ['chrome112', 'firefox121', 'safari18.2'],
    chunkSizeWarningLimit: 900,
    // Which file is which, for scripts/build-embed.ts.
    manifest: true,
    rolldownOptions: {
      // The stage of embedded machines shares its chunks with the page; `embed.html` loads it by its own light script.
      input: { index: 'index.html', stage: 'src/embed/stage/main.ts' },
      preserveEntrySignatures: 'exports-only',
    },
  },
});
