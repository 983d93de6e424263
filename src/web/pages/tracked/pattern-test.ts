import { ref, watch } from 'vue';
import { ApiError, api, type Span } from '../../api.ts';
import { debounce } from '../../lib/poll.ts';

export interface TestResult {
  matches: boolean;
  spans: Span[];
  /** Why the pattern, or a part of it, can never match. */
  warnings: string[];
  /** What the spans are about. */
  sample: string;
}

/** Asks the server, which has the engine that counts, while somebody types. */
export function usePatternTest(form: { pattern: string; sample: string }) {
  const result = ref<TestResult | null>(null);
  const refused = ref<string | null>(null);
  let round = 0;

  async function test() {
    const mine = ++round;
    const { pattern, sample } = form;
    if (!pattern) return show(mine, null, null);
    try {
      show(mine, { ...(await api.testPattern(pattern, sample)), sample }, null);
    } catch (error) {
      // Only a refusal speaks about the pattern; when the server is away the header says so.
      show(mine, null, error instanceof ApiError && error.status === 422 ? error.message : null);
    }
  }
  function show(mine: number, newResult: TestResult | null, newRefusal: string | null) {
    if (mine !== round) return;
    result.value = newResult;
    refused.value = newRefusal;
  }

  watch(() => [form.pattern, form.sample], debounce(test, 200));
  return { result, refused };
}
