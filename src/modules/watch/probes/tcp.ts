import type { TcpProbe } from '../../../watch-files/index.ts';
import { connectTo } from './connect.ts';
import type { Network } from './network.ts';
import type { Run } from './run.ts';

/** Connects. @throws Failed */
export async function probeTcp({ host, port }: TcpProbe, { resolve }: Network, run: Run): Promise<string> {
  await connectTo(await resolve(host, null, run), port, run);
  return 'connected';
}
