import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { markdown } from './scripts/vite-markdown.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const pages = ['index', 'simulator', 'stream', 'ledger', 'tracked', 'containers', 'runbook', 'guide', 'docs'];

/** One HTML entry a page, so that each asks for Basic auth by itself; served by `src/http` under /ultronex/. */
export default defineConfig({
  root: here('./src/web'),
  base: '/ultronex/',
  plugins: [vue({ features: { optionsAPI: false } }), markdown()],
  build: {
    outDir: here('./dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that know `light-dark()`, so that it is kept instead of unfolded.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // The Content-Security-Policy has no `data:` for scripts and styles; small files stay files.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { input: pages.map((page) => here(`./src/web/${page}.html`)) },
  },
});
