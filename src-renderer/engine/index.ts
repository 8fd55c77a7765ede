// SPDX-License-Identifier: MIT
import { Engine } from './engine.ts';
import { openJsSipLine } from './jssip-port.ts';
import { watchWake } from './recovery-wake.ts';

const { megadial } = window;
const engine = new Engine(openJsSipLine, (event) => {
  // Main owns every outcome; a page that is going away has nobody to tell.
  megadial.invoke('engine.event', event).catch(() => {});
});

megadial.on('engine.command', (command) => engine.command(command));
watchWake(() => engine.refresh());
window.addEventListener('pagehide', () => engine.stop());
megadial.invoke('engine.event', { type: 'ready' }).catch(() => {});
