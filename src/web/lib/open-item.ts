import { onScopeDispose, type Ref, ref } from 'vue';
import { address } from '../api.ts';

/** A list whose items have pages of their own, as parts of addresses under /ultronex/. */
export interface ItemAddresses<Id> {
  list: string;
  of(id: Id): string;
  /** Reads the id of an item from a path; null: it is the list's. */
  read(path: string): Id | null;
}

/** Returns the id of the open item, which is in the page's address, so that it can be shared and Back works. */
export function useOpenItem<Id>({ list, of, read }: ItemAddresses<Id>) {
  const current = () => read(location.pathname);
  const open = ref(current()) as Ref<Id | null>;
  /** The filter of the list, kept while an item is open. */
  let listQuery = open.value === null ? location.search : '';

  function show(wanted: Id | null) {
    if (wanted === open.value) return;
    if (open.value === null) listQuery = location.search;
    history.pushState(null, '', wanted === null ? address(list) + listQuery : address(of(wanted)));
    open.value = wanted;
    window.scrollTo(0, 0);
  }
  const onBack = () => {
    open.value = current();
  };
  addEventListener('popstate', onBack);
  onScopeDispose(() => removeEventListener('popstate', onBack));
  return { open, show };
}
