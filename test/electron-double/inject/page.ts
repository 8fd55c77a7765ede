// SPDX-License-Identifier: MIT
import type { Urls } from '../urls.ts';
import type { Bridge, Operations } from './bridge.ts';

export type SchemeRights = { readonly scheme: string; readonly fetch: boolean; readonly stream: boolean };
export type PageConfig = {
  readonly token: string;
  readonly port: number;
  readonly schemes: readonly SchemeRights[];
};

/**
 * The page's own world, before its first script: custom-scheme addresses, questions that Electron asks of the app
 * (permissions, new windows) and the emulated visibility. Injected as text: refers only to its arguments.
 */
export function pageWorld(
  config: PageConfig,
  urls: Urls,
  makeBridge: (token: string, me: 'page', operations: Operations) => Bridge,
): void {
  let visibility: DocumentVisibilityState = 'visible';

  const freeze = (value: unknown, done = new Set<unknown>()): unknown => {
    if (value === null || typeof value !== 'object' || done.has(value) || ArrayBuffer.isView(value)) return value;
    done.add(value);
    for (const key of Object.keys(value)) freeze((value as Record<string, unknown>)[key], done);
    return Object.freeze(value);
  };

  const bridge = makeBridge(config.token, 'page', {
    expose(name: string, api: unknown) {
      if (Object.hasOwn(window, name)) {
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      }
      Object.defineProperty(window, name, {
        value: freeze(api),
        enumerable: true,
        writable: false,
        configurable: false,
      });
    },
    visibility(state: DocumentVisibilityState) {
      visibility = state;
    },
  });
  const ask = (permission: string, details: object) => bridge.call('ask', permission, details) as Promise<boolean>;

  Object.defineProperty(Document.prototype, 'visibilityState', { get: () => visibility, configurable: true });
  Object.defineProperty(Document.prototype, 'hidden', { get: () => visibility === 'hidden', configurable: true });

  // --- new windows: the app's handler decides in main; what is allowed opens as a window of its own -----------------
  const nativeOpen = window.open.bind(window);
  window.open = (url, target, features) => {
    if (target === '_self' || target === '_top' || target === '_parent') return nativeOpen(url, target, features);
    const address =
      url === undefined || url === '' ? 'about:blank' : new URL(urls.toPage(String(url)), document.baseURI).href;
    bridge.call('open', { url: address, frameName: target ?? '', features: features ?? '', disposition: 'new-window' });
    return null;
  };

  if (window === window.top) window.close = () => void bridge.call('close');

  // --- permissions ------------------------------------------------------------------------------------------------
  const media = navigator.mediaDevices as MediaDevices | undefined;
  const refused = () => new DOMException('Permission denied', 'NotAllowedError');
  if (media) {
    const getUserMedia = media.getUserMedia.bind(media);
    media.getUserMedia = async (constraints) => {
      const mediaTypes = [...(constraints?.video ? ['video'] : []), ...(constraints?.audio ? ['audio'] : [])];
      if (mediaTypes.length > 0 && !(await ask('media', { mediaTypes }))) throw refused();
      return getUserMedia(constraints);
    };
    const getDisplayMedia = media.getDisplayMedia.bind(media);
    media.getDisplayMedia = async (options) => {
      if (!(await ask('display-capture', {}))) throw refused();
      return getDisplayMedia(options);
    };
    const enumerateDevices = media.enumerateDevices.bind(media);
    media.enumerateDevices = async () => {
      const devices = await enumerateDevices();
      const known = {
        audio: await bridge.call('check', 'media', { mediaType: 'audio' }),
        video: await bridge.call('check', 'media', { mediaType: 'video' }),
      };
      return devices.map((device) =>
        known[device.kind === 'videoinput' ? 'video' : 'audio']
          ? device
          : { kind: device.kind, deviceId: '', label: '', groupId: '', toJSON: () => ({ kind: device.kind }) },
      );
    };
  }
  if (typeof Notification !== 'undefined') {
    let state: NotificationPermission = 'default';
    Object.defineProperty(Notification, 'permission', { get: () => state, configurable: true });
    Notification.requestPermission = async (callback) => {
      state = (await ask('notifications', {})) ? 'granted' : 'denied';
      callback?.(state);
      return state;
    };
  }
  if (navigator.geolocation) {
    const geolocation = navigator.geolocation;
    const getCurrentPosition = geolocation.getCurrentPosition.bind(geolocation);
    geolocation.getCurrentPosition = (success, failure, options) => {
      void ask('geolocation', {}).then((granted) => {
        if (granted) getCurrentPosition(success, failure, options);
        else
          failure?.({
            code: 1,
            message: 'User denied Geolocation',
            PERMISSION_DENIED: 1,
            POSITION_UNAVAILABLE: 2,
            TIMEOUT: 3,
          });
      });
    };
  }
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) {
    const readText = clipboard.readText.bind(clipboard);
    clipboard.readText = async () => {
      if (!(await ask('clipboard-read', {}))) throw new DOMException('Read permission denied.', 'NotAllowedError');
      return readText();
    };
  }
  const mediaTypes: Record<string, string> = { microphone: 'audio', camera: 'video' };
  const query = navigator.permissions?.query.bind(navigator.permissions);
  if (query) {
    navigator.permissions.query = async (descriptor) => {
      const status = await query(descriptor);
      const mediaType = mediaTypes[descriptor.name];
      const granted = await bridge.call('check', mediaType ? 'media' : descriptor.name, mediaType ? { mediaType } : {});
      Object.defineProperty(status, 'state', { value: granted ? 'granted' : 'denied' });
      return status;
    };
  }

  // --- custom schemes ---------------------------------------------------------------------------------------------
  const mayFetch = (url: string) =>
    !urls.isMapped(url) ||
    config.schemes.some((rights) => rights.fetch && url.trim().toLowerCase().startsWith(`${rights.scheme}:`));

  const NativeRequest = window.Request;
  const nativeFetch = window.fetch.bind(window);
  const inApp = (response: Response) =>
    Object.defineProperty(response, 'url', { value: urls.toApp(response.url), configurable: true });
  window.fetch = async (input, init) => {
    if (input instanceof NativeRequest) return inApp(await nativeFetch(input, init));
    const url = String(input);
    if (!mayFetch(url)) throw new TypeError('Failed to fetch');
    return inApp(await nativeFetch(urls.toPage(url), init));
  };
  window.Request = class extends NativeRequest {
    constructor(input: RequestInfo | URL, init?: RequestInit) {
      super(input instanceof NativeRequest ? input : urls.toPage(String(input)), init);
    }
  };
  const openXhr = XMLHttpRequest.prototype.open as (...args: unknown[]) => void;
  XMLHttpRequest.prototype.open = function (
    this: XMLHttpRequest,
    method: string,
    url: string | URL,
    ...rest: unknown[]
  ) {
    openXhr.call(this, method, urls.toPage(String(url)), ...(rest.length === 0 ? [true] : rest));
  } as typeof XMLHttpRequest.prototype.open;
  for (const name of ['Worker', 'SharedWorker', 'EventSource'] as const) {
    const Native = window[name] as unknown as new (url: string | URL, options?: never) => object;
    (window as unknown as Record<string, unknown>)[name] = class extends Native {
      constructor(url: string | URL, options?: never) {
        super(urls.toPage(String(url)), options);
      }
    };
  }

  const attributes = ['src', 'href', 'poster', 'data', 'action', 'formaction'];
  const proxyProperty = (prototype: object, name: string) => {
    const native = Object.getOwnPropertyDescriptor(prototype, name);
    const { get, set } = native ?? {};
    if (!native || !get) return;
    Object.defineProperty(prototype, name, {
      ...native,
      get(this: unknown) {
        return urls.toApp(String(get.call(this)));
      },
      ...(set && {
        set(this: unknown, value: unknown) {
          set.call(this, urls.toPage(String(value)));
        },
      }),
    });
  };
  for (const element of [
    HTMLMediaElement,
    HTMLImageElement,
    HTMLSourceElement,
    HTMLTrackElement,
    HTMLIFrameElement,
    HTMLScriptElement,
    HTMLEmbedElement,
    HTMLInputElement,
  ]) {
    proxyProperty(element.prototype, 'src');
  }
  for (const element of [HTMLAnchorElement, HTMLAreaElement, HTMLLinkElement]) proxyProperty(element.prototype, 'href');
  proxyProperty(HTMLMediaElement.prototype, 'currentSrc');
  proxyProperty(HTMLImageElement.prototype, 'currentSrc');
  proxyProperty(HTMLVideoElement.prototype, 'poster');
  proxyProperty(HTMLObjectElement.prototype, 'data');
  proxyProperty(HTMLFormElement.prototype, 'action');
  proxyProperty(XMLHttpRequest.prototype, 'responseURL');

  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    setAttribute.call(this, name, attributes.includes(name.toLowerCase()) ? urls.toPage(String(value)) : value);
  };
  const getAttribute = Element.prototype.getAttribute;
  Element.prototype.getAttribute = function (name) {
    const value = getAttribute.call(this, name);
    return value !== null && attributes.includes(name.toLowerCase()) ? urls.toApp(value) : value;
  };
  const NativeAudio = window.Audio;
  window.Audio = class extends NativeAudio {
    constructor(src?: string) {
      super(...((src === undefined ? [] : [urls.toPage(String(src))]) as [string?]));
    }
  };

  // What the parser makes of markup never went through a setter.
  const selector = config.schemes
    .flatMap(({ scheme }) => attributes.map((name) => `[${name}^="${scheme}:" i]`))
    .join(',');
  if (selector) {
    const fix = (element: Element) => {
      for (const name of attributes) {
        const value = getAttribute.call(element, name);
        if (value !== null && urls.isMapped(value)) setAttribute.call(element, name, urls.toPage(value));
      }
    };
    new MutationObserver((records) => {
      for (const { addedNodes } of records) {
        for (const node of addedNodes) {
          if (!(node instanceof Element)) continue;
          if (node.matches(selector)) fix(node);
          for (const inner of node.querySelectorAll(selector)) fix(inner);
        }
      }
    }).observe(document, { childList: true, subtree: true });
  }
}
