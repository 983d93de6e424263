import { mentionOf } from '../../domain/mention.ts';
import { incidentKeyOf } from '../../domain/open-signals.ts';
import type { Signal } from '../../ports/signals.ts';
import type { Group } from './group.ts';

/** Returns a signal as a group with one alert. */
export function groupOf({
  key,
  status,
  title,
  text,
  fields,
  severity,
  at,
  thread,
  notify = '',
  fix = '',
}: Signal): Group {
  // Names of our own come last, so that a field does not change title and severity.
  const labels = { ...fields, alertname: title, severity };
  const time = new Date(at).toISOString();
  const alert = {
    ...{ status, labels, annotations: {}, generatorURL: '', fingerprint: key },
    ...{ startsAt: time, endsAt: status === 'resolved' ? time : '' },
  };
  return {
    ...{ kind: 'signal', groupKey: incidentKeyOf(key), externalURL: '', status, alerts: [alert], truncated: 0, text },
    ...{ notify: mentionOf(notify), fix, thread },
    ...{ groupLabels: { alertname: title }, commonLabels: labels, commonAnnotations: {} },
  };
}
