import { describe, type TestContext, test } from 'node:test';
import { accessContract } from './store-access.ts';
import { changesContract } from './store-changes.ts';
import { eventLogContract } from './store-event-log.ts';
import { checkHistoryContract } from './store-history.ts';
import { jobsContract } from './store-jobs.ts';
import { leasesContract } from './store-leases.ts';
import { memoryContract } from './store-memory.ts';
import { queueContract } from './store-queue.ts';
import { repliesContract } from './store-replies.ts';
import type { On, StoreUnderTest } from './store-setup.ts';
import { workspacesContract } from './store-workspaces.ts';

/** The contract of every store. `make` returns a new, empty store, which is closed at the end of the test. */
export function storeContract(name: string, make: (t: TestContext) => Promise<StoreUnderTest>): void {
  const on: On = (title, run) => void test(title, async (t) => run(await make(t)));
  describe(`store contract: ${name}`, () => {
    queueContract(on);
    repliesContract(on);
    changesContract(on);
    memoryContract(on);
    accessContract(on);
    checkHistoryContract(on);
    leasesContract(on);
    jobsContract(on);
    workspacesContract(on);
    eventLogContract(on);
  });
}
