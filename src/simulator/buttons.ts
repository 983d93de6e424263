import type { Block, Content } from '../domain/delivery.ts';
import type { Button } from './shown.ts';

interface ButtonElement {
  type?: string;
  value?: string;
  style?: string;
  text?: { text?: string };
}

/** Returns the buttons of a message that carry a command. Other parts of its blocks are not shown. */
export function buttonsOf({ buttons = [], blocks = [] }: Pick<Content, 'buttons' | 'blocks'>): Button[] {
  const own = buttons.map(({ label, command, style }) => shown(label, command, style));
  return [...own, ...blocks.flatMap(inBlock)];
}

function inBlock({ type, elements }: Block): Button[] {
  const all = type === 'actions' && Array.isArray(elements) ? (elements as ButtonElement[]) : [];
  return all
    .filter((element) => element.type === 'button' && element.value !== undefined)
    .map(({ text, value = '', style }) => shown(text?.text ?? value, value, style));
}

function shown(label: string, value: string, style?: string): Button {
  return { label, value, ...(style === 'danger' && { danger: true }) };
}
