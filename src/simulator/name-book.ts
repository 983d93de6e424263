import { bestNames } from '../domain/best-names.ts';
import type { KnownName, NameBook } from '../ports/names.ts';
import { bot, type SimulatedWorkspace } from './workspace.ts';

/** Returns a NameBook of the simulator's users and channels. */
export function createNameBook(workspace: Pick<SimulatedWorkspace, 'users' | 'channels'>): NameBook {
  const users = () => workspace.users().map(({ id, name }): KnownName => ({ id, kind: 'user', name }));
  const channels = () =>
    workspace
      .channels()
      .filter(({ kind }) => kind !== 'im')
      .map(({ id, name }): KnownName => ({ id, kind: 'channel', name }));

  return {
    async ofIds(ids) {
      const wanted = new Set(ids);
      const all = [{ id: bot.id, kind: 'user', name: bot.name } as const, ...users(), ...channels()];
      return { names: all.filter(({ id }) => wanted.has(id)), problem: null };
    },
    async search(kind, text, limit) {
      return { names: bestNames(kind === 'user' ? users() : channels(), text, limit), problem: null };
    },
  };
}
