import type { Page } from 'playwright-core';

/** Writes into the composer and sends it. */
export const say = async (page: Page, text: string, composer = 'composer') => {
  await page.getByTestId(composer).fill(text);
  await page.getByTestId(composer).press('Enter');
};
/** The messages that hold the text. */
export const row = (page: Page, text: string) => page.getByTestId('message').filter({ hasText: text });
/** Where the focus is, and how it is outlined. */
export const focus = (page: Page) => page.evaluate<{ id?: string; outline: string }>('probe.focus()');
/** Becomes the n-th user of the workspace. */
export const become = (page: Page, n: number) => page.locator('[data-testid^="user-"]').nth(n).click();
