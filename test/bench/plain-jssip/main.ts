// SPDX-License-Identifier: MIT
import { UA, WebSocketInterface } from 'jssip';
import type { Bridge } from '../../../src-shared/ipc/map.ts';

/** JsSIP used as its own guide shows it, for comparison with the engine. */
let ua: UA | null = null;

const plain = {
  register(url: string, uri: string, password: string): Promise<void> {
    const started = new UA({ sockets: [new WebSocketInterface(url)], uri, password });
    ua = started;
    return new Promise((resolve, reject) => {
      started.on('registered', () => resolve());
      started.on('registrationFailed', ({ cause }) => reject(new Error(cause)));
      started.start();
    });
  },
  call(target: string, stunUrls: readonly string[]): void {
    const iceServers = stunUrls.map((urls) => ({ urls }));
    ua?.call(target, { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers } });
  },
};

Object.assign(globalThis, { plain });
const { megadial } = globalThis as unknown as { megadial: Bridge };
void megadial.invoke('engine.event', { type: 'ready' });
