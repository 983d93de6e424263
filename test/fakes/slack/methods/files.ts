import { needed, structure, text, whole } from '../args.ts';
import { readBlocks } from '../blocks.ts';
import { ApiError } from '../errors.ts';
import { fileJson } from '../messages.ts';
import type { FakeFile, FakeTeam, Json } from '../types.ts';
import type { World } from '../world.ts';
import type { MethodContext, Methods } from './method.ts';
import { channelById, mustBeWritable } from './method.ts';

const mimetypes: Record<string, string> = {
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  log: 'text/plain',
  md: 'text/markdown',
  png: 'image/png',
  txt: 'text/plain',
};

/** A file whose bytes have not come yet. */
export function newFile(world: World, team: FakeTeam, user: string, name: string, size: number): FakeFile {
  const filetype = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? 'text';
  const file: FakeFile = {
    id: world.nextId('F'),
    team: team.id,
    user,
    name,
    title: name,
    mimetype: mimetypes[filetype] ?? 'application/octet-stream',
    filetype: filetype === 'txt' || filetype === 'log' ? 'text' : filetype,
    size,
    content: undefined,
    complete: false,
    shares: [],
  };
  world.files.push(file);
  return file;
}

function getUploadUrl({ world, team, args, baseUrl }: MethodContext): Json {
  const length = whole(args, 'length', 0);
  if (length <= 0) throw new ApiError('invalid_arguments');
  const file = newFile(world, team, team.botUserId, needed(args, 'filename'), length);
  return { upload_url: `${baseUrl}/upload/v1/${file.id}`, file_id: file.id };
}

function completeUpload(context: MethodContext): Json {
  const { world, team, args, baseUrl } = context;
  const wanted = structure(args, 'files', 'invalid_arguments') as { id: string; title?: string }[] | undefined;
  if (!Array.isArray(wanted) || wanted.length === 0) throw new ApiError('invalid_arguments');
  const channelId = text(args, 'channel_id') ?? text(args, 'channels');
  const channel = channelId ? channelById(context, channelId) : undefined;
  if (channel) mustBeWritable(context, channel);
  const files = wanted.map(({ id, title }) => {
    const file = world.files.find((one) => one.id === id && one.team === team.id);
    if (!file?.content || file.complete) throw new ApiError('file_not_found');
    return { file, title };
  });
  for (const { file, title } of files) Object.assign(file, { complete: true, title: title ?? file.name });
  if (channel) {
    const blocks = readBlocks(args);
    const thread = text(args, 'thread_ts');
    const post = world.addPost({
      team: team.id,
      channel: channel.id,
      text: text(args, 'initial_comment') ?? '',
      byBot: true,
      user: team.botUserId,
      bot_id: team.botId,
      subtype: 'file_share',
      files: files.map(({ file }) => file),
      ...(blocks ? { blocks } : {}),
      ...(thread ? { thread_ts: thread } : {}),
    });
    for (const { file } of files) file.shares.push({ channel: channel.id, ts: post.ts });
  }
  return { files: files.map(({ file }) => fileJson(file, baseUrl)) };
}

function fileInfo({ world, team, args, baseUrl }: MethodContext): Json {
  const id = needed(args, 'file', 'file_not_found');
  const file = world.files.find((one) => one.id === id && one.team === team.id && one.complete);
  if (!file) throw new ApiError('file_not_found');
  const shares: Record<'public' | 'private', Record<string, { ts: string }[]>> = { public: {}, private: {} };
  for (const { channel, ts } of file.shares) {
    const kept = shares[world.channel(team, channel)?.is_private ? 'private' : 'public'];
    kept[channel] = [...(kept[channel] ?? []), { ts }];
  }
  return { file: { ...fileJson(file, baseUrl), shares }, comments: [] };
}

export const fileMethods: Methods = {
  'files.getUploadURLExternal': { scopes: ['files:write'], run: getUploadUrl },
  'files.completeUploadExternal': { scopes: ['files:write'], run: completeUpload },
  'files.info': { scopes: ['files:read'], run: fileInfo },
};
