/** A whole module, file by file under its folder in `src/modules`: the smallest that brings one of each. */
export const throwAway: Readonly<Record<string, string>> = {
  'index.ts': `/** Weather: a module that only a test adds. */
import type { ModuleEntry } from '../module.ts';
import { weatherSettings } from './settings.ts';

export const weather = {
  name: 'weather',
  settings: weatherSettings,
  isOn: ({ WEATHER_URL }) => WEATHER_URL !== undefined,
  features: [
    {
      name: 'weather',
      title: 'Weather',
      isOff: ({ WEATHER_URL }) => WEATHER_URL === undefined,
      text: 'Nobody said where the weather is.',
      setting: 'WEATHER_URL=https://weather.example.com',
      guide: 'configuration',
      hasRoutes: true,
    },
  ],
  pages: [
    {
      name: 'weather',
      title: 'Weather',
      main: 'modules/weather/web/main.ts',
      nav: { label: 'Forecast', at: 45 },
      card: { icon: 'pulse', about: 'Sun and rain.' },
      part: 'weather',
    },
  ],
  tags: [{ name: 'weather', description: 'Sun and rain.' }],
  deliverySources: [{ name: 'weather' }],
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof weatherSettings>;
`,
  'settings.ts': `import { Type } from '../../lib/schema.ts';

export const weatherSettings = {
  WEATHER_URL: Type.Optional(
    Type.String({
      description: 'Where the weather is.',
      pattern: '^https://',
      form: 'an address that begins with https://',
      format: 'url',
      example: 'https://weather.example.com',
    }),
  ),
};
`,
  'module.ts': `import { Counter } from 'prom-client';
import type { Module, ModuleContext } from '../module.ts';
import type { weatherSettings } from './settings.ts';

export function open({ config, registry, onStop, log }: ModuleContext<typeof weatherSettings>): Module {
  const readings = new Counter({
    name: 'ultronex_weather_readings_total',
    help: 'Looks out of the window.',
    registers: [registry],
  });
  return {
    routes: [
      {
        prefix: '/ultronex/weather',
        requireLogin: true,
        scope: 'read',
        async plugin(app) {
          app.get('/now', { schema: { tags: ['weather'], summary: 'The weather now' } }, async () => ({ from: config.WEATHER_URL }));
        },
      },
    ],
    commands: [{ name: 'weather', usage: 'weather', summary: 'the weather now', run: () => ({ reply: 'It rains.' }) }],
    health: { name: 'weather', of: () => ({ state: 'ok', detail: 'window open' }) },
    every: [{ name: 'weather', everyMs: 20, run: () => readings.inc() }],
    start: () => onStop('weather', () => log.info('the window is shut')),
  };
}
`,
  'web/main.ts': `import '../../../web/styles.css';
import { createApp } from 'vue';
import WeatherPage from './WeatherPage.vue';

createApp(WeatherPage).mount('#app');
`,
  'web/WeatherPage.vue': `<script setup lang="ts">
import AppShell from '../../../web/components/AppShell.vue';
</script>

<template>
  <AppShell page="weather"><p>It rains on this page.</p></AppShell>
</template>
`,
};
