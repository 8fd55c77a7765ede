// SPDX-License-Identifier: MIT
import { makeCodec } from './codec.ts';
import { makeBridge } from './inject/bridge.ts';
import { type PageConfig, pageWorld } from './inject/page.ts';
import { type PreloadConfig, preloadWorld } from './inject/preload.ts';
import { makeUrls } from './urls.ts';

/** Source text for the page's own world. Node strips types in place, so a function's text is plain JavaScript. */
export function pageSource(config: PageConfig): string {
  const schemes = JSON.stringify(config.schemes.map(({ scheme }) => scheme));
  return `(${pageWorld})(${JSON.stringify(config)}, (${makeUrls})(${config.port}, ${schemes}), ${makeBridge});`;
}

/** Source text for the isolated world: the bundle stands inside, so no policy of the page concerns it. */
export function preloadSource(config: PreloadConfig, bundle: string | null): string {
  const parameters = 'require, process, exports, module, Buffer, global, setImmediate, clearImmediate';
  const main = bundle === null ? 'null' : `function (${parameters}) {\n${bundle}\n}`;
  return `(${preloadWorld})(${JSON.stringify(config)}, (${makeCodec})(), ${makeBridge}, ${main});`;
}
