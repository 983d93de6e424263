import './mrkdwn.css';
import { type FunctionalComponent, h, type VNodeChild } from 'vue';
import { type Node, parse } from '../lib/mrkdwn.ts';

interface Props {
  text: string;
  /** Names by id. An unknown id is shown itself. */
  names?: { get(id: string): string | undefined };
  /** The reader's user id; mentions of it are highlighted. */
  me?: string;
}

const outside = { target: '_blank', rel: 'noopener noreferrer' };

/** Renders mrkdwn as DOM nodes. Never interprets HTML, so texts cannot inject any. */
export const Mrkdwn: FunctionalComponent<Props> = ({ text, names, me }) => {
  const show = (node: Node): VNodeChild => {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'code':
        return h('code', node.text);
      case 'pre':
        return h('pre', { tabindex: 0 }, node.text);
      case 'bold':
        return h('strong', node.children.map(show));
      case 'italic':
        return h('em', node.children.map(show));
      case 'strike':
        return h('s', node.children.map(show));
      case 'quote':
        return h('blockquote', node.children.map(show));
      case 'link':
        return h('a', { href: node.href, ...(node.href.startsWith('/') ? {} : outside) }, node.label);
      case 'user':
        return h(
          'span',
          { class: ['mention', { me: node.id === me }], title: node.id },
          `@${names?.get(node.id) ?? (node.label || node.id)}`,
        );
      case 'channel':
        return h('span', { class: 'mention', title: node.id }, `#${node.label || names?.get(node.id) || node.id}`);
      case 'group':
        return h('span', { class: 'mention' }, node.label || `@${node.id.split('^')[0]}`);
    }
  };
  return h('div', { class: 'mrkdwn' }, parse(text).map(show));
};
Mrkdwn.props = ['text', 'names', 'me'];
