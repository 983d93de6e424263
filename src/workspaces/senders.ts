import { createSender } from '../destinations/slack/index.ts';
import type { MessageSender, SendOutcome } from '../ports/sender.ts';
import type { FileFetcher } from '../ports/source.ts';
import { SlackNotReached, type SlackTeam, type SlackTeams } from '../slack/index.ts';

const notInstalled: SendOutcome<never> = {
  kind: 'refused',
  error: 'not_installed',
  detail: 'the app is not installed in this workspace any more',
};

/** Slack has not told yet whether the workspace is that of SLACK_BOT_TOKEN. Nothing was sent. */
const notKnownYet: SendOutcome<never> = {
  kind: 'retry',
  ...{ afterMs: null, scope: 'workspace', outcomeUnknown: false, error: 'workspace_not_known' },
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

  async function send<T>(
    id: string,
    call: (sender: MessageSender) => Promise<SendOutcome<T>>,
  ): Promise<SendOutcome<T>> {
    let sender: MessageSender | null;
    try {
      sender = await from(id);
    } catch (error) {
      if (error instanceof SlackNotReached) return notKnownYet;
      throw error;
    }
    return sender === null ? notInstalled : call(sender);
  }

  return {
    post: (message) => send(message.team, (sender) => sender.post(message)),
    update: (message, ref) => send(message.team, (sender) => sender.update(message, ref)),
    delete: (team, ref) => send(team, (sender) => sender.delete(team, ref)),
    upload: (file) => send(file.team, (sender) => sender.upload(file)),
    // While the workspace is not known it rejects: null would mean that the message is not there.
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
