// SPDX-License-Identifier: MIT
import { guard, loudEmitter } from './guard.ts';
import { protocol } from './protocol.ts';
import type { WebContents } from './web-contents.ts';
import type { WebFrameMain } from './web-frame.ts';

type RequestHandler = Parameters<Electron.Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Electron.Session['setPermissionCheckHandler']>[0];
type DeviceHandler = Parameters<Electron.Session['setDevicePermissionHandler']>[0];
type HeadersListener = Parameters<Electron.WebRequest['onHeadersReceived']>[0];

/** Questions a page asks through Chromium are put to the app's handlers; with none set Electron grants them. */
export class Session
  extends loudEmitter('Session')
  implements
    Pick<
      Electron.Session,
      | 'setPermissionRequestHandler'
      | 'setPermissionCheckHandler'
      | 'setDevicePermissionHandler'
      | 'setDisplayMediaRequestHandler'
      | 'setSpellCheckerEnabled'
    >
{
  readonly protocol = protocol;
  #request: RequestHandler = null;
  #check: CheckHandler = null;
  #device: DeviceHandler = null;
  #headers: HeadersListener | null = null;
  #spellChecker = true;
  displayMedia: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0] = null;

  readonly webRequest = guard('webRequest', {
    /** Asked for responses of the app's own schemes, the only ones that pass through the double. */
    onHeadersReceived: (...args: unknown[]) => {
      this.#headers = args.at(-1) as HeadersListener | null;
    },
  });

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#request = handler;
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#check = handler;
  }
  setDevicePermissionHandler(handler: DeviceHandler): void {
    this.#device = handler;
  }
  /** Kept for the app only: Chromium's own chooser cannot open here, so capture is refused either way. */
  setDisplayMediaRequestHandler(handler: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0]): void {
    this.displayMedia = handler;
  }
  get hasDeviceHandler(): boolean {
    return this.#device !== null;
  }
  setSpellCheckerEnabled(enable: boolean): void {
    this.#spellChecker = enable;
  }
  isSpellCheckerEnabled(): boolean {
    return this.#spellChecker;
  }
  getUserAgent(): string {
    return `Mozilla/5.0 Chrome/${process.versions.chrome} Electron/${process.versions.electron}`;
  }
  async clearCache(): Promise<void> {}
  async clearStorageData(): Promise<void> {}
  async setProxy(): Promise<void> {}
  setCertificateVerifyProc(): void {}
  flushStorageData(): void {}

  ask(
    contents: WebContents,
    frame: WebFrameMain,
    permission: string,
    details: object,
    answer: (granted: boolean) => void,
  ): void {
    if (!this.#request) {
      answer(true);
      return;
    }
    const full = {
      requestingUrl: frame.url,
      isMainFrame: frame.parent === null,
      securityOrigin: `${frame.origin}/`,
      ...details,
    };
    this.#request(contents as never, permission as never, answer, full as never);
  }

  check(contents: WebContents, frame: WebFrameMain, permission: string, asked: object): boolean {
    if (!this.#check) return true;
    const details = {
      requestingUrl: frame.url,
      isMainFrame: frame.parent === null,
      securityOrigin: `${frame.origin}/`,
      ...asked,
    };
    return this.#check(contents as never, permission as never, `${frame.origin}/`, details as never);
  }

  /** The response headers after the app's listener has seen them; null when it cancelled the request. */
  async filterHeaders(
    url: string,
    status: number,
    headers: Record<string, string[]>,
  ): Promise<Record<string, string | string[]> | null> {
    const listener = this.#headers;
    if (!listener) return headers;
    const details = {
      id: 0,
      url,
      method: 'GET',
      resourceType: 'other',
      statusCode: status,
      statusLine: `HTTP/1.1 ${status}`,
      responseHeaders: headers,
    };
    return new Promise((resolve) => {
      listener(details as never, (answer) => resolve(answer.cancel ? null : (answer.responseHeaders ?? headers)));
    });
  }
}

const sessions = new Map<string, Session>();

export function defaultSession(): Session {
  return fromPartition('');
}

function fromPartition(partition: string): Session {
  const known = sessions.get(partition) ?? new Session();
  sessions.set(partition, known);
  return known;
}

export const session = guard('session', {
  fromPartition: (partition: string) => fromPartition(partition),
  get defaultSession() {
    return defaultSession();
  },
});
