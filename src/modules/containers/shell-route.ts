import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';
import { CrossSite, InvalidRequest } from '../../domain/errors.ts';
import { isCrossSite } from '../../http/index.ts';
import { within } from '../../lib/deadline.ts';
import { Type } from '../../lib/schema.ts';
import type { Asker } from './audit.ts';
import { TooManyOpen } from './errors.ts';
import type { ContainersParts } from './parts.ts';
import { openShell } from './shell.ts';
import { joinTerminal, sayAndClose } from './terminal.ts';
import { createSockets } from './upgrade.ts';

const mostShells = 10;
/** Time to close shells and write their ends to the audit log when the program stops. */
const endsWithinMs = 2_000;
const side = (fallback: number) => Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: fallback }));
const querystring = Type.Object({
  confirm: Type.Optional(Type.String({ maxLength: 200 })),
  columns: side(80),
  rows: side(24),
});

interface ShellRequest {
  Params: { name: string };
  Querystring: { confirm?: string; columns?: number; rows?: number };
}

/** Adds the route of a shell over a WebSocket. A refusal is an HTTP response, sent before the upgrade. */
export function shellRoute(
  app: FastifyInstance,
  { control, clock, log }: ContainersParts,
  params: TObject,
  askerOf: (request: FastifyRequest) => Asker,
): void {
  const sockets = createSockets(app);
  const open = new Set<Promise<void>>();
  app.addHook('preClose', async () => {
    sockets.closeAll();
    await within(clock, endsWithinMs, Promise.allSettled(open));
  });

  async function serve(request: FastifyRequest<ShellRequest>, reply: FastifyReply): Promise<void> {
    const { columns = 80, rows = 24 } = request.query;
    const container = await control.find(request.params.name);
    const { docker, end } = await control.begin(container, 'shell', askerOf(request as FastifyRequest));
    const socket = await sockets.accept(request, reply);
    if (socket === null) return end('failed', 'the browser had gone');
    // Input that arrives before the shell is open is kept until then.
    socket.pause();
    try {
      const shell = await openShell(docker, container, { columns, rows });
      const joined = joinTerminal(socket, shell, log);
      socket.resume();
      await joined;
      await end('done', 'closed');
    } catch (error) {
      sayAndClose(socket, (error as Error).message);
      socket.resume();
      await end('failed', (error as Error).message);
    }
  }

  const options = { config: { scope: 'control' }, schema: { hide: true, params, querystring } } as const;
  app.get<ShellRequest>('/:name/shell', options, async (request, reply) => {
    const { name } = request.params;
    const { confirm } = request.query;
    refuseOtherSites(request);
    if (!sockets.isHandshake(request)) {
      throw new InvalidRequest('upgrade', 'A shell is a WebSocket; the page /ultronex/containers opens one.');
    }
    if (confirm !== name) throw new InvalidRequest('confirm', `confirm has to repeat the container’s name, ${name}`);
    if (open.size >= mostShells) throw new TooManyOpen(`${mostShells} shells are open already; close one.`);
    const shell = serve(request, reply);
    open.add(shell);
    await shell.finally(() => open.delete(shell));
  });
}

/** Refuses cross-site requests: a browser adds the stored login also to a WebSocket that another site's page opens. */
function refuseOtherSites(request: FastifyRequest): void {
  if (isCrossSite(request)) {
    throw new CrossSite('Another site requested this shell; open the page of this server itself.');
  }
}
