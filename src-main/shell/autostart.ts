// SPDX-License-Identifier: MIT
/** A desktop entry that starts a command at login (freedesktop.org, Desktop Application Autostart). */
export function autostartEntry(command: readonly string[]): string {
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Megadial',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * An argument of Exec: quoted, with the characters escaped that mean something inside quotes, then backslashes again
 * as in any string of a desktop entry, and percent signs doubled since they start a field code.
 */
function quoted(argument: string): string {
  const inQuotes = argument.replace(/["`$\\]/g, '\\$&').replaceAll('\\', '\\\\');
  return `"${inQuotes.replaceAll('%', '%%')}"`;
}
