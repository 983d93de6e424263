// The API of the module `workspaces`.
import type { Answer, Query } from '../../../api/index.ts';
import { call, query } from '../../../web/api.ts';

export type WorkspaceList = Answer<'/ultronex/workspaces'>;
export type Workspace = WorkspaceList['workspaces'][number];
export type Removal = Answer<'/ultronex/workspaces/{team}', 'delete'>;

export const workspacesApi = {
  list: (filter: NonNullable<Query<'/ultronex/workspaces'>>) =>
    call<WorkspaceList>('GET', `workspaces${query(filter)}`),
  remove: (team: string, erase: boolean) =>
    call<Removal>('DELETE', `workspaces/${encodeURIComponent(team)}${erase ? '?erase=true' : ''}`, { confirm: team }),
};
