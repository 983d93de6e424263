import { Liquid, type Template as Parsed } from 'liquidjs';
import { cut, cutMrkdwn } from '../../domain/cut.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import { TemplateFailed } from './errors.ts';
import type { Given } from './hook.ts';

/** A template is parsed up to this length, and rendered within this time and memory. */
const longest = 20_000;
const renderMs = 250;
const memoryUnits = 1_000_000;
/** Longer results are cut. Characters. */
const longestResult = 4_000;

/** A parsed template. @throws TemplateFailed */
export type Template = (given: Given) => string;

export interface Templates {
  /**
   * Parses a template. What it prints is escaped for Slack unless it says `| raw`.
   * @param field its name in errors, such as `message.text`
   * @param escaped false: the result is plain text, as for a key
   * @throws Error with the reason and the line within the template
   */
  parse(source: string, field: string, escaped?: boolean): Template;
}

/** Liquid (https://shopify.github.io/liquid) without files, with own properties only, and with bounds. */
export function createTemplates(): Templates {
  const escaping = createEngine((value) => escapeMrkdwn(textOf(value)));
  const plain = createEngine(textOf);

  return {
    parse(source, field, escaped = true) {
      const engine = escaped ? escaping : plain;
      const parsed: Parsed[] = engine.parse(source);
      return (given) => {
        try {
          const text = engine.renderSync(parsed, { ...given }).trim();
          return (escaped ? cutMrkdwn : cut)(text, longestResult, () => '…');
        } catch (error) {
          throw new TemplateFailed(field, `${field}: ${(error as Error).message}`);
        }
      };
    },
  };
}

function createEngine(outputEscape: (value: unknown) => string): Liquid {
  const engine = new Liquid({
    ...{ parseLimit: longest, renderLimit: renderMs, memoryLimit: memoryUnits },
    ...{ ownPropertyOnly: true, strictFilters: true, templates: {}, outputEscape },
  });
  // They read other templates, of which there are none.
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
  return engine;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
