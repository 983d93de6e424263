import { invalidInput } from '../errors.ts';
import type { Kind } from '../resource.ts';
import { crudRoutes, protectionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Image } from '../types.ts';
import type { World } from '../world.ts';

export function imageKind(world: World): Kind<Image> {
  return {
    one: 'image',
    many: 'images',
    items: world.state.images,
    view: (image) => ({ ...image, deleted: null }),
    listed: ({ deprecated }, query) => deprecated === null || query.get('include_deprecated') === 'true',
    filters: {
      type: (image, values) => values.includes(image.type),
      status: (image, values) => values.includes(image.status),
      architecture: (image, values) => values.includes(image.architecture),
      bound_to: (image, values) => values.includes(String(image.bound_to)),
    },
    change: (image, fields) => {
      mustBeOurs(image, 'can change');
      const description = fields.maybeText('description', { max: 255 }) ?? image.description;
      const type = fields.maybeText('type', { oneOf: ['snapshot'] });
      return () => {
        image.description = description;
        if (type) Object.assign(image, { type: 'snapshot', bound_to: null });
      };
    },
    mayGo: (image) => mustBeOurs(image, 'can be deleted'),
  };
}

function mustBeOurs({ type }: Image, what: string): void {
  if (type !== 'snapshot' && type !== 'backup') throw invalidInput({ type: [`only snapshots and backups ${what}`] });
}

export function imageRoutes(world: World): Routes {
  const kind = imageKind(world);
  return { ...crudRoutes(world, kind), ...protectionRoute(world, kind) };
}
