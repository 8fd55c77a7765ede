// SPDX-License-Identifier: MIT
import type { RequestListener, ServerResponse } from 'node:http';
import { CALLBACK_PATH } from '../../../src-shared/crm/redirect-settings.ts';
import { finishPage, type Language, PAGE_HEADERS, type Visit } from './finish-page.ts';

export type BrowserAnswer = {
  readonly language: Language;
  readonly isAccepted: (query: URLSearchParams) => boolean;
  /** Called once, when the finish page is out or the browser has gone. */
  readonly answered: (query: URLSearchParams) => void;
};

type Headers = Readonly<Record<string, string>>;

/**
 * What the browser is told: one path, GET only, and only under this computer's own names (no DNS name that was made to
 * lead here). The first query with a code or an error is the answer; all else is a stray visit and changes nothing.
 */
export function answerBrowser({ language, isAccepted, answered }: BrowserAnswer): RequestListener {
  let isOver = false;
  return (request, response) => {
    const [path, search = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
    const isOurs = /^(?:localhost|127\.0\.0\.1|\[::1\]):\d+$/.test(request.headers.host ?? '');
    const { method, headers } = request;
    if (!isOurs) end(response, 400);
    else if (path !== CALLBACK_PATH) end(response, 404);
    else if (method === 'OPTIONS' && headers['access-control-request-private-network'] === 'true') {
      end(response, 204, preflight(headers.origin ?? ''));
    } else if (method !== 'GET') end(response, 405, { Allow: 'GET' });
    else {
      const query = new URLSearchParams(search);
      const isAnswer = !isOver && (query.has('code') || query.has('error'));
      const visit: Visit = !isAnswer ? 'stray' : isAccepted(query) ? 'accepted' : 'failed';
      if (isAnswer) {
        isOver = true;
        response.once('close', () => answered(query));
      }
      end(response, visit === 'accepted' ? 200 : 400, PAGE_HEADERS, finishPage(language, visit));
    }
  };
}

function end(response: ServerResponse, status: number, headers: Headers = {}, text = ''): void {
  response.writeHead(status, { Connection: 'close', ...headers });
  response.end(text);
}

/** Chrome asks before a page of the internet may lead to this computer. There is nothing to read here, only to come. */
function preflight(origin: string): Headers {
  return {
    'Access-Control-Allow-Origin': /^https:\/\/[\w.-]+$/.test(origin) ? origin : 'null',
    'Access-Control-Allow-Methods': 'GET',
    'Access-Control-Allow-Private-Network': 'true',
    Vary: 'Origin',
  };
}
