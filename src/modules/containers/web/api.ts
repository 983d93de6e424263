// The API of the module `containers`.
import type { Answer, Body } from '../../../api/index.ts';
import { address, call, query } from '../../../web/api.ts';
import type { LogLine } from '../log-line.ts';

export type { LogLine };
export type ContainerList = Answer<'/ultronex/containers/list'>;
export type Container = ContainerList['containers'][number];
/** Traffic between two containers, by their names. */
export type Traffic = ContainerList['traffic'][number];
export type Action = Body<'/ultronex/containers/{name}/actions', 'post'>['action'];
export type AuditEntry = Answer<'/ultronex/containers/audit'>['entries'][number];

const at = (name: string) => `containers/${encodeURIComponent(name)}`;

export const containersApi = {
  list: () => call<ContainerList>('GET', 'containers/list'),
  audit: () => call<Answer<'/ultronex/containers/audit'>>('GET', 'containers/audit').then((answer) => answer.entries),
  act: (name: string, action: Action) =>
    call<Answer<'/ultronex/containers/{name}/actions', 'post'>>('POST', `${at(name)}/actions`, {
      action,
      confirm: name,
    }).then((answer) => answer.msg),
  /** Returns the path of the event stream. @param search '' for all lines */
  logs: (name: string, tail: number, search: string) => `${at(name)}/logs${query({ tail, search, follow: true })}`,
  /** Opens the WebSocket of a shell. Binary messages are terminal bytes; the text message `{resize: {columns, rows}}` is sent only. */
  shell(name: string, columns: number, rows: number): WebSocket {
    const path = address(`${at(name)}/shell${query({ confirm: name, columns, rows })}`);
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + path);
    socket.binaryType = 'arraybuffer';
    return socket;
  },
};
