import type { Command } from '../command.ts';
import { backup } from './backup.ts';
import { doctor } from './doctor.ts';
import { hashPasswordCommand } from './hash-password.ts';
import { manifest } from './manifest.ts';
import { repliesCheck } from './replies-check.ts';
import { restore } from './restore.ts';
import { send } from './send.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';
import { trackAdd } from './track-add.ts';
import { trackList } from './track-list.ts';
import { trackRemove } from './track-remove.ts';
import { trackTest } from './track-test.ts';

/** A new command is a file beside this one and a line here. */
export const commands: readonly Command[] = [
  serve,
  doctor,
  send,
  trackList,
  trackAdd,
  trackRemove,
  trackTest,
  repliesCheck,
  manifest,
  hashPasswordCommand,
  backup,
  restore,
  setup,
];
