import type { Container, ContainerList, Traffic } from './api.ts';
import { type Condition, condition } from './condition.ts';
import { label } from './names.ts';

/** Sizes in pixels, before scaling. */
export const size = { width: 1160, row: 42, top: 44, node: { x: 232, width: 236, height: 32 }, lane: 16 };

export interface MapNode {
  name: string;
  label: string;
  /** The label, cut to fit. */
  title: string;
  y: number;
  is: Condition;
  /** Its positions on the lines of its networks. */
  dots: { x: number; network: string }[];
}
interface MapColumn {
  name: string;
  /** The name, cut to fit. */
  title: string;
  x: number;
  width: number;
}
export interface MapEdge extends Traffic {
  path: string;
  arrow: string;
  thickness: number;
  labelY: number;
}
export interface MapLayout {
  /** Left edge of the drawing; without traffic, there are no lanes left of the nodes. */
  left: number;
  height: number;
  nodes: MapNode[];
  columns: MapColumn[];
  edges: MapEdge[];
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Sorts containers: senders, then receivers, then all others. Each has its own row, so that nothing overlaps. */
function rowsOf({ containers, traffic }: ContainerList): Container[] {
  const senders = new Set(traffic.map(({ from }) => from));
  const receivers = new Set(traffic.map(({ to }) => to));
  const rank = ({ name }: Container) => (senders.has(name) ? 0 : receivers.has(name) ? 1 : 2);
  return containers.toSorted((a, b) => rank(a) - rank(b) || label(a).localeCompare(label(b)));
}

function columnsOf({ networks }: ContainerList): MapColumn[] {
  const left = size.node.x + size.node.width + 28;
  const width = Math.min(200, (size.width - left) / Math.max(1, networks.length));
  return networks.map(({ name }, at) => ({
    name,
    title: cut(name, width / 8),
    x: left + at * width,
    width: width - 8,
  }));
}

/** Returns the path of an edge: from the left side of the sender along its lane to the left side of the receiver. */
function pathOf(from: number, to: number, lane: number): string {
  const turn = to > from ? 10 : -10;
  const end = size.node.x - 8;
  return `M${size.node.x} ${from}H${lane + 10}Q${lane} ${from} ${lane} ${from + turn}V${to - turn}Q${lane} ${to} ${lane + 10} ${to}H${end}`;
}

/** Returns the width of a line: 1.5 px near 0, growing with the logarithm of KiB/s, at most 8 px. */
const thickness = (bytesPerSecond: number) =>
  Math.min(8, 1.5 + Math.max(0, Math.log10(1 + bytesPerSecond / 1_024)) * 1.4);

function edgesOf(traffic: readonly Traffic[], heights: ReadonlyMap<string, number>): MapEdge[] {
  const senders = [...new Set(traffic.map(({ from }) => from))];
  const edges = traffic.flatMap((each): MapEdge[] => {
    const [from, to] = [heights.get(each.from), heights.get(each.to)];
    if (from === undefined || to === undefined || from === to) return [];
    const lane = size.lane * (1 + senders.indexOf(each.from));
    const arrow = `M${size.node.x - 9} ${to - 6}l9 6l-9 6z`;
    return [
      { ...each, path: pathOf(from, to, lane), arrow, thickness: thickness(each.bytesPerSecond), labelY: to - 8 },
    ];
  });
  // Edges share a lane; the busiest is drawn last.
  return edges.sort((a, b) => a.requestsPerSecond - b.requestsPerSecond || a.thickness - b.thickness);
}

export function layOut(list: ContainerList): MapLayout {
  const columns = columnsOf(list);
  const nodes = rowsOf(list).map((container, at): MapNode => {
    const on = columns.filter(({ name }) => container.networks.includes(name));
    return {
      name: container.name,
      label: label(container),
      title: cut(label(container), 18),
      y: size.top + at * size.row + size.row / 2,
      is: condition(container),
      dots: on.map(({ name, x, width }) => ({ x: x + width / 2, network: name })),
    };
  });
  const edges = edgesOf(list.traffic, new Map(nodes.map(({ name, y }) => [name, y])));
  const left = edges.length ? 0 : size.node.x - 8;
  return { left, height: size.top + nodes.length * size.row + 8, nodes, columns, edges };
}
