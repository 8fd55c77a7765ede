// SPDX-License-Identifier: MIT
/**
 * A keychain of one's own for tests and the demo: a D-Bus session with a gnome-keyring that keeps its files in a
 * temporary folder, so that nothing of the person's keyring is read or written, and no question appears on the desktop
 * (lab.md: dbus-run-session, then gnome-keyring-daemon --unlock). The command itself sees its usual HOME and DISPLAY.
 */
import { spawn } from 'node:child_process';

/** `unlocked`: ready for use; `locked`: there is a keyring, its password was not given; `none`: no D-Bus at all. */
export type KeyringKind = 'unlocked' | 'locked' | 'none';

/** Starts the bus with the keyring's folders, and tidies up after it; TERM and INT go to the command. */
const SESSION = `
home=$(mktemp -d "\${TMPDIR:-/tmp}/megadial-keyring-XXXXXX") || exit 1
usual=() unset=()
for name in HOME DISPLAY WAYLAND_DISPLAY XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR; do
  if [ -n "\${!name+x}" ]; then usual+=("$name=\${!name}"); else unset+=(-u "$name"); fi
done
export KEYRING_HOME="$home" HOME="$home" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config"
export XDG_CACHE_HOME="$home/cache" XDG_RUNTIME_DIR="$home/run"
unset DISPLAY WAYLAND_DISPLAY GNOME_KEYRING_CONTROL
mkdir -m 700 "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR"
trap 'kill -TERM "$(cat "$home/command.pid" 2>/dev/null)" 2>/dev/null' TERM INT
kind=$1 inner=$2
shift 2
dbus-run-session -- bash -c "$inner" keyring "$kind" env "\${unset[@]}" "\${usual[@]}" "$@" 2> >(grep -v 'fd limit' >&2) <&0 &
session=$!
while kill -0 $session 2>/dev/null; do wait $session; code=$?; done
kill "$(cat "$home/daemon.pid" 2>/dev/null)" 2>/dev/null
rm -rf "$home"
exit $code
`;

/** Inside the bus: the keyring first, then the command in the place of this shell. */
const INNER = `
kind=$1
shift
printf 'lab only' | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
echo $! > "$KEYRING_HOME/daemon.pid"
call() { dbus-send --session --print-reply --dest="$1" "$2" "$3" "$4" 2>/dev/null; }
for attempt in $(seq 100); do
  call org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true && break
  sleep 0.05
done
if [ "$kind" = locked ]; then
  call org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock \\
    array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
fi
echo $$ > "$KEYRING_HOME/command.pid"
exec "$@"
`;

/** The command line that runs `argv` beside a keyring of this kind; needs bash, dbus and gnome-keyring. */
export function keyringCommand(argv: readonly string[], kind: KeyringKind = 'unlocked'): string[] {
  if (kind === 'none') return ['env', 'DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus', ...argv];
  return ['bash', '-c', SESSION, 'keyring', kind, INNER, ...argv];
}

export type KeyringRun = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs `argv` beside a keyring and answers what it said. */
export async function runWithKeyring(
  argv: readonly string[],
  { env = {}, kind = 'unlocked' }: { readonly env?: NodeJS.ProcessEnv; readonly kind?: KeyringKind } = {},
): Promise<KeyringRun> {
  const [command = '', ...args] = keyringCommand(argv, kind);
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}
