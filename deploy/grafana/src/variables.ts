import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';
import { datasources } from './query.ts';

/** One, several or all values of a label in Loki. */
export function choice(name: string, title: string, label: string): cog.Builder<sdk.VariableModel> {
  return (
    new sdk.QueryVariableBuilder(name)
      .label(title)
      .datasource(datasources.loki)
      // The data source's own form: type 1 asks for the values of a label.
      .query({ label, refId: `values-of-${label}`, stream: '', type: 1 })
      .refresh(sdk.VariableRefresh.OnTimeRangeChanged)
      .sort(sdk.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      // A list of all names would be a long query, and without those that come later.
      .allValue('.+')
      .current({ selected: true, text: ['All'], value: ['$__all'] })
  );
}

/** A field to type into, empty at first. */
export function text(name: string, title: string, description: string): cog.Builder<sdk.VariableModel> {
  return new sdk.TextBoxVariableBuilder(name)
    .label(title)
    .description(description)
    .defaultValue('')
    .current({ selected: true, text: '', value: '' });
}
