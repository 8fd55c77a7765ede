// SPDX-License-Identifier: MIT

/** The first peer connection of a page costs 30 to 200 ms more than the next: spend them before the first call. */
export async function warmUp(): Promise<void> {
  const pc = new RTCPeerConnection();
  try {
    pc.addTransceiver('audio');
    await pc.createOffer();
  } finally {
    pc.close();
  }
}

const POLL_MS = 20;
const POLL_LIMIT_MS = 60_000;

/** Calls back once when the first RTP packet from the far end arrived. Returns the function that stops looking. */
export function onFirstPacket(receiver: RTCRtpReceiver, arrived: () => void): () => void {
  const until = performance.now() + POLL_LIMIT_MS;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;
  const look = async () => {
    const report = await receiver.getStats().catch(() => null);
    if (stopped) return;
    for (const entry of report?.values() ?? []) {
      if (entry.type === 'inbound-rtp' && entry.packetsReceived > 0) {
        stopped = true;
        arrived();
        return;
      }
    }
    if (report !== null && performance.now() < until) timer = setTimeout(() => void look(), POLL_MS);
  };
  void look();
  return () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
  };
}
