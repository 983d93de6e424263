import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from './browser.ts';
import { eventually, eventuallyMatches } from './eventually.ts';
import { focus, row, say } from './in-simulator.ts';
import type { Bench } from './suite.ts';

const focused = (page: Page) => async () => (await focus(page)).id;

export function typingTests(bench: Bench): void {
  describe('typing in the simulator', () => {
    it('the simulator can be used with the keyboard alone', () =>
      bench.on('simulator', async ({ page }) => {
        await eventually(focused(page), 'composer');
        await page.keyboard.type('help');
        await page.keyboard.press('Shift+Enter');
        await eventuallyMatches(() => page.getByTestId('composer').inputValue(), /help\n/);
        await page.keyboard.press('Backspace');
        await page.keyboard.press('Enter');
        await row(page, 'forward').last().waitFor();
        await tabTo(page, 'place-general', 'Shift+Tab');
        await page.keyboard.press('Enter');
        await eventually(focused(page), 'composer');
        await page.keyboard.type('from the keyboard');
        await page.keyboard.press('Enter');
        await row(page, 'from the keyboard').last().waitFor();
        await tabTo(page, 'reply', 'Shift+Tab');
        await page.keyboard.press('Enter');
        await eventually(focused(page), 'thread-composer');
        await page.keyboard.press('Escape');
        await page.getByTestId('thread').waitFor({ state: 'detached' });
        await eventually(focused(page), 'reply');
      }));

    it('a late response changes neither the focus nor the text being typed', () =>
      bench.on('simulator', async ({ page }) => {
        await page.getByTestId('place-general').click();
        let answer = () => {};
        const late = new Promise<void>((resolve) => {
          answer = resolve;
        });
        await page.route('**/simulator/messages', async (route) => {
          const response = await route.fetch();
          await late;
          await route.fulfill({ response });
        });
        await say(page, 'the answer to this comes late');
        await row(page, 'comes late').last().waitFor();
        await page.getByTestId('composer').pressSequentially('the next one');
        await row(page, 'comes late').last().hover();
        await row(page, 'comes late').last().getByTestId('reply').click();
        await eventually(focused(page), 'thread-composer');
        const answered = page.waitForResponse('**/simulator/messages');
        answer();
        await (await answered).finished();
        await until('the answer to have been taken', () => page.getByTestId('send').first().isEnabled());
        assert.equal((await focus(page)).id, 'thread-composer');
        assert.equal(await page.getByTestId('composer').inputValue(), 'the next one');
      }));

    it('a text that could not be sent returns to the composer', () =>
      bench.on(
        'simulator',
        async ({ page }) => {
          await page.getByTestId('place-general').click();
          await page.route('**/simulator/messages', (route) => route.abort());
          await say(page, 'not lost');
          await page.getByRole('alert').getByText('does not answer').first().waitFor();
          await eventually(() => page.getByTestId('composer').inputValue(), 'not lost');
        },
        { provokes: /net::ERR_FAILED/ },
      ));
  });
}

/** Presses the key until the element has the focus, and asserts that the focus is visible. */
async function tabTo(page: Page, testId: string, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    await page.keyboard.press(key);
    const { id, outline } = await focus(page);
    if (id === testId) return assert.notEqual(outline, 'none', `${testId} has the focus, but no outline`);
  }
  assert.fail(`${testId} was not reached with ${key}`);
}
