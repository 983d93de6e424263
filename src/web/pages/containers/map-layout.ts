import type { Container, ContainerList, Traffic } from '../../containers-api.ts';
import { type Condition, condition } from './condition.ts';
import { label, named } from './names.ts';

/** Pixels of the drawing, before it is scaled. */
export const size = { width: 1160, row: 46, top: 44, node: { x: 232, width: 236, height: 32 }, lane: 16 };

export interface MapNode {
  key: string;
  title: string;
  y: number;
  /** null: traffic goes there, but it is none of the containers. */
  container: Container | null;
  is: Condition;
  /** Where it stands on its networks. */
  dots: { x: number; network: string }[];
}
export interface MapColumn {
  name: string;
  x: number;
  width: number;
}
export interface MapEdge extends Traffic {
  from: string;
  to: string;
  path: string;
  arrow: string;
  thickness: number;
  labelY: number;
}
export interface MapLayout {
  /** Where the drawing begins: without traffic there is nothing left of the nodes. */
  left: number;
  height: number;
  nodes: MapNode[];
  columns: MapColumn[];
  edges: MapEdge[];
}

const elsewhere: Condition = { tone: 'off', word: 'not a container here' };

/** Who sends, then who receives, then the others. A row each, so that nothing covers anything. */
function rowsOf({ containers, traffic }: ContainerList): { key: string; container: Container | null }[] {
  const keyOf = (end: string) => containers.find(named(end))?.name ?? end;
  const ends = [...traffic.map((each) => each.from), ...traffic.map((each) => each.to).sort()];
  const rest = [...containers].sort((a, b) => label(a).localeCompare(label(b))).map(({ name }) => name);
  const keys = new Set([...ends.map(keyOf), ...rest]);
  return [...keys].map((key) => ({ key, container: containers.find(({ name }) => name === key) ?? null }));
}

function columnsOf({ networks }: ContainerList): MapColumn[] {
  const left = size.node.x + size.node.width + 28;
  const width = Math.min(200, (size.width - left) / Math.max(1, networks.length));
  return networks.map(({ name }, at) => ({ name, x: left + at * width, width: width - 8 }));
}

/** From the left of the sender, along its lane, to the left of the receiver. */
function pathOf(from: number, to: number, lane: number): string {
  const turn = to > from ? 10 : -10;
  const end = size.node.x - 8;
  return `M${size.node.x} ${from}H${lane + 10}Q${lane} ${from} ${lane} ${from + turn}V${to - turn}Q${lane} ${to} ${lane + 10} ${to}H${end}`;
}

/** 1.5 px for next to nothing, a pixel more for each tenfold of 1 KiB/s, 8 at most. */
const thickness = (bytesPerSecond: number) =>
  Math.min(8, 1.5 + Math.max(0, Math.log10(1 + bytesPerSecond / 1_024)) * 1.4);

export function layOut(list: ContainerList): MapLayout {
  const columns = columnsOf(list);
  const members = new Map(list.networks.map((network) => [network.name, network.containers]));
  const nodes = rowsOf(list).map(({ key, container }, at): MapNode => {
    const on = ({ name }: MapColumn) =>
      container !== null &&
      (container.networks.includes(name) || (members.get(name) ?? []).some((end) => named(end)(container)));
    return {
      key,
      title: container ? label(container) : key,
      y: size.top + at * size.row + size.row / 2,
      container,
      is: container ? condition(container) : elsewhere,
      dots: columns.filter(on).map((column) => ({ x: column.x + column.width / 2, network: column.name })),
    };
  });
  const nodeOf = (end: string) =>
    nodes.find(({ key, container }) => key === end || (container !== null && named(end)(container)));
  const senders = [...new Set(list.traffic.map(({ from }) => from))];
  const edges = list.traffic.flatMap((each): MapEdge[] => {
    const [from, to] = [nodeOf(each.from), nodeOf(each.to)];
    if (!from || !to || from === to) return [];
    const lane = size.lane * (1 + senders.indexOf(each.from));
    const arrow = `M${size.node.x - 9} ${to.y - 6}l9 6l-9 6z`;
    const path = pathOf(from.y, to.y, lane);
    return [
      { ...each, from: from.key, to: to.key, path, arrow, thickness: thickness(each.bytesPerSecond), labelY: to.y - 8 },
    ];
  });
  const left = edges.length ? 0 : size.node.x - 8;
  return { left, height: size.top + nodes.length * size.row + 8, nodes, columns, edges };
}
