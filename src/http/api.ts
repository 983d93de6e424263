import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { RouteScope } from './route-scopes.ts';

/** The program's Fastify, whose routes have their types from their TypeBox schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Routes that another part brings, for example Slack's or the simulator's. */
export interface ExtraRoutes {
  plugin: FastifyPluginAsync;
  prefix: string;
  requireLogin: boolean;
  /** The scope of its routes that declare none in their `config`. Required with `requireLogin`. */
  scope?: RouteScope;
  /** Its requests are authenticated in another way, so any Host header is accepted. */
  anyHost?: boolean;
}

/**
 * Sends recorded events as server-sent events: those after a position, then new ones; null: new ones only.
 * @param team the workspace whose events are sent; null: all
 */
export type AllEvents = (
  request: FastifyRequest,
  reply: FastifyReply,
  after: number | null,
  team: string | null,
) => Promise<void>;
