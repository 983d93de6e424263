import { describe, it } from 'node:test';
import { eventually } from './eventually.ts';
import type { Bench } from './suite.ts';

export function trackedTests(bench: Bench): void {
  describe('tracked patterns', () => {
    it('an invalid pattern is refused with the reason', () =>
      bench.on('tracked', async ({ page }) => {
        await page.getByTestId('pattern-input').fill('([');
        await page.getByTestId('refusal').getByText('([').waitFor();
        await eventually(() => page.getByTestId('pattern-input').getAttribute('aria-invalid'), 'true');
        await eventually(() => page.getByTestId('add').isDisabled(), true);
      }));

    it('a pattern can be tested on a sample, added, and removed after a confirmation', () =>
      bench.on('tracked', async ({ page }) => {
        const pattern = `err(or)?-${Date.now() % 100_000}`;
        await page.getByTestId('sample-input').fill(`an ${pattern.replace('(or)?', 'OR')} came`);
        await page.getByTestId('pattern-input').fill(pattern);
        await page.getByTestId('test-result').getByText('Matches').waitFor();
        await eventually(() => page.locator('mark').textContent(), pattern.replace('(or)?', 'OR'));
        await page.getByTestId('user-input').fill('U1');
        await page.getByTestId('add').click();
        const entry = page.locator(`[data-testid=pattern][data-pattern="${pattern}"]`);
        await entry.getByText('everywhere').waitFor();
        await entry.getByRole('button', { name: 'Remove' }).click();
        await entry.getByTestId('confirm').click();
        await entry.waitFor({ state: 'detached' });
      }));
  });
}
