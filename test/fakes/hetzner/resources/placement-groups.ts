import { refused } from '../errors.ts';
import { created } from '../http.ts';
import type { Kind } from '../resource.ts';
import { crudRoutes, mustBeUnique } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { PlacementGroup } from '../types.ts';
import type { World } from '../world.ts';

export const maxSpread = 10;

export const membersOf = ({ state }: World, group: PlacementGroup): number[] =>
  state.servers.all.filter(({ placement_group }) => placement_group === group.id).map(({ id }) => id);

export function placementGroupKind(world: World): Kind<PlacementGroup> {
  return {
    one: 'placement_group',
    many: 'placement_groups',
    items: world.state.placementGroups,
    view: (group) => ({ ...group, servers: membersOf(world, group) }),
    filters: { type: (group, values) => values.includes(group.type) },
    mayGo(group) {
      if (membersOf(world, group).length > 0) throw refused('resource_in_use', 'placement group still has servers');
    },
  };
}

export function placementGroupRoutes(world: World): Routes {
  const kind = placementGroupKind(world);
  return {
    ...crudRoutes(world, kind),
    'POST /placement_groups': ({ fields }) => {
      const name = fields.text('name', { max: 255 });
      fields.text('type', { oneOf: ['spread'] });
      const labels = fields.labels();
      fields.check();
      mustBeUnique(kind, name);
      const group = kind.items.add({ ...world.stamp(name, labels), type: 'spread' });
      return created({ placement_group: kind.view(group), action: null });
    },
  };
}
