import { structure } from './args.ts';
import { ApiError } from './errors.ts';
import type { Json } from './types.ts';

/** Limits as in https://docs.slack.dev/reference/block-kit/blocks; the sum is what bolt-js #2509 saw refused. */
const longest: Record<string, number> = { section: 3000, header: 150, markdown: 12_000 };
const mostBlocks = 50;
const mostAttachments = 100;
const mostTextOfAll = 13_200;

/** Reads and checks the `blocks` argument. Throws invalid_blocks_format, invalid_blocks or msg_blocks_too_long. */
export function readBlocks(args: Json): Json[] | undefined {
  return checkBlocks(structure(args, 'blocks', 'invalid_blocks_format'), '/blocks');
}

/**
 * Reads and checks the `attachments` argument. Blocks inside an attachment have the limits of other blocks. Throws
 * invalid_attachments, too_many_attachments or an error of `readBlocks`.
 */
export function readAttachments(args: Json): Json[] | undefined {
  const value = structure(args, 'attachments', 'invalid_attachments');
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new ApiError('invalid_attachments');
  if (value.length > mostAttachments) throw new ApiError('too_many_attachments');
  for (const [at, attachment] of value.entries()) {
    if (typeof attachment !== 'object' || attachment === null) throw new ApiError('invalid_attachments');
    checkBlocks((attachment as Json).blocks, `/attachments/${at}/blocks`);
  }
  return value.length > 0 ? (value as Json[]) : undefined;
}

function checkBlocks(value: unknown, path: string): Json[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new ApiError('invalid_blocks_format');
  if (value.length > mostBlocks) throw invalid(`no more than ${mostBlocks} items allowed [json-pointer:${path}]`);
  const total = value.reduce((sum: number, block: unknown, at) => sum + checkBlock(block, `${path}/${at}`), 0);
  if (total > mostTextOfAll) throw new ApiError('msg_blocks_too_long');
  return value.length > 0 ? (value as Json[]) : undefined;
}

/** Answers how many characters of text the block has. */
function checkBlock(block: unknown, path: string): number {
  const where = `[json-pointer:${path}]`;
  if (typeof block !== 'object' || block === null) throw invalid(`must be an object ${where}`);
  const { type, text, fields, elements } = block as Json;
  if (typeof type !== 'string') throw invalid(`missing required field: type ${where}`);
  if (type === 'section' && text === undefined && fields === undefined) throw invalid(`missing text ${where}`);
  if (type === 'header' && (text as Json | undefined)?.type !== 'plain_text') throw invalid(`plain_text only ${where}`);
  if (type === 'actions' && !Array.isArray(elements)) throw invalid(`missing required field: elements ${where}`);
  const content = typeof text === 'string' ? text : (text as Json | undefined)?.text;
  if (content === undefined) return 0;
  if (typeof content !== 'string' || content.length === 0) throw invalid(`must be more than 0 characters ${where}`);
  const most = longest[type];
  if (most !== undefined && content.length > most) throw invalid(`must be less than ${most + 1} characters ${where}`);
  return content.length;
}

function invalid(message: string): ApiError {
  // Slack says it in both: slackapi/java-slack-sdk issue 1017.
  return new ApiError('invalid_blocks', {
    errors: [message],
    response_metadata: { messages: [`[ERROR] ${message}`] },
  });
}
