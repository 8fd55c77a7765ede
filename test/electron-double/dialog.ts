// SPDX-License-Identifier: MIT
import { guard } from './guard.ts';
import { type DialogRecord, record } from './record.ts';

type MessageOptions = Electron.MessageBoxOptions;

/** A queued answer, or the button that Escape presses. */
function answerMessage(options: MessageOptions): number {
  const queued = record.dialogAnswers[0];
  const buttons = options.buttons ?? ['OK'];
  if (typeof queued === 'number') record.dialogAnswers.shift();
  const cancel = options.cancelId ?? buttons.findIndex((label) => /^(cancel|no)$/i.test(label));
  const answer = typeof queued === 'number' ? queued : cancel >= 0 ? cancel : (options.defaultId ?? 0);
  note('message', options.title, options.message, buttons, answer);
  return answer;
}

function answerFiles(kind: 'open' | 'save', title: string | undefined): string[] {
  const queued = record.dialogAnswers[0] ?? [];
  const paths = typeof queued === 'number' ? [] : [...queued];
  if (typeof queued !== 'number') record.dialogAnswers.shift();
  note(kind, title, '', [], paths.length > 0 ? 0 : -1);
  return paths;
}

function note(kind: DialogRecord['kind'], title = '', message = '', buttons: readonly string[] = [], answer = 0): void {
  record.dialogs.push({ kind, title, message, buttons, answer });
}

/** The window is optional and comes first. */
const optionsOf = <T>(args: unknown[]): T => args.at(-1) as T;

export const dialog = guard('dialog', {
  showMessageBox: async (...args: unknown[]) => ({ response: answerMessage(optionsOf(args)), checkboxChecked: false }),
  showMessageBoxSync: (...args: unknown[]) => answerMessage(optionsOf(args)),
  showErrorBox: (title: string, content: string) => {
    note('error', title, content);
    console.error(`${title}\n${content}`);
  },
  showOpenDialog: async (...args: unknown[]) => {
    const filePaths = answerFiles('open', optionsOf<Electron.OpenDialogOptions>(args).title);
    return { canceled: filePaths.length === 0, filePaths };
  },
  showSaveDialog: async (...args: unknown[]) => {
    const filePath = answerFiles('save', optionsOf<Electron.SaveDialogOptions>(args).title)[0] ?? '';
    return { canceled: filePath === '', filePath };
  },
} satisfies Pick<
  Electron.Dialog,
  'showMessageBox' | 'showMessageBoxSync' | 'showErrorBox' | 'showOpenDialog' | 'showSaveDialog'
>);
