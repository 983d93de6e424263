import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';

/** The other dashboards of the stack. */
export function others(): cog.Builder<sdk.DashboardLink> {
  return new sdk.DashboardLinkBuilder('Dashboards')
    .type(sdk.DashboardLinkType.Dashboards)
    .tags(['ultronex'])
    .asDropdown(false)
    .keepTime(true);
}

export const programPage = () => page('Ultronex', '', 'The program’s pages');
export const containersPage = () => page('Containers', 'containers', 'Each container with its live logs');
export const workspacesPage = () => page('Workspaces', 'workspaces', 'The workspaces that installed the bot');
export const watchPage = () => page('Watch', 'watch', 'Checks and beats with their history');

/**
 * A page of the program. Grafana puts its own path (/grafana) in front of what begins with a slash, and opens relative
 * links inside of itself unless they are for a new tab.
 */
function page(title: string, path: string, tooltip: string): cog.Builder<sdk.DashboardLink> {
  return new sdk.DashboardLinkBuilder(title)
    .type(sdk.DashboardLinkType.Link)
    .icon('external link')
    .tooltip(tooltip)
    .url(`../../../ultronex/${path}`)
    .targetBlank(true);
}

/** At the top of the dashboard. The SDK would hide every link in a menu, and has no word for not doing so. */
export function shown(link: cog.Builder<sdk.DashboardLink>): cog.Builder<sdk.DashboardLink> {
  const { placement: _, ...rest } = link.build();
  return { build: () => rest };
}
