// SPDX-License-Identifier: MIT
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Sandbox } from './index.ts';

/** A headless Chromium with invented microphones that stays on the loopback interface. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.MEGADIAL_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      // The tone of the control page asks for no microphone, and then addresses would be hidden behind mDNS names.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
  });
}

/** What a test sees of an agent's phone. */
export type AgentState = {
  registered: boolean;
  /** `idle`, `incoming`, `calling`, `ringing`, `talking`. */
  call: string;
  cause: string;
  /** Reason header of the CANCEL that ended the ring. */
  reason: string;
  from: string;
  name: string;
  to: string;
  sent: number;
  received: number;
  renegotiated: number;
};

type Command = 'answer' | 'hangup' | 'busy' | 'hold' | 'unhold' | 'unregister' | 'transfer';

/** A bare JsSIP phone for one extension in a page of its own. */
export class AgentPhone {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, sandbox: Sandbox, extension: string, password?: string): Promise<AgentPhone> {
    const { account, sip } = sandbox;
    const own = account.extensions.find((item) => item.number === extension);
    if (sip === null || own === undefined) throw new Error('There is no such extension, or no switch.');
    const page = await browser.newPage();
    // Any document of the sandbox will do, but it must be a real one: from a page made up by `route.fulfill` Chromium
    // refuses sockets to the loopback interface.
    await page.goto(`${sandbox.controlUrl}style.css`);
    await page.addScriptTag({ url: `${sandbox.controlUrl}jssip.js` });
    await page.addScriptTag({ content: AGENT_SCRIPT });
    const config = { ...sip, user: `${account.pbxId}-${extension}`, password: password ?? own.password };
    await page.evaluate((given) => Reflect.get(globalThis, 'startAgent')(given), config);
    return new AgentPhone(page);
  }

  state(): Promise<AgentState> {
    return this.page.evaluate(() => Reflect.get(globalThis, 'agentState')());
  }

  async tell(command: Command): Promise<void> {
    await this.page.evaluate((name) => Reflect.get(globalThis, 'agentTell')(name), command);
  }

  async dial(target: string): Promise<void> {
    await this.page.evaluate((number) => Reflect.get(globalThis, 'agentDial')(number), target);
  }

  /** Waits for a state that `check` accepts. */
  async waitFor(check: (state: AgentState) => boolean, what: string): Promise<AgentState> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const state = await this.state();
      if (check(state)) return state;
      if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}: ${JSON.stringify(state)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const AGENT_SCRIPT = `
let ua, session = null, domain;
const seen = { call: 'idle', cause: '', reason: '', from: '', name: '', to: '', renegotiated: 0 };
globalThis.startAgent = (config) => {
  domain = config.domain;
  ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(config.wssUrl)],
    uri: 'sip:' + config.user + '@' + config.domain,
    realm: config.realm,
    password: config.password,
    session_timers: false,
    register_expires: 600,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 1,
  });
  ua.on('registrationFailed', (event) => { seen.cause = event.response?.status_code + ' ' + event.cause; });
  ua.on('newRTCSession', (event) => {
    session = event.session;
    Object.assign(seen, { cause: '', reason: '', renegotiated: 0 });
    seen.call = event.originator === 'remote' ? 'incoming' : 'calling';
    seen.from = event.request.from.uri.user;
    seen.name = event.request.from.display_name || '';
    seen.to = event.request.to.uri.user;
    session.on('progress', () => { if (event.originator === 'local') seen.call = 'ringing'; });
    session.on('accepted', () => { seen.call = 'talking'; });
    session.on('reinvite', () => { seen.renegotiated += 1; });
    const over = (data) => {
      seen.call = 'idle';
      seen.cause = data.cause;
      seen.reason = data.message?.getHeader?.('reason') || '';
    };
    session.on('ended', over);
    session.on('failed', over);
  });
  ua.start();
};
globalThis.agentDial = (number) => ua.call('sip:' + number + '@' + domain, { mediaConstraints: { audio: true, video: false } });
globalThis.agentTell = (command) => ({
  // JsSIP offers no audio to an INVITE without a session description (callback) unless it is handed the stream.
  answer: async () => session.answer({ mediaStream: await navigator.mediaDevices.getUserMedia({ audio: true }) }),
  hangup: () => session.terminate(),
  busy: () => session.terminate({ status_code: 486 }),
  hold: () => session.hold(),
  unhold: () => session.unhold(),
  unregister: () => ua.unregister(),
  transfer: () => void session.refer('sip:102@' + domain),
})[command]();
globalThis.agentState = async () => {
  let sent = 0, received = 0;
  for (const item of (await session?.connection?.getStats())?.values() ?? []) {
    if (item.type === 'outbound-rtp') sent = item.packetsSent;
    if (item.type === 'inbound-rtp') received = item.packetsReceived;
  }
  return { ...seen, registered: ua.isRegistered(), sent, received };
};
`;
