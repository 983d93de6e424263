import { onMounted } from 'vue';

/** Scrolls to the heading of the address's fragment, since it did not exist yet when the browser tried. */
export function useHeadingOfAddress(): void {
  onMounted(() => {
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  });
}
