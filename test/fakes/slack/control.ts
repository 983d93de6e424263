import type { FakeSlack } from './fake-slack.ts';
import type { FaultHandle, FaultSpec } from './faults.ts';
import type { Exchange } from './http.ts';
import { jsonReply, send } from './http.ts';
import type { DisconnectReason } from './sockets.ts';
import type { Json } from './types.ts';

/**
 * /_ctl/: what a test has as methods, as JSON over HTTP, for a shell or another process.
 * GET posts, ephemerals, calls, attempts, responses, views, faults (the unmet ones), sockets.
 * POST say, edit, erase, event, command, button, submit, faults, targets, sockets `{ do: 'disconnect' | 'closeAll' | 'refuse' |
 * 'silence' | 'sendRaw', reason, ms, message }`; DELETE faults. say, edit and erase wait for the deliveries with `?wait=1`.
 * say also takes a list of messages.
 */
export function createControl(slack: FakeSlack) {
  const looks: Record<string, () => unknown> = {
    posts: () => slack.posts.map(({ files, ...post }) => ({ ...post, files: files?.map((file) => file.name) })),
    ephemerals: () => slack.ephemerals,
    calls: () => slack.calls,
    attempts: () => slack.attempts,
    responses: () => slack.responses,
    views: () => slack.views,
    faults: () => slack.faults.unmet(),
    sockets: () => ({ count: slack.sockets.count }),
  };
  const handles: FaultHandle[] = [];

  const acts: Record<string, (input: Json, wait: boolean) => unknown> = {
    say: (input, wait) => {
      const say = (one: Json) => settled(slack.say(one as never), wait);
      return Array.isArray(input) ? Promise.all(input.map(say)) : say(input);
    },
    edit: (input, wait) => settled(slack.edit(input as never), wait),
    erase: (input, wait) => settled(slack.erase(input as never), wait),
    event: ({ event, ...options }) => slack.sendEvent(event as Json, options),
    command: (input) => slack.slashCommand(input),
    button: (input) => slack.pressButton(input as never),
    submit: (input) => slack.submitView(input),
    targets: (input) => slack.deliverTo(input),
    sockets: (input) => actOnSockets(slack, input),
    // JSON has no Infinity: `times: "always"`.
    faults: (input) => {
      const times = input.times === 'always' ? Number.POSITIVE_INFINITY : input.times;
      handles.push(slack.faults.add({ ...input, times } as FaultSpec));
      return { count: handles.length };
    },
  };

  return async function control(exchange: Exchange, name: string): Promise<void> {
    const { req, res, body, url } = exchange;
    try {
      const look = req.method === 'GET' ? looks[name] : undefined;
      const act = req.method === 'POST' ? acts[name] : undefined;
      if (look) return send(res, jsonReply(look()));
      if (req.method === 'DELETE' && name === 'faults') {
        for (const handle of handles.splice(0)) handle.remove();
        return send(res, jsonReply({ ok: true }));
      }
      if (!act) return send(res, jsonReply({ error: `nothing at ${req.method} /_ctl/${name}` }, 404));
      const input = body.length > 0 ? (JSON.parse(body.toString('utf8')) as Json) : {};
      send(res, jsonReply((await act(input, url.searchParams.has('wait'))) ?? { ok: true }));
    } catch (error) {
      send(res, jsonReply({ error: (error as Error).message }, 400));
    }
  };
}

async function settled<T extends { delivered: Promise<unknown> }>(said: T, wait: boolean): Promise<unknown> {
  const { delivered, ...rest } = said;
  return wait ? { ...rest, delivered: await delivered } : rest;
}

function actOnSockets(slack: FakeSlack, input: Json): unknown {
  const { sockets } = slack;
  if (input.do === 'disconnect') sockets.disconnect((input.reason ?? 'refresh_requested') as DisconnectReason);
  else if (input.do === 'closeAll') sockets.closeAll();
  else if (input.do === 'refuse') sockets.refuse(Number(input.ms ?? 60_000));
  else if (input.do === 'silence') sockets.silence();
  else if (input.do === 'sendRaw') return { sent: sockets.sendRaw(input.message, { all: input.all === true }) };
  else throw new Error(`do: disconnect, closeAll, refuse, silence or sendRaw; not ${input.do}`);
  return { count: sockets.count };
}
