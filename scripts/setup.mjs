// SPDX-License-Identifier: MIT
// Runs on any Node from 20 on, before anything is installed: plain JavaScript, no dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');

/** PATH with the project's own Node 24 and tools first. */
export const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

/** Debian packages: what the app runs on here, and what the tests use as real peers. */
export const DEMO_PACKAGES = ['chromium', 'dbus', 'gnome-keyring', 'libsecret-1-0', 'fonts-dejavu-core'];
export const TEST_PACKAGES = [
  ...DEMO_PACKAGES,
  'kamailio',
  'kamailio-websocket-modules',
  'kamailio-tls-modules',
  'kamailio-outbound-modules',
  'baresip-core',
  'nats-server',
  'php-cli',
  'python3-phonenumbers',
  'tryton-modules-party',
  'tryton-sao',
  'tryton-server',
  'xvfb',
  'iproute2',
  'procps',
];

/** Runs a command with the project's PATH, output shown; resolves with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** npm packages from the lockfile, unless what is installed is already that. */
export function installNpm() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs && existsSync(join(bin, 'node'))) {
    return;
  }
  console.log('Installing npm packages …');
  // Our Node 24 comes with the packages, so npm's remark that the outer Node is older is noise.
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) throw new Error('npm ci failed');
}

function isInstalled(name) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is dpkg's
  const result = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' });
  return result.status === 0 && result.stdout.includes('install ok installed');
}

/** Debian packages that are missing are installed when we may; on other systems the person is told what is needed. */
export function installDebian(packages) {
  if (!existsSync('/etc/debian_version')) {
    console.log(`Not Debian: make sure these are installed: ${packages.join(', ')}`);
    return;
  }
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  console.log(`Installing Debian packages: ${missing.join(' ')} …`);
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    return spawnSync(command, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  };
  const install = () => apt('install', '-y', '--no-install-recommends', ...missing);
  if (!install() && !(apt('update') && install())) {
    throw new Error(`Please install by hand: apt-get install ${missing.join(' ')}`);
  }
}

/** The built bundles are younger than every source file. */
export function isBuilt() {
  const built = join(root, 'out', 'main', 'index.js');
  if (!existsSync(built)) return false;
  const at = statSync(built).mtimeMs;
  const newest = spawnSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'src-*', 'electron.vite.config.ts', 'package-lock.json'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return newest.stdout
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)))
    .every((file) => statSync(join(root, file)).mtimeMs <= at);
}

export async function build() {
  if (isBuilt()) return;
  console.log('Building …');
  if ((await run('electron-vite', ['build', '--logLevel', 'warn'])) !== 0) throw new Error('the build failed');
}

export const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
