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

/**
 * What a request does, for tokens that may do only some of it: look, post and change, act on the machine, or tell of
 * something outside. Declared by routes; nothing asks for it yet.
 */
export type Scope = 'read' | 'write' | 'control' | 'hook';

declare module 'fastify' {
  interface FastifyContextConfig {
    scope?: Scope;
  }
}

/** Routes that another part brings, for example Slack's or the simulator's. */
export interface ExtraRoutes {
  plugin: FastifyPluginAsync;
  prefix: string;
  requireLogin: boolean;
  /** Of each of its routes that does not say another one in its `config`. */
  scope?: Scope;
  /** Its requests prove otherwise that they are for us, so that any Host header is taken. */
  anyHost?: boolean;
}
