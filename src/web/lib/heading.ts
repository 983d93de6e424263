import { onMounted } from 'vue';

/** Shows the heading that the address names: it was not there yet when the browser looked for it. */
export function useHeadingOfAddress(): void {
  onMounted(() => {
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  });
}
