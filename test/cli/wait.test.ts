import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiClient } from '../../src/cli/api-client.ts';
import { waitForEnd } from '../../src/cli/wait.ts';

for (const [state, error, sentence] of [
  ['failed', 'is_archived', 'The message m1 has failed: is_archived.'],
  ['failed', null, 'The message m1 has failed: no reason was recorded.'],
  ['expired', null, 'The message m1 has expired: it waited until 2026-01-02T03:04:05.000Z.'],
  ['expired', 'network', 'The message m1 has expired: network.'],
  ['withdrawn', null, 'The message m1 was withdrawn: through the API or the ledger page.'],
  ['withdrawn', 'message_not_found', 'The message m1 was withdrawn: message_not_found.'],
] as const) {
  test(`a message with the final state ${state} and the error ${error} is described in a sentence`, async () => {
    const seen = { state, error, expiresAt: '2026-01-02T03:04:05.000Z', mergedInto: null, slack: null };
    const client = { base: 'http://localhost', call: async () => seen } as unknown as ApiClient;
    await assert.rejects(
      waitForEnd(client, 'm1', () => assert.fail('no warning')),
      { message: sentence },
    );
  });
}
