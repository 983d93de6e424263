import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { markdown } from './scripts/vite-markdown.ts';
import { htmlPages } from './scripts/vite-pages.ts';
import { features, pages } from './src/app/index.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const titles = Object.fromEntries(features.map(({ name, title }) => [name, title]));

/** The pages, which `src/http` serves under /ultronex/. */
export default defineConfig({
  root: here('./src/web'),
  base: '/ultronex/',
  plugins: [htmlPages(here('./src'), pages, titles), vue({ features: { optionsAPI: false } }), markdown()],
  build: {
    outDir: here('./dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that know `light-dark()`, so that it is kept instead of unfolded.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // The Content-Security-Policy has no `data:` for scripts and styles; small files stay files.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
