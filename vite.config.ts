import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses, so that the built page works from any folder of any static host.
  base: './',
  plugins: [svelte()],
  worker: { format: 'es', plugins: () => [] },
  // Guests need WebAssembly tail calls (Chrome 112, Firefox 121, Safari 18.2), so nothing older is served.
  build: { target: ['chrome112', 'firefox121', 'safari18.2'], chunkSizeWarningLimit: 900 },
});
