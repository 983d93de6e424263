import type { CliCommand } from '../command.ts';
import { moduleCommands } from '../module-commands.ts';
import { auditAdd } from './audit-add.ts';
import { auditList } from './audit-list.ts';
import { backup } from './backup.ts';
import { destinationsCheck } from './destinations-check.ts';
import { doctor } from './doctor.ts';
import { hashPasswordCommand } from './hash-password.ts';
import { manifest } from './manifest.ts';
import { repliesCheck } from './replies-check.ts';
import { restore } from './restore.ts';
import { send } from './send.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';
import { storeCompare } from './store-compare.ts';
import { storeCopy } from './store-copy.ts';
import { tokenCreate } from './token-create.ts';
import { tokenList } from './token-list.ts';
import { tokenRevoke } from './token-revoke.ts';
import { trackAdd } from './track-add.ts';
import { trackList } from './track-list.ts';
import { trackRemove } from './track-remove.ts';
import { trackTest } from './track-test.ts';
import { usersCheck } from './users-check.ts';

/** All commands of `ultronex`. To add one, add a file and a line here; modules bring their own. */
export const commands: readonly CliCommand[] = [
  serve,
  doctor,
  send,
  trackList,
  trackAdd,
  trackRemove,
  trackTest,
  tokenCreate,
  tokenList,
  tokenRevoke,
  auditAdd,
  auditList,
  repliesCheck,
  destinationsCheck,
  manifest,
  hashPasswordCommand,
  usersCheck,
  backup,
  restore,
  storeCompare,
  storeCopy,
  setup,
  ...(await moduleCommands()),
];
