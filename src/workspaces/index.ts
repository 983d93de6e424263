/** Workspaces: the installations of the bot, in Slack or simulated, behind one interface. No other room knows both. */
import { splitList } from '../config/index.ts';
import type { Installer } from '../ports/installer.ts';
import type { InstallerParts } from './install/index.ts';
import type { WorkspaceOptions } from './options.ts';
import { openSimulator } from './simulator.ts';
import { openSlack } from './slack.ts';
import type { Workspaces } from './workspaces.ts';

export type { Workspaces };

/** Opens the Slack workspace of SLACK_BOT_TOKEN, or the simulated one without a token. */
export async function openWorkspaces(options: WorkspaceOptions): Promise<Workspaces> {
  const { SLACK_BOT_TOKEN: token, SLACK_CHANNEL_LIST } = options.config;
  const listed = splitList(SLACK_CHANNEL_LIST ?? '');
  return token ? openSlack(token, listed, options) : openSimulator(listed, options);
}

/**
 * Opens the installations in other workspaces. Null without TOKEN_KEYS, which SLACK_CLIENT_ID needs, and then none of its code is
 * loaded.
 */
export async function openInstaller(parts: InstallerParts): Promise<Installer | null> {
  if (parts.config.TOKEN_KEYS === undefined) return null;
  const { createInstaller } = await import('./install/index.ts');
  return createInstaller(parts);
}
