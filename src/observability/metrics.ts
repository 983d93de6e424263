import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { countNothing } from './known-labels.ts';

/**
 * Creates the core's metrics. Labels have bounded values: never a user, a channel, a pattern or a text.
 * Names: `ultronex_<thing>_<unit|total>` (prometheus.io/docs/practices/naming).
 */
export function createMetrics(registry = new Registry()) {
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics = {
    registry,
    build: new Gauge({
      name: 'ultronex_build_info',
      help: 'Always 1: the version that runs, and the release that the stack named (RELEASE).',
      labelNames: ['version', 'release'],
      registers,
    }),
    events: new Counter({
      name: 'ultronex_events_total',
      help: 'Events received, by result: duplicate, ignore, command, match, scan, unknown (sent to the bot in a channel that is not matched, and not a command), record (only recorded for programs outside).',
      labelNames: ['result'],
      registers,
    }),
    matches: new Counter({
      name: 'ultronex_matches_total',
      help: 'Messages that matched at least one pattern.',
      registers,
    }),
    matchSeconds: new Histogram({
      name: 'ultronex_match_seconds',
      help: 'Time to match one text against all patterns.',
      buckets: [0.00001, 0.0001, 0.001, 0.01, 0.1],
      registers,
    }),
    patternsPaused: new Counter({
      name: 'ultronex_patterns_paused_total',
      help: 'Subscriptions paused because their pattern took too much time.',
      registers,
    }),
    patternsSkipped: new Counter({
      name: 'ultronex_patterns_skipped_total',
      help: 'Patterns not tried on a text because its time limit had passed.',
      registers,
    }),
    patterns: new Gauge({ name: 'ultronex_patterns', help: 'Subscriptions in force.', registers }),
    commands: new Counter({
      name: 'ultronex_commands_total',
      help: 'Bot commands by name; "unknown" for all others, "refused" for those of guests and users of other workspaces.',
      labelNames: ['command'],
      registers,
    }),
    effects: new Counter({
      name: 'ultronex_effects_total',
      help: 'Effects of commands, such as the restart of a container, by outcome: done, failed, unknown.',
      labelNames: ['outcome'],
      registers,
    }),
    scans: new Counter({
      name: 'ultronex_scans_total',
      help: 'Attached files, by result: fetched, refused, gave_up.',
      labelNames: ['result'],
      registers,
    }),
    deliveryAttempts: new Counter({
      name: 'ultronex_delivery_attempts_total',
      help: 'Attempts to deliver, by outcome: sent, retry, failed, changed.',
      labelNames: ['outcome'],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'ultronex_delivery_seconds',
      help: 'Time from the acceptance of a message to Slack’s response.',
      buckets: [0.05, 0.25, 1, 5, 30, 120, 600, 3_600],
      registers,
    }),
    deliveryStates: new Counter({
      name: 'ultronex_deliveries_total',
      help: 'Deliveries that reached a final state.',
      labelNames: ['state'],
      registers,
    }),
    deliveryWarnings: new Counter({
      name: 'ultronex_delivery_warnings_total',
      help: 'Files left out of messages that were sent.',
      registers,
    }),
    hiddenOutcomes: new Counter({
      name: 'ultronex_hidden_outcomes_total',
      help: 'Posts with an unknown outcome because Slack’s response was lost: found in Slack afterwards, or sent again (a possible duplicate).',
      labelNames: ['resolution'],
      registers,
    }),
    queueDepth: new Gauge({ name: 'ultronex_queue_depth', help: 'Deliveries queued or being sent.', registers }),
    queueAge: new Gauge({
      name: 'ultronex_queue_age_seconds',
      help: 'Age of the oldest queued delivery; 0 when there is none.',
      registers,
    }),
    namingProblems: new Gauge({
      name: 'ultronex_setting_channels_missing',
      help: 'Channels that a setting or a pattern names and that are missing, archived, or without the bot.',
      labelNames: ['setting'],
      registers,
    }),
    slackErrors: new Counter({
      name: 'ultronex_slack_errors_total',
      help: 'Errors that Slack returned, and sockets that it closed.',
      registers,
    }),
    silentSockets: new Counter({
      name: 'ultronex_slack_silent_sockets_total',
      help: 'Times that open Socket Mode sockets delivered nothing and were replaced.',
      registers,
    }),
    partUp: new Gauge({
      name: 'ultronex_part_up',
      help: '1 ok, 0.5 degraded, 0 down.',
      labelNames: ['part'],
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'ultronex_store_commit_seconds',
      help: 'Time of one commit of the store.',
      buckets: [0.0005, 0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
    commitJobs: new Counter({
      name: 'ultronex_store_commit_jobs_total',
      help: 'Writes in those commits; one commit may have several.',
      registers,
    }),
    clockJumps: new Counter({
      name: 'ultronex_clock_jumps_total',
      help: 'Jumps of the system clock by a second or more, also when the machine slept: forward, back.',
      labelNames: ['direction'],
      registers,
    }),
    httpSeconds: new Histogram({
      name: 'ultronex_http_request_seconds',
      help: 'Requests by route template, method and status class.',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.002, 0.01, 0.05, 0.25, 1, 5],
      registers,
    }),
    authFailures: new Counter({
      name: 'ultronex_http_auth_failures_total',
      help: 'Requests with wrong credentials.',
      registers,
    }),
    replyPackErrors: new Counter({
      name: 'ultronex_reply_pack_errors_total',
      help: 'Reply packs that were refused.',
      registers,
    }),
  };
  countNothing(registry);
  return metrics;
}

export type Metrics = ReturnType<typeof createMetrics>;
