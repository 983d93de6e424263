import { createSender } from '../destinations/slack/index.ts';
import type { MessageSender, SendOutcome } from '../ports/sender.ts';
import type { FileFetcher } from '../ports/source.ts';
import type { SlackTeam, SlackTeams } from '../slack/index.ts';

const notInstalled: SendOutcome<never> = {
  kind: 'refused',
  error: 'not_installed',
  detail: 'the app is not installed in this workspace any more',
};

/** Sends to each workspace with its token. */
export function createSenderOfTeams(teams: SlackTeams): MessageSender {
  const made = new WeakMap<SlackTeam, MessageSender>();

  function senderFor(team: SlackTeam): MessageSender {
    const sender = made.get(team) ?? createSender(team);
    made.set(team, sender);
    return sender;
  }

  async function from(id: string): Promise<MessageSender | null> {
    const team = await teams.find(id);
    return team === null ? null : senderFor(team);
  }

  return {
    post: async (message) => (await from(message.team))?.post(message) ?? notInstalled,
    update: async (message, ref) => (await from(message.team))?.update(message, ref) ?? notInstalled,
    delete: async (team, ref) => (await from(team))?.delete(team, ref) ?? notInstalled,
    upload: async (file) => (await from(file.team))?.upload(file) ?? notInstalled,
    find: async (message, sinceMs) => (await from(message.team))?.find(message, sinceMs) ?? null,
  };
}

/** Fetches files with the token of their workspace. */
export const createFilesOfTeams = (teams: SlackTeams): FileFetcher => ({
  async fetch(id, file) {
    const team = await teams.find(id);
    if (team === null) return { kind: 'refused', reason: 'the app is not installed in this workspace any more' };
    return team.files.fetch(id, file);
  },
});
