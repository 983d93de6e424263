/** Sources of the templates of one kind of hook. An incident whose key is empty becomes a message, an empty message nothing. */
export interface Sources {
  message?: { text: string; title?: string };
  incident?: {
    key: string;
    status: string;
    title: string;
    text?: string;
    fields?: Readonly<Record<string, string>>;
    severity?: string;
    notify?: string;
    fix?: string;
  };
}

const github: Sources = {
  message: {
    text: `{%- assign event = headers["x-github-event"] -%}
{%- assign repository = body.repository.full_name -%}
{%- if event == "push" and body.deleted -%}
{{ body.pusher.name }} deleted \`{{ body.ref | remove: "refs/heads/" }}\` of {{ repository }}
{%- elsif event == "push" and body.ref contains "refs/tags/" -%}
{{ body.pusher.name }} pushed the tag <{{ body.compare }}|{{ body.ref | remove: "refs/tags/" }}> of {{ repository }}
{%- elsif event == "push" and body.commits.size > 0 -%}
{{ body.pusher.name }} pushed <{{ body.compare }}|{{ body.commits.size }} commit{% if body.commits.size != 1 %}s{% endif %}> to \`{{ body.ref | remove: "refs/heads/" }}\` of {{ repository }}
{%- for commit in body.commits limit: 5 %}
• {{ commit.message | split: "
" | first }}{% if commit.author.name %} ({{ commit.author.name }}){% endif %}
{%- endfor -%}
{%- elsif event == "pull_request" and body.action == "closed" and body.pull_request.merged -%}
{{ body.sender.login }} merged <{{ body.pull_request.html_url }}|#{{ body.number }} {{ body.pull_request.title }}> in {{ repository }}
{%- elsif event == "pull_request" -%}
{%- if body.action == "opened" or body.action == "closed" or body.action == "reopened" or body.action == "ready_for_review" -%}
{{ body.sender.login }} {{ body.action | replace: "_", " " }} <{{ body.pull_request.html_url }}|#{{ body.number }} {{ body.pull_request.title }}> in {{ repository }}
{%- endif -%}
{%- elsif event == "issues" -%}
{%- if body.action == "opened" or body.action == "closed" or body.action == "reopened" -%}
{{ body.sender.login }} {{ body.action }} <{{ body.issue.html_url }}|#{{ body.issue.number }} {{ body.issue.title }}> in {{ repository }}
{%- endif -%}
{%- elsif event == "release" and body.action == "published" -%}
{{ body.sender.login }} published <{{ body.release.html_url }}|{{ body.release.name | default: body.release.tag_name }}> of {{ repository }}
{%- elsif event == "deployment_status" -%}
deployment of {{ repository }} to {{ body.deployment.environment }}: {{ body.deployment_status.state }}
{%- endif -%}`,
  },
  incident: {
    key: `{%- if headers["x-github-event"] == "workflow_run" and body.action == "completed" and body.workflow_run.head_branch == body.repository.default_branch -%}
{{ body.repository.full_name }} {{ body.workflow_run.name }}
{%- endif -%}`,
    // A run that was cancelled or skipped says nothing of the branch.
    status:
      '{% if body.workflow_run.conclusion == "failure" or body.workflow_run.conclusion == "timed_out" %}firing{% elsif body.workflow_run.conclusion == "success" %}resolved{% endif %}',
    title: '{{ body.workflow_run.name }} of {{ body.repository.full_name }}',
    text: '<{{ body.workflow_run.html_url }}|run {{ body.workflow_run.run_number }}> ended with {{ body.workflow_run.conclusion }}: {{ body.workflow_run.display_title }}',
    fields: { branch: '{{ body.workflow_run.head_branch }}', by: '{{ body.workflow_run.actor.login }}' },
    severity: 'warning',
  },
};

const gitlab: Sources = {
  message: {
    text: `{%- assign project = body.project.path_with_namespace -%}
{%- if body.object_kind == "push" and body.total_commits_count > 0 -%}
{{ body.user_name }} pushed {{ body.total_commits_count }} commit{% if body.total_commits_count != 1 %}s{% endif %} to \`{{ body.ref | remove: "refs/heads/" }}\` of {{ project }}
{%- for commit in body.commits limit: 5 %}
• <{{ commit.url }}|{{ commit.title }}> ({{ commit.author.name }})
{%- endfor -%}
{%- elsif body.object_kind == "merge_request" -%}
{%- assign action = body.object_attributes.action -%}
{%- if action == "open" or action == "close" or action == "merge" or action == "reopen" -%}
{{ body.user.name }}: {{ action }} <{{ body.object_attributes.url }}|!{{ body.object_attributes.iid }} {{ body.object_attributes.title }}> in {{ project }}
{%- endif -%}
{%- elsif body.object_kind == "issue" -%}
{%- assign action = body.object_attributes.action -%}
{%- if action == "open" or action == "close" or action == "reopen" -%}
{{ body.user.name }}: {{ action }} <{{ body.object_attributes.url }}|#{{ body.object_attributes.iid }} {{ body.object_attributes.title }}> in {{ project }}
{%- endif -%}
{%- elsif body.object_kind == "release" and body.action == "create" -%}
{{ project }}: release <{{ body.url }}|{{ body.name }}>
{%- endif -%}`,
  },
  incident: {
    key: `{%- if body.object_kind == "pipeline" and body.object_attributes.ref == body.project.default_branch -%}
{%- if body.object_attributes.status == "failed" or body.object_attributes.status == "success" -%}
{{ body.project.path_with_namespace }} {{ body.object_attributes.ref }}
{%- endif -%}
{%- endif -%}`,
    status: '{% if body.object_attributes.status == "failed" %}firing{% else %}resolved{% endif %}',
    title: 'Pipeline of {{ body.project.path_with_namespace }}',
    text: '<{{ body.object_attributes.url | default: body.project.web_url }}|pipeline {{ body.object_attributes.id }}>: {{ body.object_attributes.status }}, {{ body.commit.title }}',
    fields: { branch: '{{ body.object_attributes.ref }}', by: '{{ body.user.name }}' },
    severity: 'warning',
  },
};

const sentry: Sources = {
  message: {
    text: `{%- if body.data.event -%}
*{{ body.data.event.title }}*
{%- if body.data.triggered_rule %} · {{ body.data.triggered_rule }}{% endif %}
<{{ body.data.event.web_url }}|{{ body.data.event.culprit | default: "event" }}>
{%- endif -%}`,
  },
  incident: {
    key: `{%- if body.data.issue -%}issue {{ body.data.issue.id }}
{%- elsif body.data.metric_alert -%}alert {{ body.data.metric_alert.id }}
{%- endif -%}`,
    status: `{%- if body.action == "resolved" or body.action == "archived" or body.action == "ignored" -%}resolved
{%- elsif body.data.metric_alert or body.action == "created" or body.action == "unresolved" -%}firing
{%- endif -%}`,
    title: '{{ body.data.issue.title | default: body.data.description_title }}',
    text: '<{{ body.data.issue.web_url | default: body.data.web_url }}|{{ body.data.issue.culprit | default: body.data.description_text | default: "open" }}>',
    fields: { project: '{{ body.data.issue.project.slug }}', level: '{{ body.data.issue.level }}' },
    severity:
      '{% if body.data.issue.level == "fatal" or body.action == "critical" %}critical{% elsif body.data.issue.level == "error" %}error{% else %}warning{% endif %}',
  },
};

const uptimerobot: Sources = {
  incident: {
    key: '{% if body.alertType == "1" or body.alertType == "2" or body.alertType == 1 or body.alertType == 2 %}{{ body.monitorID }}{% endif %}',
    status: '{% if body.alertType == "1" or body.alertType == 1 %}firing{% else %}resolved{% endif %}',
    title: '{{ body.monitorFriendlyName }} is {{ body.alertTypeFriendlyName | downcase }}',
    text: '{{ body.alertDetails }}',
    fields: { address: '{{ body.monitorURL }}' },
    severity: 'critical',
  },
  message: {
    text: '{% if body.monitorFriendlyName %}{{ body.monitorFriendlyName }}: {{ body.alertTypeFriendlyName }}, {{ body.alertDetails }}{% endif %}',
  },
};

const healthchecks: Sources = {
  incident: {
    key: '{% if body.status == "up" or body.status == "down" %}{{ body.code | default: body.check }}{% endif %}',
    status: '{% if body.status == "down" %}firing{% else %}resolved{% endif %}',
    title: '{{ body.check }} is {{ body.status }}',
    text: '{{ body.text }}',
    fields: { tags: '{{ body.tags }}' },
    severity: 'error',
  },
};

const statuspage: Sources = {
  incident: {
    key: '{{ body.incident.id }}',
    status:
      '{% if body.incident.status == "resolved" or body.incident.status == "completed" or body.incident.status == "postmortem" %}resolved{% else %}firing{% endif %}',
    title: '{{ body.incident.name }}',
    text: '{{ body.incident.incident_updates[0].body }} <{{ body.incident.shortlink }}|status page>',
    fields: { impact: '{{ body.incident.impact }}', state: '{{ body.incident.status }}' },
    severity:
      '{% if body.incident.impact == "critical" %}critical{% elsif body.incident.impact == "major" %}error{% else %}warning{% endif %}',
  },
  message: {
    text: '{% if body.component_update %}{{ body.component.name }}: {{ body.component_update.old_status | replace: "_", " " }} → {{ body.component_update.new_status | replace: "_", " " }}{% endif %}',
  },
};

/** Ready templates, by the names that a hook's `template` may have. */
export const ready = { github, gitlab, sentry, uptimerobot, healthchecks, statuspage } as const;
