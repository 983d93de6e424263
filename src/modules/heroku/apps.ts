import type { Severity } from '../../domain/severity.ts';
import type { HerokuApp } from '../../watch-files/index.ts';

/** An app that is watched. */
export interface WatchedApp {
  app: string;
  everyMs: number;
  /** Channel of its messages and cards; null: the channel for alerts. */
  channel: string | null;
  severity: Severity | null;
  notify: string | null;
  fix: string | null;
}

export interface AppSettings {
  MONITORED_APP_NAME?: string;
  SLACK_CHANNEL?: string;
  CHECK_INTERVAL_MINUTES: number;
}

/** Most apps that are watched. */
const mostApps = 200;

/** Returns the apps of the settings and of WATCH_DIR, in this order. For an app that both name, the file counts. */
export function watchedApps(settings: AppSettings, files: readonly HerokuApp[]): WatchedApp[] {
  const channel = settings.SLACK_CHANNEL ?? null;
  const everyMs = settings.CHECK_INTERVAL_MINUTES * 60_000;
  const names = (settings.MONITORED_APP_NAME ?? '').split(',').map((name) => name.trim());
  const found = new Map<string, WatchedApp>();
  for (const app of names)
    if (app !== '') found.set(app, { app, everyMs, channel, severity: null, notify: null, fix: null });
  for (const { app, everyMs: every, channel: own, severity, notify, fix } of files) {
    found.set(app, { app, everyMs: every, channel: own ?? channel, severity, notify, fix });
  }
  return [...found.values()].slice(0, mostApps);
}
