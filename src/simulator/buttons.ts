import type { Block } from '../domain/delivery.ts';
import type { Button } from './shown.ts';

interface ButtonElement {
  type?: string;
  value?: string;
  style?: string;
  text?: { text?: string };
}

/** The buttons of a message that carry a command. Nothing else of its blocks is shown: the text says the same. */
export function buttonsOf(blocks: readonly Block[] = []): Button[] {
  return blocks
    .flatMap(({ type, elements }) =>
      type === 'actions' && Array.isArray(elements) ? (elements as ButtonElement[]) : [],
    )
    .filter((element) => element.type === 'button' && element.value !== undefined)
    .map(({ text, value = '', style }) => ({
      label: text?.text ?? value,
      value,
      ...(style === 'danger' && { danger: true }),
    }));
}
