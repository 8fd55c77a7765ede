// SPDX-License-Identifier: MIT
import type { Session } from 'electron';
import { APP_ORIGIN } from './origin.ts';
import { allowed, type HidDescription, isTelephony } from './permission-table.ts';
import type { Windows } from './windows.ts';

/** Puts the table in force: requests, silent checks, devices and screen capture. */
export function guardPermissions(session: Session, windows: Windows): void {
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const media = 'mediaTypes' in details ? details.mediaTypes : undefined;
    const { isMainFrame, requestingUrl } = details;
    callback(allowed(permission, { kind: windows.kindOf(contents), isMainFrame, url: requestingUrl, media }));
  });
  session.setPermissionCheckHandler((contents, permission, _origin, details) => {
    const { isMainFrame, requestingUrl, mediaType } = details;
    const kind = contents === null ? null : windows.kindOf(contents);
    const media = mediaType === undefined ? undefined : [mediaType];
    return allowed(permission, { kind, isMainFrame, url: requestingUrl, media });
  });
  // The origin is all it says of the page: that it is the engine's was asked before, by the check for `hid`.
  session.setDevicePermissionHandler(
    ({ deviceType, device, origin }) =>
      origin.replace(/\/$/, '') === APP_ORIGIN && isTelephony(deviceType, device as HidDescription),
  );
  // A page that asks to choose a device gets none: headsets are found without a chooser.
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault();
    callback(null);
  });
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
}
