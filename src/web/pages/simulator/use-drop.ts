import { ref } from 'vue';

/** Returns listeners for an element on which files can be dropped. `over`: whether files are dragged over it. */
export function useDrop(take: (files: File[]) => void) {
  const over = ref(false);
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const drop = {
    onDragover(event: DragEvent) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over.value = true;
    },
    onDragleave(event: DragEvent) {
      const to = event.relatedTarget;
      if (!(to instanceof Node && event.currentTarget instanceof Node && event.currentTarget.contains(to)))
        over.value = false;
    },
    onDrop(event: DragEvent) {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over.value = false;
      take([...(event.dataTransfer?.files ?? [])]);
    },
  };
  return { over, drop };
}
