import { ref, watch } from 'vue';
import { ApiError, api, type Span } from '../../api.ts';
import { debounce } from '../../lib/poll.ts';

export interface TestResult {
  matches: boolean;
  spans: Span[];
  /** Reasons why the pattern, or a part of it, can never match. */
  warnings: string[];
  /** The text in which the spans are. */
  sample: string;
}

/** Tries the pattern on the server while the user types, since only the server has the right engine. */
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
      // Only a 422 is about the pattern. If the server does not answer, the page's header says so.
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
