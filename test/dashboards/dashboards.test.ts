import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { parse } from 'yaml';
import { generateDashboards, toFile } from '../../deploy/grafana/src/index.ts';

const root = resolve(import.meta.dirname, '../..');
const grafana = join(root, 'deploy/grafana');
const generated = generateDashboards();
const dashboards = Object.entries(generated);

describe('dashboards', () => {
  it('equal the output of the generator', () => {
    assert.deepEqual(readdirSync(join(grafana, 'dashboards')).sort(), Object.keys(generated).sort());
    for (const [file, dashboard] of dashboards) {
      const written = readFileSync(join(grafana, 'dashboards', file), 'utf8');
      assert.equal(written, toFile(dashboard), `deploy/grafana/dashboards/${file} is stale: npm run dashboards`);
    }
  });

  it('keep their uids, which links and bookmarks contain', () => {
    assert.deepEqual(
      dashboards.map(([, { uid }]) => uid),
      ['ultronex', 'watch', 'database', 'events', 'haproxy', 'host', 'logs'],
    );
  });

  it('are in the classic format, the only one that Grafana reads from files', () => {
    for (const [file, dashboard] of dashboards) {
      assert.ok((dashboard.schemaVersion ?? 0) >= 42, file);
      for (const key of ['apiVersion', 'kind', 'spec', 'elements']) assert.ok(!(key in dashboard), `${file}: ${key}`);
    }
  });

  it('have an id for every panel and a refId for every query', () => {
    for (const [file, dashboard] of dashboards) {
      const ids = everything(dashboard).map(({ id }) => id);
      assert.ok(!ids.includes(undefined), `${file}: a panel without an id`);
      assert.equal(new Set(ids).size, ids.length, `${file}: two panels of one id`);
      for (const { title, targets = [] } of panels(dashboard)) {
        const refIds = targets.map((target) => (target as Target).refId);
        assert.ok(refIds.length > 0 && refIds.every(Boolean), `${file}, ${title}: a query without a refId`);
        assert.equal(new Set(refIds).size, refIds.length, `${file}, ${title}: two queries of one refId`);
      }
    }
  });

  it('have no two panels of the same type and title', () => {
    for (const [file, dashboard] of dashboards) {
      const titles = panels(dashboard).map(({ type, title }) => `${type} ${title}`);
      assert.equal(new Set(titles).size, titles.length, `${file}: ${titles}`);
    }
  });

  it('fill all 24 columns with panels that do not overlap', () => {
    for (const [file, dashboard] of dashboards) {
      const taken = new Map<string, string>();
      let cells = 0;
      let bottom = 0;
      for (const { title = '', gridPos } of everything(dashboard)) {
        assert.ok(gridPos, `${file}, ${title}: no place`);
        const { x, y, w, h } = gridPos;
        assert.ok(x >= 0 && x + w <= 24, `${file}, ${title}: beyond the columns`);
        bottom = Math.max(bottom, y + h);
        cells += w * h;
        for (let column = x; column < x + w; column++) {
          for (let line = y; line < y + h; line++) {
            const cell = `${column},${line}`;
            assert.ok(!taken.has(cell), `${file}: ${title} lies on ${taken.get(cell)}`);
            taken.set(cell, title);
          }
        }
      }
      assert.equal(cells, 24 * bottom, `${file}: holes`);
    }
  });

  it('show a legend on every graph and a unit on every number', () => {
    for (const [file, dashboard] of dashboards) {
      for (const { type, title, options, fieldConfig } of panels(dashboard)) {
        if (type === 'logs') continue;
        assert.ok(fieldConfig?.defaults.unit, `${file}, ${title}: no unit`);
        if (type === 'timeseries') assert.equal(options.legend?.showLegend, true, `${file}, ${title}: no legend`);
      }
    }
  });

  it('query only provisioned data sources', () => {
    const known = new Map(provisioned().map(({ uid, type }) => [uid, type]));
    assert.deepEqual(Object.fromEntries(known), { prometheus: 'prometheus', loki: 'loki' });
    for (const [file, dashboard] of dashboards) {
      for (const panel of panels(dashboard)) {
        const asked = [panel.datasource, ...(panel.targets ?? []).map((target) => (target as Target).datasource)];
        for (const { uid = '', type } of asked.map((each) => each ?? {})) {
          assert.equal(known.get(uid), type, `${file}, ${panel.title}: ${type} ${uid}`);
        }
      }
      for (const { name, datasource } of dashboard.templating?.list ?? []) {
        if (datasource) assert.equal(known.get(datasource.uid ?? ''), datasource.type, `${file}, variable ${name}`);
      }
    }
  });

  // Dashboard, Panel, VariableModel and AnnotationQuery of @grafana/schema 12.4.10: a data source is named by type and
  // uid; a name or null meant the default one until schema version 33.
  it('refer to each data source by type and uid, as Grafana 12.4 does', () => {
    assert.equal(provisioned().filter(({ isDefault }) => isDefault === true).length, 1);
    for (const [file, dashboard] of dashboards) {
      assert.equal(dashboard.schemaVersion, 42, file);
      let found = 0;
      JSON.stringify(dashboard, (key, value: unknown) => {
        if (key !== 'datasource') return value;
        assert.ok(typeof value === 'object' && value !== null, `${file}: ${JSON.stringify(value)}`);
        assert.deepEqual(Object.keys(value).sort(), ['type', 'uid'], `${file}: ${JSON.stringify(value)}`);
        found += 1;
        return value;
      });
      assert.ok(found > 5, file);
    }
  });

  it('link to each other and to the program, whose links lie outside of Grafana’s path', () => {
    for (const [file, { tags, links = [] }] of dashboards) {
      assert.deepEqual(tags, ['ultronex'], file);
      assert.ok(links.some((link) => link.type === 'dashboards' && link.tags.includes('ultronex') && link.keepTime));
      assert.ok(!links.some((link) => 'placement' in link), `${file}: links are hidden in a menu`);
      const pages = links.filter(({ type }) => type === 'link');
      assert.ok(pages.length > 0, file);
      for (const { url = '', targetBlank } of pages) {
        const from = `https://example.test/grafana/d/${file.replace('.json', '')}/name`;
        assert.match(new URL(url, from).pathname, /^\/ultronex\//, file);
        assert.ok(!url.startsWith('/') && targetBlank, `${file}: Grafana would put /grafana in front of ${url}`);
      }
    }
  });
});

describe('provisioning', () => {
  it('has data sources that cannot be edited in the browser', () => {
    for (const { name, uid, editable } of provisioned()) {
      assert.ok(uid, name);
      assert.equal(editable, false, name);
    }
  });

  it('has the scrape interval of Prometheus', () => {
    const { global } = yaml('deploy/prometheus/prometheus.yml') as { global: { scrape_interval: string } };
    const source = provisioned().find(({ type }) => type === 'prometheus');
    assert.equal(source?.jsonData.timeInterval, global.scrape_interval);
  });

  it('reads the dashboards from the folder that docker-compose.yml mounts, and keeps no change made in the browser', () => {
    const { providers } = yaml('deploy/grafana/provisioning/dashboards/dashboards.yaml') as {
      providers: { type: string; allowUiUpdates: boolean; options: { path: string } }[];
    };
    assert.equal(providers.length, 1);
    const [{ type, allowUiUpdates, options } = assert.fail()] = providers;
    assert.deepEqual({ type, allowUiUpdates }, { type: 'file', allowUiUpdates: false });
    const mounts = (yaml('docker-compose.yml') as { services: { grafana: { volumes: string[] } } }).services.grafana
      .volumes;
    assert.ok(mounts.includes(`./deploy/grafana/dashboards:${options.path}:ro`));
    assert.ok(mounts.includes('./deploy/grafana/provisioning:/etc/grafana/provisioning:ro'));
  });

  it('links a trace to the dashboard of logs', () => {
    const loki = provisioned().find(({ type }) => type === 'loki');
    const variables = generated['logs.json']?.templating?.list?.map(({ name }) => name) ?? [];
    for (const { url } of loki?.jsonData.derivedFields ?? []) {
      const [, variable = ''] = /^\/d\/logs\/logs\?var-(\w+)=\$\$\{__value\.raw\}$/.exec(url) ?? assert.fail(url);
      assert.ok(variables.includes(variable), url);
    }
  });
});

interface Target {
  refId?: string;
  datasource?: { type?: string; uid?: string };
}

interface DataSource {
  name: string;
  uid: string;
  type: string;
  editable: boolean;
  isDefault?: boolean;
  jsonData: { timeInterval?: string; derivedFields?: { url: string }[] };
}

function provisioned(): DataSource[] {
  return (yaml('deploy/grafana/provisioning/datasources/datasources.yaml') as { datasources: DataSource[] })
    .datasources;
}

function yaml(file: string): unknown {
  return parse(readFileSync(join(root, file), 'utf8'), { merge: true });
}

/** Rows and panels; no row is collapsed, so all stand in one list. */
function everything({ panels = [] }: Dashboard): (Panel | RowPanel)[] {
  return panels;
}

function panels(dashboard: Dashboard): Panel[] {
  return everything(dashboard).filter((each): each is Panel => each.type !== 'row');
}
