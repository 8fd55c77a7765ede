// SPDX-License-Identifier: MIT

/** What the app did that Chromium cannot show: a test reads it through the control channel. */
export type DialogRecord = {
  readonly kind: 'message' | 'error' | 'open' | 'save';
  readonly title: string;
  readonly message: string;
  readonly buttons: readonly string[];
  readonly answer: number;
};

export const record = {
  openedExternal: [] as string[],
  openedPaths: [] as string[],
  shownInFolder: [] as string[],
  dialogs: [] as DialogRecord[],
  /** Answers a test gave beforehand: index of a button, or the paths chosen. */
  dialogAnswers: [] as (number | readonly string[])[],
  loginItem: { openAtLogin: false, args: [] as string[] },
  protocolClients: [] as string[],
  badgeCount: 0,
  relaunches: [] as object[],
  crashReporter: [] as object[],
};
