import type { Page } from 'playwright-core';

/** Writes into the composer and sends it. */
export const say = async (page: Page, text: string, composer = 'composer') => {
  await page.getByTestId(composer).fill(text);
  await page.getByTestId(composer).press('Enter');
};
/** Returns the messages that contain the text. */
export const row = (page: Page, text: string) => page.getByTestId('message').filter({ hasText: text });
/** Returns the test id of the focused element and the style of its outline. */
export const focus = (page: Page) => page.evaluate<{ id?: string; outline: string }>('probe.focus()');
/** Switches to the n-th user of the workspace, from 0. */
export const become = (page: Page, n: number) => page.locator('[data-testid^="user-"]').nth(n).click();
