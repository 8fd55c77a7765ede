// SPDX-License-Identifier: MIT
import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { placeCallback } from './callback.ts';
import { Connection, Contacts } from './connections.ts';
import { Dialogs } from './dialog.ts';
import { callerOf, type DialplanParts, place } from './dialplan.ts';
import { Digest } from './digest.ts';
import { Forwarder } from './forwarder.ts';
import { InviteTransaction, type Plumbing } from './invite.ts';
import { header, headerValues, makeResponse, param, parseMessage, type SipRequest, uriOf } from './message.ts';
import { Registrar } from './registrar.ts';

export type SandboxSwitch = {
  /** Extensions (and `customer`) with a reachable phone. */
  registered(): string[];
  isRegistered(extension: string): boolean;
  /** Ends all sockets without a word, as a network does. Calls live on for ten seconds. */
  dropAll(): void;
  /** Drops all and refuses new ones until `start()`. */
  stop(): void;
  start(): void;
  running(): boolean;
  /** `request/callback`: rings the extension, then the other side. */
  callback(extension: string, to: string): void;
  /** For the end of the sandbox. */
  close(): void;
};

export type SwitchOptions = Omit<DialplanParts, 'registrar' | 'later'> & { readonly server: Server };

/** How long an answered call outlives the socket of one of its phones. */
const LOST_PHONE_MS = 10_000;

const ALLOW = 'INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS, REFER, NOTIFY, REGISTER';

/** SIP over WebSocket at `/sip` of the given server: registrar, forking proxy and dial plan. */
export function makeSwitch(options: SwitchOptions): SandboxSwitch {
  const { server, ...rest } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 256 * 1024,
    handleProtocols: (offered) => (offered.has('sip') ? 'sip' : false),
  });
  const connections = new Set<Connection>();
  const invites = new Map<string, InviteTransaction>();
  const timers = new Set<NodeJS.Timeout>();
  let running = true;

  const later = (run: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  const contacts = new Contacts();
  const digest = new Digest(options.domain);
  const registrar = new Registrar(options.account, contacts, digest);
  const forwarder = new Forwarder(() => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '127.0.0.1';
  });
  const dialogs = new Dialogs(contacts, forwarder);
  const plumbing: Plumbing = { contacts, forwarder, dialogs };
  const parts: DialplanParts = { ...rest, registrar, later };

  const invite = (request: SipRequest, connection: Connection): void => {
    const user = registrar.findUser(callerOf(request));
    if (user === null) {
      connection.send(makeResponse(request, 403, 'Forbidden'));
      return;
    }
    if (!connection.users.has(user.login)) {
      const verdict = digest.check(request, 'proxy-authorization', user.login, user.password);
      if (verdict !== 'ok') {
        const challenge = digest.challenge(verdict === 'stale');
        const extra = [['Proxy-Authenticate', challenge] as const];
        connection.send(makeResponse(request, 407, 'Proxy Authentication Required', extra));
        return;
      }
      connection.users.add(user.login);
    }
    contacts.learn(uriOf(header(request, 'contact')), connection);
    const branch = param(headerValues(request, 'via')[0] ?? '', 'branch');
    const transaction = new InviteTransaction(request, connection, plumbing);
    invites.set(branch, transaction);
    void place(parts, transaction, user.label).finally(() => invites.delete(branch));
  };

  const cancel = (request: SipRequest, connection: Connection): void => {
    const transaction = invites.get(param(headerValues(request, 'via')[0] ?? '', 'branch'));
    const known = transaction !== undefined;
    connection.send(makeResponse(request, known ? 200 : 481, known ? 'OK' : 'Call Does Not Exist'));
    transaction?.cancel();
  };

  const onRequest = (request: SipRequest, connection: Connection): void => {
    const isOptions = request.method === 'OPTIONS';
    if (request.method === 'REGISTER') registrar.register(request, connection);
    else if (request.method === 'CANCEL') cancel(request, connection);
    else if (param(header(request, 'to'), 'tag') !== '') dialogs.route(request, connection);
    else if (request.method === 'INVITE') invite(request, connection);
    else if (request.method !== 'ACK') {
      const extra = [['Allow', ALLOW] as const];
      connection.send(makeResponse(request, isOptions ? 200 : 405, isOptions ? 'OK' : 'Method Not Allowed', extra));
    }
  };

  const onClose = (connection: Connection): void => {
    connections.delete(connection);
    registrar.forget(connection);
    forwarder.lost(connection);
    for (const transaction of invites.values()) if (transaction.connection === connection) transaction.cancel();
    later(() => {
      for (const dialog of dialogs.list()) {
        const lost = [dialog.a, dialog.b].some((side) => contacts.reach(side.uri) === null);
        if (lost) dialogs.hangUp(dialog);
      }
    }, LOST_PHONE_MS);
  };

  sockets.on('connection', (socket) => {
    const connection = new Connection(socket);
    connections.add(connection);
    socket.on('message', (data) => {
      const text = data.toString();
      if (text === '\r\n\r\n') connection.send('\r\n');
      const message = parseMessage(text);
      if (message?.kind === 'request') onRequest(message, connection);
      else if (message?.kind === 'response') forwarder.receive(message);
    });
    // A socket that breaks closes too; the error says nothing more.
    socket.on('error', () => undefined);
    socket.on('close', () => onClose(connection));
  });
  server.on('upgrade', (request, socket, head) => {
    const isSip = request.url?.split('?', 1)[0] === '/sip';
    if (!running || !isSip) socket.end(`HTTP/1.1 ${isSip ? '503 Service Unavailable' : '404 Not Found'}\r\n\r\n`);
    else sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });

  const dropAll = (): void => {
    for (const connection of connections) connection.close();
  };
  return {
    registered: () => registrar.registered(),
    isRegistered: (extension) => registrar.targets(extension).length > 0,
    dropAll,
    stop: () => {
      running = false;
      dropAll();
    },
    start: () => {
      running = true;
    },
    running: () => running,
    callback: (extension, to) => void placeCallback(parts, plumbing, extension, to),
    close: () => {
      running = false;
      dropAll();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
