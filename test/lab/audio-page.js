// SPDX-License-Identifier: MIT
// Runs in the page before the engine, after engine-page.js: devices that come and go, a headset, and what sounds.
(() => {
  const { lab } = globalThis;
  const devices = navigator.mediaDevices;
  const enumerateDevices = devices.enumerateDevices.bind(devices);
  const getUserMedia = devices.getUserMedia.bind(devices);

  // Labels of devices that are pulled out.
  const gone = new Set();
  lab.silentMicrophone = false;
  lab.constraints = [];
  devices.enumerateDevices = async () => (await enumerateDevices()).filter(({ label }) => !gone.has(label));
  devices.getUserMedia = async (constraints) => {
    lab.constraints.push(constraints.audio);
    const wanted = constraints.audio?.deviceId?.exact;
    const there = (await devices.enumerateDevices()).filter(({ kind }) => kind === 'audioinput');
    if (there.length === 0) throw new DOMException('none', 'NotFoundError');
    if (wanted !== undefined && !there.some(({ deviceId }) => deviceId === wanted)) {
      throw new OverconstrainedError('deviceId', 'gone');
    }
    const stream = await getUserMedia(constraints);
    if (!lab.silentMicrophone) return stream;
    for (const track of stream.getTracks()) track.stop();
    const context = new AudioContext();
    const silence = context.createConstantSource();
    silence.offset.value = 0;
    const { stream: silent } = silence.connect(context.createMediaStreamDestination());
    silence.start();
    lab.microphones.push(...silent.getTracks());
    return silent;
  };
  const changed = () => devices.dispatchEvent(new Event('devicechange'));
  lab.unplug = (label) => {
    gone.add(label);
    for (const track of lab.microphones) {
      if (track.label !== label || track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    changed();
  };
  lab.plug = (label) => {
    gone.delete(label);
    changed();
  };
  /** Labels of the microphones that are open. */
  lab.open = () => lab.microphones.filter(({ readyState }) => readyState === 'live').map(({ label }) => label);
  /** The microphone that the youngest call sends. */
  lab.sending = () =>
    lab.peers
      .at(-1)
      ?.getSenders()
      .find(({ track }) => track)?.track.label;

  const players = new Set();
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    players.add(this);
    return play.call(this);
  };
  /** What sounds now: device labels with volumes; `voice` for a call's far end. */
  lab.sounding = async () => {
    const labels = new Map((await enumerateDevices()).map(({ deviceId, label }) => [deviceId, label]));
    return [...players]
      .filter((player) => !player.paused)
      .map(({ sinkId, volume, loop, srcObject, currentSrc, error }) => ({
        device: sinkId === '' ? '' : labels.get(sinkId),
        volume,
        loop,
        voice: srcObject !== null,
        source: currentSrc,
        failed: error !== null,
      }));
  };

  const usage = (page, id) => (page << 16) | id;
  const field = (page, ids, more) => ({
    usages: ids.map((id) => usage(page, id)),
    isAbsolute: true,
    hasPreferredState: false,
    logicalMinimum: 0,
    reportSize: 1,
    reportCount: ids.length,
    ...more,
  });
  const padding = { isConstant: true, usages: [], reportSize: 4, reportCount: 1 };
  const headset = Object.assign(new EventTarget(), {
    opened: false,
    collections: [
      {
        usagePage: 0x0b,
        usage: 5,
        inputReports: [{ reportId: 1, items: [field(0x0b, [0x20]), field(0x0b, [0x2f], { isAbsolute: false })] }],
        outputReports: [{ reportId: 2, items: [field(0x08, [0x17, 0x18, 0x09, 0x20]), padding] }],
      },
    ],
    open: async () => {
      headset.opened = true;
    },
    close: async () => {},
    sendReport: async (reportId, data) => {
      if (!headset.opened) throw new DOMException('closed', 'InvalidStateError');
      lab.lights = reportId === 2 ? data[0] : lab.lights;
    },
  });
  lab.lights = null;
  /** Bits of the input report: 1 hook switch, 2 mute. */
  lab.press = (bits) => {
    const event = new Event('inputreport');
    Object.assign(event, { reportId: 1, data: new DataView(Uint8Array.of(bits).buffer), device: headset });
    headset.dispatchEvent(event);
  };
  const hid = Object.assign(new EventTarget(), { getDevices: async () => [headset] });
  Object.defineProperty(navigator, 'hid', { value: hid });
})();
