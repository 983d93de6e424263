import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { dayTones, formatShare, type SpanTally, shareOf, toneOfShare } from '../../domain/uptime.ts';
import { escapeHtml, htmlPage, pageHeaders } from '../../http/index.ts';
import type { Records } from './records.ts';
import type { CheckStatus, Checks } from './result.ts';

export interface UpPageParts {
  checks: Pick<Checks, 'list'>;
  records: Records;
  clock: Pick<Clock, 'monotonic'>;
}

const mostShown = 200;
const keptMs = 30_000;
const cacheControl = `public, max-age=${keptMs / 1_000}`;

/** Returns the route of the public page, /ultronex/up: names and bars of checks, for everybody. */
export function upPage({ checks, records, clock }: UpPageParts): FastifyPluginAsync {
  let kept: { html: Promise<string>; madeAt: number } | null = null;

  async function make(): Promise<string> {
    const all = checks.list();
    const shown = all.slice(0, mostShown);
    const known = await records.of(shown.map(({ check }) => check.name));
    const rows = shown.map(({ check }) => ({ name: check.name, days: known.get(check.name)?.days ?? [] }));
    return pageOf(all, rows);
  }

  return async (app) => {
    app.get('/up', { schema: { hide: true } }, async (_request, reply) => {
      if (kept === null || clock.monotonic() - kept.madeAt >= keptMs) {
        const html = make();
        kept = { html, madeAt: clock.monotonic() };
        // A failure is not kept.
        html.catch(() => {
          kept = null;
        });
      }
      const html = await kept.html;
      reply.headers(pageHeaders).header('cache-control', cacheControl).type('text/html; charset=utf-8').send(html);
    });
  };
}

interface Row {
  name: string;
  days: readonly SpanTally[];
}

function pageOf(all: readonly CheckStatus[], rows: readonly Row[]): string {
  const { tone, text } = overall(all);
  const more = all.length - rows.length;
  return htmlPage({
    title: `${text} · Status`,
    head: `<meta http-equiv="refresh" content="60">\n<style>${style}</style>\n`,
    body: `<main class="up">
<h1 class="${tone}">${text}</h1>
${rows.length === 0 ? '' : `<ul>\n${rows.map(rowOf).join('\n')}\n</ul>\n`}${more > 0 ? `<p>And ${more} more.</p>\n` : ''}<small>The last 90 days (UTC), today on the right.</small>
</main>`,
  });
}

/** The condition of everything in one sentence, without what is only failing: it may be well again in seconds. */
function overall(all: readonly CheckStatus[]): { tone: string; text: string } {
  const known = all.filter(({ state }) => state !== 'pending');
  const down = known.filter(({ state }) => state === 'down').length;
  if (known.length === 0) return { tone: 'none', text: 'Nothing was checked yet' };
  if (down === known.length) return { tone: 'bad', text: 'Everything is down' };
  if (down > 0) return { tone: 'bad', text: `${down} of ${all.length} ${down === 1 ? 'is' : 'are'} down` };
  const inMaintenance = known.some(({ state }) => state === 'maintenance');
  return inMaintenance ? { tone: 'none', text: 'Maintenance' } : { tone: 'good', text: 'Everything is up' };
}

function rowOf({ name, days }: Row): string {
  const bars = days.map((day, at) => {
    const share = shareOf([day]);
    const title = `${new Date(day.from).toISOString().slice(0, 10)}: ${formatShare(share)}`;
    return `<rect class="${toneOfShare(share)}" x="${at * 4}" width="3" height="28"><title>${title}</title></rect>`;
  });
  const label = `Uptime of the last 90 days: ${formatShare(shareOf(days))}`;
  return `<li><h2>${escapeHtml(name)}</h2><svg viewBox="0 0 359 28" preserveAspectRatio="none" role="img" aria-label="${label}">${bars.join('')}</svg></li>`;
}

const [none, good, degraded, bad] = dayTones;
/** The colours of bars equal those of `src/web/styles.css`; a test compares them. */
const style = `
:root {
  --dot-ok: light-dark(#1d9a57, #5fd394);
  --dot-degraded: light-dark(#bf7b00, #f1bd62);
  --dot-down: light-dark(#d33a30, #ff8d82);
}
.up { max-width: 46rem; margin-top: 6vh; }
.up h1 { padding: 14px 18px; border: 1px solid var(--line); border-left: 6px solid var(--line); border-radius: 10px; background: var(--surface); }
.up ul { margin: 24px 0; padding: 0; list-style: none; }
.up li { margin-bottom: 18px; }
.up h2 { margin: 0 0 4px; font-size: 1rem; }
.up svg { display: block; width: 100%; height: 28px; }
h1.${good} { border-left-color: var(--dot-ok); }
h1.${bad} { border-left-color: var(--dot-down); }
rect.${none} { fill: var(--line); }
rect.${good} { fill: var(--dot-ok); }
rect.${degraded} { fill: var(--dot-degraded); }
rect.${bad} { fill: var(--dot-down); }
`;
