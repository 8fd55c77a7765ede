// SPDX-License-Identifier: MIT
import { protocol } from 'electron';
import { appResponse } from './app-files.ts';
import { APP_ORIGIN } from './origin.ts';
import { type FindRecording, recordingResponse } from './recording-response.ts';

/** Must run before the app is ready. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    {
      scheme: 'recording',
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true },
    },
  ]);
}

/** Serves the built pages at `app://megadial/`. */
export function serveApp(rendererDir: string): void {
  protocol.handle('app', (request) => appResponse(rendererDir, request));
}

/**
 * Serves `recording://call/<id>` to our pages. That only the main window's page asks is the doing of its
 * Content-Security-Policy; the initiator's check keeps out whatever is not a page of ours at all.
 */
export function serveRecordings(find: FindRecording): void {
  // The origin that asks is set by the browser, not by the page; it is documented, and missing from the types.
  protocol.handle('recording', (request: Request & { readonly initiatorOrigin?: string }) => {
    const { initiatorOrigin } = request;
    if (initiatorOrigin !== undefined && initiatorOrigin !== APP_ORIGIN) return new Response(null, { status: 403 });
    return recordingResponse(request, find);
  });
}
