// SPDX-License-Identifier: MIT
// Runs in the page before the engine: stands in for the preload and watches the wire and the media.
(() => {
  const listeners = new Set();
  const lab = { sent: [], sockets: [], peers: [], microphones: [] };
  lab.command = (command) => {
    for (const listener of listeners) listener(command);
  };
  lab.rtpStats = async () => {
    let [sent, received] = [0, 0];
    const report = await lab.peers.at(-1)?.getStats();
    for (const entry of report?.values() ?? []) {
      if (entry.type === 'outbound-rtp') sent += entry.packetsSent;
      if (entry.type === 'inbound-rtp') received += entry.packetsReceived;
    }
    return { sent, received };
  };
  globalThis.lab = lab;

  globalThis.megadial = Object.freeze({
    kind: 'engine',
    invoke: async (name, event) => {
      if (name === 'engine.event') await globalThis.labEvent(event);
      return { ok: true, value: undefined };
    },
    on: (name, listener) => {
      if (name === 'engine.command') listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });

  const { WebSocket, RTCPeerConnection } = globalThis;
  globalThis.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      lab.sockets.push(this);
    }

    send(data) {
      // A deaf socket is what a route that vanished leaves: open, and nothing gets through.
      if (this.deaf) return;
      super.send(data);
      if (typeof data !== 'string' || data.trim() === '') return;
      lab.sent.push({ at: performance.now(), line: data.slice(0, data.indexOf('\r\n')), text: data });
    }
  };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      lab.peers.push(this);
    }
  };
  const devices = navigator.mediaDevices;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices) {
    devices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      lab.microphones.push(...stream.getTracks());
      return stream;
    };
  }
})();
