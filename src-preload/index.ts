// SPDX-License-Identifier: MIT
import { contextBridge, ipcRenderer } from 'electron';
import { createBridge, windowKind } from './bridge.ts';

/** A sandboxed preload has this much of Node's `process`. */
declare const process: { readonly argv: readonly string[] };

contextBridge.exposeInMainWorld('megadial', createBridge(windowKind(process.argv), ipcRenderer));
