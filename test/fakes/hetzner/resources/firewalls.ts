import { parseRange } from '../cidr.ts';
import { refused } from '../errors.ts';
import { created } from '../http.ts';
import type { Fields } from '../input.ts';
import { parseSelector } from '../labels.ts';
import type { Kind } from '../resource.ts';
import { crudRoutes, mustBeIdle, mustBeUnique, need } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Action, Firewall, FirewallRule, Json, Server, Target } from '../types.ts';
import type { World } from '../world.ts';

const protocols = ['tcp', 'udp', 'icmp', 'esp', 'gre'];
const maxRules = 50;

/** The servers that a target stands for. */
function serversOf(world: World, target: Target): Server[] {
  const { all } = world.state.servers;
  if (target.type === 'server') return all.filter(({ id }) => id === target.server?.id);
  const matches = parseSelector(target.label_selector?.selector ?? '');
  return all.filter(({ labels }) => matches(labels));
}

export const firewallsOn = (world: World, server: Server): Firewall[] =>
  world.state.firewalls.all.filter(({ targets }) => targets.some((one) => serversOf(world, one).includes(server)));

export function firewallRoutes(world: World): Routes {
  const kind: Kind<Firewall> = {
    one: 'firewall',
    many: 'firewalls',
    items: world.state.firewalls,
    view: ({ targets, ...firewall }) => ({
      ...firewall,
      applied_to: targets.map((target): Json => {
        if (target.type === 'server') return { ...target };
        const found = serversOf(world, target).map(({ id }) => ({ type: 'server', server: { id } }));
        return { ...target, applied_to_resources: found };
      }),
    }),
    mayGo({ targets }) {
      if (targets.length > 0) throw refused('resource_in_use', 'firewall is still in use');
    },
  };

  function apply(firewall: Firewall, targets: Target[]): Action[] {
    return targets.map((target) => {
      for (const { id } of serversOf(world, target)) {
        const server = world.state.servers.get(id) as Server;
        if (firewallsOn(world, server).length >= 5)
          throw refused('resource_limit_exceeded', 'at most 5 firewalls a server', 403);
      }
      const about = [
        { id: firewall.id, type: 'firewall' },
        ...(target.server ? [{ id: target.server.id, type: 'server' }] : []),
      ];
      return world.actions.start('apply_firewall', about, { effect: () => void firewall.targets.push(target) });
    });
  }

  function setRules(firewall: Firewall, rules: FirewallRule[]): Action {
    return world.actions.start('set_firewall_rules', [{ id: firewall.id, type: 'firewall' }], {
      effect: () => {
        firewall.rules = rules;
      },
    });
  }

  return {
    ...crudRoutes(world, kind),
    'POST /firewalls': ({ fields }) => {
      const name = fields.text('name', { max: 128 });
      const labels = fields.labels();
      const rules = readRules(fields);
      const targets = readTargets(world, fields, 'apply_to');
      fields.check();
      mustBeUnique(kind, name);
      const firewall = kind.items.add({ ...world.stamp(name, labels), rules: [], targets: [] });
      const actions = [setRules(firewall, rules), ...apply(firewall, targets)];
      // The answer of a create has the rules at once, whether or not their action is over.
      return created({ firewall: { ...kind.view(firewall), rules }, actions });
    },
    'POST /firewalls/{id}/actions/set_rules': ({ params, fields }) => {
      const firewall = need(kind, params.id ?? '');
      mustBeIdle(world, 'firewall', firewall.id);
      const rules = readRules(fields);
      fields.check();
      return created({ actions: [setRules(firewall, rules)] });
    },
    'POST /firewalls/{id}/actions/apply_to_resources': ({ params, fields }) => {
      const firewall = need(kind, params.id ?? '');
      mustBeIdle(world, 'firewall', firewall.id);
      const targets = readTargets(world, fields, 'apply_to');
      fields.check();
      if (targets.some((target) => firewall.targets.some((known) => same(known, target)))) {
        throw refused('firewall_already_applied', 'firewall is already applied to this resource');
      }
      return created({ actions: apply(firewall, targets) });
    },
    'POST /firewalls/{id}/actions/remove_from_resources': ({ params, fields }) => {
      const firewall = need(kind, params.id ?? '');
      mustBeIdle(world, 'firewall', firewall.id);
      const targets = readTargets(world, fields, 'remove_from');
      fields.check();
      if (targets.some((target) => !firewall.targets.some((known) => same(known, target)))) {
        throw refused('firewall_already_removed', 'firewall is not applied to this resource');
      }
      const actions = targets.map((target) =>
        world.actions.start('remove_firewall', [{ id: firewall.id, type: 'firewall' }], {
          effect: () => {
            firewall.targets = firewall.targets.filter((known) => !same(known, target));
          },
        }),
      );
      return created({ actions });
    },
  };
}

const same = (a: Target, b: Target) =>
  a.type === b.type && a.server?.id === b.server?.id && a.label_selector?.selector === b.label_selector?.selector;

function readTargets(world: World, fields: Fields, name: string): Target[] {
  return fields.list<Target>(name).map((sent) => {
    if (sent.type === 'server' && sent.server) {
      const { id } = sent.server;
      if (!world.state.servers.get(id)) throw refused('firewall_resource_not_found', `server ${id} not found`, 404);
      return { type: 'server', server: { id } };
    }
    const selector = sent.label_selector?.selector;
    if (sent.type !== 'label_selector' || !selector) {
      fields.complain(name, 'needs a server or a label_selector');
      return { type: 'label_selector', label_selector: { selector: '' } };
    }
    parseSelector(selector, name);
    return { type: 'label_selector', label_selector: { selector } };
  });
}

function readRules(fields: Fields): FirewallRule[] {
  const sent = fields.list('rules');
  if (sent.length > maxRules) fields.complain('rules', `has more than ${maxRules} entries`);
  return sent.map((rule, at) => {
    const wrong = ruleProblem(rule);
    if (wrong) fields.complain(`rules.${at}.${wrong[0]}`, wrong[1]);
    return {
      direction: rule.direction as FirewallRule['direction'],
      protocol: String(rule.protocol),
      port: (rule.port as string | null | undefined) ?? null,
      source_ips: (rule.source_ips as string[] | null | undefined) ?? [],
      destination_ips: (rule.destination_ips as string[] | null | undefined) ?? [],
      description: (rule.description as string | null | undefined) ?? null,
    };
  });
}

function ruleProblem(rule: Json): [field: string, message: string] | undefined {
  const { direction, protocol, port } = rule;
  if (direction !== 'in' && direction !== 'out') return ['direction', 'must be one of: in, out'];
  if (!protocols.includes(String(protocol))) return ['protocol', `must be one of: ${protocols.join(', ')}`];
  const withPort = protocol === 'tcp' || protocol === 'udp';
  if (withPort && !portRange(port)) return ['port', 'must be a port, a range of ports or any'];
  if (!withPort && port) return ['port', 'is only for tcp and udp'];
  const side = direction === 'in' ? 'source_ips' : 'destination_ips';
  const ranges = (rule[side] as unknown[] | null | undefined) ?? [];
  if (ranges.length === 0 || ranges.length > 100) return [side, 'must have 1 to 100 entries'];
  const odd = ranges.find((range) => !parseRange(String(range)));
  return odd === undefined ? undefined : [side, `'${odd}' is not a network in CIDR notation without host bits`];
}

function portRange(port: unknown): boolean {
  if (port === 'any') return true;
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(port ?? '')) ?? [];
  return Number(from) >= 1 && Number(from) <= Number(to) && Number(to) <= 65535;
}
