// SPDX-License-Identifier: MIT
/**
 * The floor of `popup.ts`, a program of its own as the app is one: node:http and ws and nothing else. Whatever is
 * POSTed goes to the page as it came, then the POST is answered. Tells its parent the port.
 */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const PAGE = `<!doctype html><meta charset="utf-8"><title>floor</title><p id="text">-</p><script>
  const text = document.querySelector('#text');
  const socket = new WebSocket('ws://' + location.host);
  socket.onopen = () => { document.title = 'ready'; };
  socket.onmessage = ({ data }) => { text.textContent = data; };
</script>`;

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    for (const client of sockets.clients) client.send(body);
    response.writeHead(200).end();
  });
});
const sockets = new WebSocketServer({ server });
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit());
