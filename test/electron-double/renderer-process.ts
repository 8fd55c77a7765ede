// SPDX-License-Identifier: MIT
import type { PreloadConfig } from './inject/preload.ts';

/** `process` as a sandboxed preload sees it; the page itself sees none. */
export function rendererProcess(additionalArguments: readonly string[]): PreloadConfig['process'] {
  const { electron, chrome, node, v8 } = process.versions;
  return {
    platform: process.platform,
    arch: process.arch,
    argv: [process.execPath, '--type=renderer', ...additionalArguments],
    execPath: process.execPath,
    pid: process.pid,
    version: process.version,
    versions: { electron, chrome, node, v8 },
    resourcesPath: process.resourcesPath,
  };
}
