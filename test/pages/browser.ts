import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { patienceMs } from './eventually.ts';

/** A running program with the simulator, its pages built. */
export interface Site {
  /** Without a path: `http://127.0.0.1:1234`. */
  url: string;
  username: string;
  password: string;
  /** Stops the program and starts it again, at the same address and with the same store. */
  restart(whileDown: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface View {
  width?: number;
  theme?: 'light' | 'dark';
  touch?: boolean;
  /** Address to use instead of the site's, for example a proxy's; without a path. */
  through?: string;
  /** Console errors that the test provokes. */
  provokes?: RegExp;
}

/** A page under test; `problems` collects console errors, policy violations, uncaught errors, dialogs. */
export interface Opened {
  page: Page;
  problems: string[];
  close(): Promise<void>;
}

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * Console errors that are no problem of a page: 409 and 422, which are expected responses; and ERR_NETWORK_CHANGED.
 * Chromium closes all connections when the machine gets or loses a network interface, such as that of a container.
 */
const notOurs = /status of 4(09|22)|ERR_NETWORK_CHANGED/;

/** Why no browser can be started; null if one can. */
export const noBrowser = existsSync(executablePath) ? null : `no chromium at ${executablePath}; set CHROMIUM`;

export function launch(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet];
  return chromium.launch({ executablePath, args, timeout: 120_000 });
}

/** Opens `/ultronex/<path>`. The home page and the simulator are opened without a password: they must not need one. */
export async function openPage(browser: Browser, site: Site, path: string, view: View = {}): Promise<Opened> {
  const { width = 1280, theme = 'light', touch = width < 700, provokes, through = site.url } = view;
  const guarded =
    /^(stream|ledger|tracked|containers|incidents|watch|checks|jobs|tokens|audit|workspaces|runbook|guide|docs)/.test(
      path,
    );
  const { username, password } = site;
  const context = await browser.newContext({
    viewport: { width, height: width < 700 ? 740 : 800 },
    colorScheme: theme,
    hasTouch: touch,
    isMobile: touch,
    reducedMotion: 'reduce',
    ...(guarded && { httpCredentials: { username, password } }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const problems: string[] = [];
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'error' || notOurs.test(text) || provokes?.test(text)) return;
    problems.push(`${text} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript({ path: fileURLToPath(new URL('./in-page.js', import.meta.url)) });
  await page.goto(`${through}/ultronex/${path}`);
  return { page, problems, close: () => context.close() };
}

/** Polls `check` until it returns true. @throws with `what` in the message after a minute */
export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`${what}: not after ${patienceMs / 1_000} s`);
    await pause(100);
  }
}
