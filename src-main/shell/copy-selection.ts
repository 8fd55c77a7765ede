// SPDX-License-Identifier: MIT
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CopySelection } from './selection.ts';

const run = promisify(execFile);
const LIMIT = { timeout: 3_000, windowsHide: true };

/** Presses Ctrl+C or Cmd+C for the person. Tools of the system by their full path: PATH may name another. */
export function copySelectionOn(platform: 'win32' | 'darwin'): CopySelection {
  if (platform === 'darwin') {
    const script = 'tell application "System Events" to keystroke "c" using command down';
    return async () => void (await run('/usr/bin/osascript', ['-e', script], LIMIT));
  }
  const root = process.env.SystemRoot ?? 'C:\\Windows';
  const powershell = join(root, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const script = "(New-Object -ComObject WScript.Shell).SendKeys('^c')";
  return async () => void (await run(powershell, ['-NoProfile', '-NonInteractive', '-Command', script], LIMIT));
}
