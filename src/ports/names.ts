/** A user or channel with its name. */
export interface KnownName {
  id: string;
  kind: 'user' | 'channel';
  /** Without `@` or `#`. */
  name: string;
}

interface FoundNames {
  names: KnownName[];
  /**
   * Why names may be missing, with the remedy, for example that Slack refuses to list users. Null: the list is
   * complete.
   */
  problem: string | null;
}

/**
 * The names of a workspace, for pages that show or ask for ids. From caches; reads at most one list from Slack. Never
 * rejects.
 */
export interface NameBook {
  /** Returns the names of the known ids among these. */
  ofIds(ids: readonly string[]): Promise<FoundNames>;
  /**
   * Returns users who can get messages, or channels, by a part of their name or id; names that begin with it come
   * first.
   */
  search(kind: KnownName['kind'], text: string, limit: number): Promise<FoundNames>;
}
