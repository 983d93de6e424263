import { ref } from 'vue';
import { textOfSlashLine } from '../../../domain/slash-command.ts';
import { reason } from '../../api.ts';
import { maxFileBytes, simulator } from '../../simulator-api.ts';
import { encode } from './encode.ts';
import type { Workspace } from './workspace.ts';

/** Sends typed text to the open channel: a message with files, or a slash command. `problem` has the reason of a failure. */
export function useSending(workspace: Workspace) {
  const busy = ref(false);
  const problem = ref<string | null>(null);

  async function deliver(typed: string, files: File[], threadTs?: string): Promise<void> {
    const channel = workspace.channel.value?.id ?? '';
    const user = workspace.me.value;
    const names = { users: [workspace.bot.value, ...workspace.users.value], channels: workspace.channels.value };
    const command = textOfSlashLine(typed);
    if (command !== null && !files.length) {
      await simulator.command(channel, user, encode(command, names));
      return;
    }
    const tooBig = files.find((file) => file.size > maxFileBytes);
    if (tooBig) throw new Error(`${tooBig.name} is larger than 5 MiB.`);
    const uploaded: string[] = [];
    for (const file of files) uploaded.push((await simulator.upload(file)).id);
    const message = { channel, user, text: encode(typed.trim(), names), threadTs };
    workspace.put(await simulator.post(uploaded.length ? { ...message, files: uploaded } : message));
  }

  /** Resolves with whether it was sent. */
  async function send(typed: string, files: File[] = [], threadTs?: string): Promise<boolean> {
    busy.value = true;
    problem.value = null;
    try {
      await deliver(typed, files, threadTs);
      return true;
    } catch (error) {
      problem.value = reason(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { send, busy, problem };
}
