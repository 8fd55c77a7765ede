// SPDX-License-Identifier: MIT
import type { Session } from 'electron';
import { allowed } from './permission-table.ts';
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
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
}
