// SPDX-License-Identifier: MIT
import { getCountries } from 'libphonenumber-js/min';
import { lastNumber, loadSettings, saveSettings } from './settings.ts';

/** The extension's own popup: the last number, and the few settings. */
const byId = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const text = (name: string, value?: string): string => chrome.i18n.getMessage(name, value);

document.documentElement.lang = chrome.i18n.getUILanguage();
for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
  element.textContent = text(element.dataset.text ?? '');
}

const settings = await loadSettings();
const last = await lastNumber();
byId('last').textContent = last ?? text('none');
const again = byId<HTMLAnchorElement>('again');
again.hidden = last === null;
again.href = `tel:${last ?? ''}`;

const on = byId<HTMLInputElement>('on');
on.checked = settings.on;
on.addEventListener('change', () => void saveSettings({ on: on.checked }));

const plain = byId<HTMLInputElement>('plain');
plain.checked = settings.plain;
plain.addEventListener('change', () => void saveSettings({ plain: plain.checked }));

const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
const site = tab?.url?.startsWith('http') ? new URL(tab.url).hostname : null;
byId('site-row').hidden = site === null;
byId('site-text').textContent = text('site', site ?? '');
const siteOn = byId<HTMLInputElement>('site');
siteOn.checked = site !== null && !settings.offSites.includes(site);
siteOn.addEventListener('change', async () => {
  if (site === null) return;
  const { offSites } = await loadSettings();
  const others = offSites.filter((one) => one !== site);
  await saveSettings({ offSites: siteOn.checked ? others : [...others, site] });
});

const names = new Intl.DisplayNames([chrome.i18n.getUILanguage()], { type: 'region' });
const country = byId<HTMLSelectElement>('country');
const countries = getCountries().map((code) => ({ code, name: names.of(code) ?? code }));
for (const { code, name } of countries.sort((a, b) => a.name.localeCompare(b.name))) {
  country.append(new Option(name, code, false, code === settings.country));
}
country.addEventListener('change', () => void saveSettings({ country: country.value }));
