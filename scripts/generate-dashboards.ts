import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generateDashboards, toFile } from '../deploy/grafana/src/index.ts';

const folder = resolve(import.meta.dirname, '../deploy/grafana/dashboards');

for (const [file, dashboard] of Object.entries(generateDashboards())) {
  writeFileSync(resolve(folder, file), toFile(dashboard));
  console.log(`deploy/grafana/dashboards/${file}`);
}
