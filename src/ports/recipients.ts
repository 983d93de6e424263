/** The result of a search for a person: `absent` also when we may not look; the reason names the remedy. */
export type FoundPerson = { kind: 'found'; id: string } | { kind: 'absent' | 'unavailable'; reason: string };

/** Finds the user id of `@name` or of an e-mail address. @throws StoreUnavailable; NotServed for a workspace whose token does not open */
export type FindPerson = (written: string) => Promise<FoundPerson>;
