// SPDX-License-Identifier: MIT
// Everything on the page but the phone: webhooks, scenarios, faults, the switch, the account's keys.

const $ = (id) => document.getElementById(id);

async function post(path, body) {
  const response = await fetch(`api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json();
}

const SCENARIOS = {
  missed: 'Missed call',
  'answered-elsewhere': 'Answered elsewhere',
  'answered-recorded': 'Answered, with recording',
  blacklisted: 'Blacklisted caller',
  'unknown-event': 'Unknown event',
  forged: 'Forged event',
  sms: 'SMS',
};

/** Sentences for the switches; the sandbox decides which there are. */
const FAULTS = {
  html: 'Answer with an HTML page (502)',
  down: 'Close the socket',
  slow: 'Slow, milliseconds',
  emptyBody: 'Empty body',
  unauthorized: 'Refuse the keys (401)',
  rateLimited: 'Too many requests (429)',
  rateLimitedAs200: 'Too many requests, as 200',
  noPassword: 'Keep the SIP password',
  truncatedJson: 'Half of the JSON',
  skewMs: 'Clock off by, milliseconds',
  only: 'Only paths beginning with',
  lateMs: 'Late, milliseconds',
  twice: 'Each one twice',
  outOfOrder: 'Out of order',
  lost: 'Lost',
  forged: 'Forged signature',
  unsigned: 'No signature',
  encoding: 'Body',
};

const CHOICES = { encoding: ['form', 'multipart', 'json'] };

function button(id, label, run) {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = label;
  element.dataset.testid = element.id = id;
  element.addEventListener('click', run);
  return element;
}

function faultControl(group, name, value) {
  const label = document.createElement('label');
  const choices = CHOICES[name];
  const input = document.createElement(choices === undefined ? 'input' : 'select');
  input.dataset.testid = input.id = `fault-${group}-${name}`;
  const text = document.createElement('span');
  text.textContent = FAULTS[name] ?? name;
  const send = (next) => post('faults', { [group]: { [name]: next } });
  if (typeof value === 'boolean') {
    input.type = 'checkbox';
    input.addEventListener('change', () => send(input.checked));
    label.append(input, text);
  } else {
    if (choices === undefined) input.type = typeof value === 'number' ? 'number' : 'text';
    else input.append(...choices.map((choice) => new Option(choice, choice)));
    label.className = 'field';
    input.addEventListener('change', () => send(typeof value === 'number' ? Number(input.value) : input.value));
    label.append(text, input);
  }
  return label;
}

function showFaults(group, values) {
  const box = $(`faults-${group}`);
  const shown = Object.entries(values).filter(([, value]) => typeof value !== 'object');
  if (box.childElementCount === 0) box.append(...shown.map(([name, value]) => faultControl(group, name, value)));
  for (const [name, value] of shown) {
    const input = $(`fault-${group}-${name}`);
    if (input === document.activeElement) continue;
    if (typeof value === 'boolean') input.checked = value;
    else input.value = value;
  }
}

function cell(text, className = '') {
  const td = document.createElement('td');
  td.textContent = text;
  td.className = className;
  return td;
}

/** What an event is about, in few words. */
function subject(fields) {
  const { internal, disposition, destination } = fields;
  const parts = [internal && `ext. ${internal}`, disposition, destination !== internal && destination];
  return parts.filter(Boolean).join(', ') || fields.caller_id || fields.call_id_with_rec || '';
}

function showWebhook(entry) {
  const row = document.createElement('tr');
  row.dataset.testid = 'webhook';
  row.dataset.event = entry.event;
  row.dataset.outcome = entry.outcome;
  const status = entry.status === null ? entry.outcome : String(entry.status);
  const answer = document.createElement('td');
  const code = document.createElement('code');
  code.textContent = entry.answer === null ? '' : JSON.stringify(entry.answer);
  answer.append(code);
  row.append(
    cell(new Date(entry.at).toLocaleTimeString('en-GB'), 'short'),
    cell(entry.event),
    cell(subject(entry.fields)),
    cell(status, entry.status === 200 ? '' : 'failed'),
    cell(entry.status === null ? '' : `${Math.round(entry.ms)} ms`, 'short'),
    answer,
  );
  $('webhook-list').prepend(row);
  while ($('webhook-list').childElementCount > 100) $('webhook-list').lastElementChild.remove();
}

function showAccount({ account, url, sip }) {
  const first = account.extensions[0];
  const entries = {
    'API address': url,
    'API key': account.key,
    'API secret': account.secret,
    'WSS address': sip?.wssUrl ?? 'none',
    'SIP login': `${account.pbxId}-${first?.number ?? ''}`,
    'SIP password': first?.password ?? '',
  };
  for (const [name, value] of Object.entries(entries)) {
    const row = document.createElement('div');
    const term = document.createElement('dt');
    const data = document.createElement('dd');
    const id = `account-${name.toLowerCase().replace(' ', '-')}`;
    term.textContent = name;
    data.textContent = value;
    data.dataset.testid = data.id = id;
    const copy = button(`${id}-copy`, 'Copy', async () => {
      await navigator.clipboard.writeText(value);
      copy.textContent = 'Copied';
    });
    copy.setAttribute('aria-label', `Copy ${name}`);
    row.append(term, data, copy);
    $('account').append(row);
  }
  $('scenario-from').value = account.customer.number;
  for (const { number, name } of account.extensions) {
    $('scenario-extension').append(new Option(`${number} ${name}`, number));
  }
}

let last = 0;
let known = false;

async function refresh() {
  const state = await (await fetch(`api/state?after=${last}`)).json();
  if (!known) showAccount(state);
  known = true;
  for (const entry of state.webhooks) showWebhook(entry);
  last = state.webhooks.at(-1)?.id ?? last;
  $('webhook-empty').hidden = $('webhook-list').childElementCount > 0;
  showFaults('api', state.faults.api);
  showFaults('webhooks', state.faults.webhooks);
  if ($('webhook-url') !== document.activeElement) $('webhook-url').value = state.webhookUrls.callinfo ?? '';
  const phones = state.online.length === 0 ? 'No phone is registered.' : `Registered: ${state.online.join(', ')}.`;
  $('online').textContent = state.running ? phones : 'The switch is stopped.';
  $('status').textContent = `${state.calls} call legs in statistics, ${state.recordings.length} recordings`;
}

for (const [name, label] of Object.entries(SCENARIOS)) {
  const run = async () => {
    $('scenario-result').textContent = `${label}…`;
    await post('scenario', { name, from: $('scenario-from').value, extension: $('scenario-extension').value });
    $('scenario-result').textContent = `${label}: played.`;
  };
  $('scenarios').append(button(`scenario-${name}`, label, run));
}
for (const action of ['drop', 'stop', 'start']) {
  $(`switch-${action}`).addEventListener('click', () => post('switch', { action }));
}
$('clear-webhooks').addEventListener('click', () => $('webhook-list').replaceChildren());
$('webhook-url-form').addEventListener('submit', (event) => {
  event.preventDefault();
  $('webhook-url').blur();
  void post('webhook-url', { url: $('webhook-url').value });
});

for (;;) {
  // The sandbox may be restarting: say so and ask again.
  await refresh().catch(() => {
    $('status').textContent = 'The sandbox does not answer.';
  });
  await new Promise((resolve) => setTimeout(resolve, 700));
}
