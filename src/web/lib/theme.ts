import { computed, ref } from 'vue';

type Theme = 'light' | 'dark';

/** Returns the current theme and a toggle. A choice that equals the system's is not stored, so that the page follows the system. */
export function useTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const systemTheme = ref<Theme>(system.matches ? 'dark' : 'light');
  const chosen = ref(document.documentElement.dataset.theme as Theme | undefined);
  system.addEventListener('change', () => {
    systemTheme.value = system.matches ? 'dark' : 'light';
  });
  const theme = computed(() => chosen.value ?? systemTheme.value);

  function toggle() {
    const next: Theme = theme.value === 'dark' ? 'light' : 'dark';
    chosen.value = next === systemTheme.value ? undefined : next;
    if (chosen.value) document.documentElement.dataset.theme = chosen.value;
    else delete document.documentElement.dataset.theme;
    remember(chosen.value);
  }
  return { theme, toggle };
}

function remember(theme: Theme | undefined) {
  try {
    if (theme) localStorage.setItem('ultronex.theme', theme);
    else localStorage.removeItem('ultronex.theme');
  } catch {
    // Storage is not available: the choice lasts until the page is closed.
  }
}
