import type { Page } from '../domain/page.ts';
import { modules } from '../modules/index.ts';

const page = (name: string, title: string, more: Partial<Page> = {}): Page => ({
  name,
  title,
  main: `web/pages/${name}/main.ts`,
  ...more,
});

const corePages: readonly Page[] = [
  { name: 'index', title: '', main: 'web/pages/home/main.ts', open: true },
  page('stream', 'Stream', { nav: { label: 'Stream', at: 10 } }),
  page('ledger', 'Ledger', { nav: { label: 'Ledger', at: 20 } }),
  page('tracked', 'Tracked patterns', { nav: { label: 'Tracked', at: 30 } }),
  page('runbook', 'Runbook'),
  page('docs', 'API', { nav: { label: 'API', at: 70 } }),
  page('guide', 'Guide', { nav: { label: 'Guide', at: 80 } }),
  page('simulator', 'Simulator', { nav: { label: 'Simulator', at: 90 }, open: true, part: 'simulator' }),
];

/** Every page: Vite builds them, the server serves them, and the navigation links them. */
export const pages: readonly Page[] = [...corePages, ...modules.flatMap(({ pages = [] }) => pages)];
