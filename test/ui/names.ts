// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';

/** Elements a screen reader would announce without saying what they are. */
export function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, input, textarea, select, meter, a[href], [role=button], [role=radio], [role=listbox], [role=combobox], [role=switch]',
    );
    return [...controls]
      .filter((element) => {
        const labels = (element as HTMLInputElement).labels;
        const label = [...(labels ?? [])].map((one) => one.textContent ?? '').join('');
        const by = element.getAttribute('aria-labelledby');
        const named =
          by
            ?.split(' ')
            .map((id) => document.getElementById(id)?.textContent ?? '')
            .join('') ?? '';
        const own = element.matches('input, textarea, select, meter, [role=listbox]')
          ? ''
          : (element.textContent ?? '');
        return [element.getAttribute('aria-label') ?? '', label, named, own].every((text) => text.trim() === '');
      })
      .map((element) => element.outerHTML.slice(0, 200));
  });
}
