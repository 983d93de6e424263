/** A person (or app) or a channel of the workspace, as people know it. */
export interface KnownName {
  id: string;
  kind: 'user' | 'channel';
  /** Without `@` or `#`. */
  name: string;
}

interface FoundNames {
  names: KnownName[];
  /** Why there may be more than these, with the remedy: Slack refuses to list people, for example. null: these are all. */
  problem: string | null;
}

/** The workspace's names for pages that show or ask for ids. From caches; at most one list is read from Slack. Never rejects. */
export interface NameBook {
  /** Those of these ids that are known. */
  ofIds(ids: readonly string[]): Promise<FoundNames>;
  /** People who can get messages, or channels, whose name or id has this text in it; those that begin with it first. */
  search(kind: KnownName['kind'], text: string, limit: number): Promise<FoundNames>;
}
