// SPDX-License-Identifier: MIT
// The customer's phone: JsSIP on the sandbox's switch, with a quiet tone for a voice so that no permission is asked.

const $ = (id) => document.getElementById(id);
const JsSIP = globalThis.JsSIP;

const state = await (await fetch('api/state')).json();
const { account, sip } = state;

let ua = null;
let session = null;
let answeredAt = 0;
const remote = new Audio();
remote.autoplay = true;

$('customer-name').textContent = account.customer.name;
$('customer-number').textContent = account.customer.number;
$('caller-id').value = account.customer.number;
for (const did of account.dids) $('did').append(new Option(did, did));
// An extension's own number lets the demo ring one agent without the dial plan.
for (const extension of account.extensions) {
  $('did').append(new Option(`Extension ${extension.number} (no webhooks)`, extension.number));
}

for (const key of '123456789*0#') {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = key;
  button.dataset.testid = button.id = `key-${key === '*' ? 'star' : key === '#' ? 'hash' : key}`;
  button.setAttribute('aria-label', `Key ${key}`);
  button.addEventListener(
    'click',
    () => session?.isEstablished() && session.sendDTMF(key, { transportType: 'RFC2833' }),
  );
  $('keypad').append(button);
}

function show(name, text, peer = '') {
  $('call-state').dataset.state = name;
  $('call-state').textContent = text;
  $('call-peer').textContent = peer;
  const ringing = name === 'incoming';
  const busy = name === 'calling' || name === 'ringing' || name === 'talking';
  $('call').hidden = ringing || busy;
  $('answer').hidden = $('decline').hidden = !ringing;
  $('hangup').hidden = !busy;
  $('mute').hidden = name !== 'talking';
}

function registration(name, text) {
  $('registration').dataset.state = name;
  $('registration').textContent = text;
  $('call').disabled = name !== 'registered';
}

/** A soft tone that swells, made anew for each call; or the microphone when asked for. */
async function voice() {
  if ($('microphone').checked) return navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context, { frequency: 330 });
  const swell = new OscillatorNode(context, { frequency: 0.7 });
  const depth = new GainNode(context, { gain: 0.04 });
  const gain = new GainNode(context, { gain: 0.05 });
  swell.connect(depth).connect(gain.gain);
  tone.connect(gain).connect(out);
  tone.start();
  swell.start();
  void context.resume();
  out.stream.addEventListener('sandbox-end', () => context.close());
  return out.stream;
}

function silence(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream?.dispatchEvent(new Event('sandbox-end'));
}

function adopt(next) {
  session = next;
  answeredAt = 0;
  $('packets-sent').textContent = $('packets-received').textContent = '0';
  $('digits').textContent = '–';
  const identity = next.remote_identity;
  const peer = [identity.display_name, identity.uri.user].filter(Boolean).join(' · ');
  if (next.direction === 'incoming') show('incoming', 'Incoming call', peer);
  else show('calling', 'Calling…', peer);
  next.on('progress', () => next.direction === 'outgoing' && show('ringing', 'Ringing', peer));
  const talk = () => {
    answeredAt ||= Date.now();
    show('talking', 'In a call', peer);
  };
  next.on('accepted', talk);
  next.on('confirmed', talk);
  next.on('hold', (event) => event.originator === 'remote' && show('talking', 'Put on hold by the other side', peer));
  next.on('unhold', talk);
  next.on('newDTMF', ({ originator, dtmf }) => {
    if (originator === 'remote') $('digits').textContent = $('digits').textContent.replace('–', '') + dtmf.tone;
  });
  next.on('refer', (event) => event.accept((transferred) => adopt(transferred), {}));
  const over = (word) => (event) => {
    silence(next.voice);
    if (session !== next) return;
    session = null;
    $('mute').setAttribute('aria-pressed', 'false');
    show('idle', `${word}: ${event.cause}`, peer);
  };
  next.on('ended', over('Ended'));
  next.on('failed', over('Not connected'));
  const listen = (connection) => {
    connection.addEventListener('track', (event) => {
      remote.srcObject = event.streams[0] ?? new MediaStream([event.track]);
    });
  };
  if (next.connection) listen(next.connection);
  else next.on('peerconnection', ({ peerconnection }) => listen(peerconnection));
}

async function answer() {
  const current = session;
  if (current === null) return;
  current.voice = await voice();
  if (!current.isEnded()) current.answer({ mediaStream: current.voice });
}

$('call').addEventListener('click', async () => {
  if (session !== null || ua === null) return;
  const stream = await voice();
  const shown = encodeURIComponent($('caller-id').value.trim());
  ua.call(`sip:${$('did').value}@${sip.domain}`, {
    mediaStream: stream,
    extraHeaders: shown === '' ? [] : [`P-Preferred-Identity: <sip:${shown}@${sip.domain}>`],
  });
  if (session !== null) session.voice = stream;
});
$('answer').addEventListener('click', answer);
$('decline').addEventListener('click', () => session?.terminate({ status_code: 486 }));
$('hangup').addEventListener('click', () => session?.terminate());
$('mute').addEventListener('click', () => {
  const muted = session?.isMuted().audio === true;
  if (muted) session?.unmute();
  else session?.mute();
  $('mute').setAttribute('aria-pressed', String(!muted));
});

setInterval(async () => {
  $('call-timer').textContent = '';
  if (session === null || answeredAt === 0) return;
  const seconds = Math.floor((Date.now() - answeredAt) / 1000);
  $('call-timer').textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const report = await session.connection?.getStats();
  for (const item of report?.values() ?? []) {
    if (item.type === 'outbound-rtp') $('packets-sent').textContent = String(item.packetsSent);
    if (item.type === 'inbound-rtp') $('packets-received').textContent = String(item.packetsReceived);
  }
}, 500);

if (sip === null) registration('off', 'no switch');
else {
  const user = account.customer.number.replace(/\D/g, '');
  ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(sip.wssUrl)],
    uri: `sip:${user}@${sip.domain}`,
    authorization_user: user,
    realm: sip.realm,
    password: account.customer.password,
    display_name: account.customer.name,
    register_expires: 600,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 2,
  });
  ua.on('connecting', () => registration('off', 'connecting'));
  ua.on('registered', () => registration('registered', 'registered'));
  ua.on('unregistered', () => registration('off', 'offline'));
  ua.on('disconnected', () => registration('off', 'offline'));
  ua.on('registrationFailed', (event) => registration('failed', `refused: ${event.cause}`));
  ua.on('newRTCSession', ({ session: next, originator }) => {
    if (originator === 'remote' && (session !== null || $('busy').checked)) {
      next.terminate({ status_code: 486, reason_phrase: 'Busy Here' });
      return;
    }
    adopt(next);
    if (originator === 'remote' && $('auto-answer').checked) void answer();
  });
  ua.start();
  addEventListener('pagehide', () => ua.stop());
}
