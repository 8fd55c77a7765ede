// SPDX-License-Identifier: MIT

export type MixLeg = {
  /** What the party says. */
  readonly remote: MediaStreamTrack;
  /** The agent's voice for this party; null while there is no microphone. */
  readonly microphone: MediaStreamTrack | null;
};

export type Mix = {
  /** What each party hears, in the order of the legs. */
  readonly outputs: readonly MediaStreamTrack[];
  setMicrophone(leg: number, track: MediaStreamTrack): void;
  close(): void;
};

/** Mixes several parties with the agent: each hears everybody but itself. The agent hears them as before. */
export function mixLegs(legs: readonly MixLeg[]): Mix {
  // No sound card: the mix goes out to the calls only, and must not stop when the loudspeaker is pulled out.
  const context = new AudioContext({ sinkId: { type: 'none' }, latencyHint: 'interactive' } as AudioContextOptions);
  const outputs = legs.map(() => context.createMediaStreamDestination());
  const source = (track: MediaStreamTrack) => context.createMediaStreamSource(new MediaStream([track]));
  const microphones: (AudioNode | null)[] = legs.map(() => null);
  const setMicrophone = (leg: number, track: MediaStreamTrack) => {
    microphones[leg]?.disconnect();
    const node = source(track);
    const output = outputs[leg];
    if (output !== undefined) node.connect(output);
    microphones[leg] = node;
  };
  legs.forEach(({ remote, microphone }, from) => {
    const voice = source(remote);
    outputs.forEach((output, to) => {
      if (to !== from) voice.connect(output);
    });
    if (microphone !== null) setMicrophone(from, microphone);
  });
  context.resume().catch(() => {});
  return {
    outputs: outputs.flatMap(({ stream }) => stream.getAudioTracks()),
    setMicrophone,
    close() {
      for (const { stream } of outputs) for (const track of stream.getTracks()) track.stop();
      void context.close().catch(() => {});
    },
  };
}
