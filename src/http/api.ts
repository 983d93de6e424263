import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginAsync,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';

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
  /** Its requests prove otherwise that they are for us, so that any Host header is taken. */
  anyHost?: boolean;
}
