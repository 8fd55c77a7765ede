// SPDX-License-Identifier: MIT
/** Words of team and reminders that the first screen and the popup need. Part of `en.ts`. */
export const frameEn = {
  badge: {
    reminders_one: '{{count}} caller to call back',
    reminders_other: '{{count}} callers to call back',
    outbox_one: '{{count}} entry was refused',
    outbox_other: '{{count}} entries were refused',
    teamFailed: 'Team not connected',
    teamRevoked: 'Not in the team any more',
  },
  block: {
    item: 'Block…',
    itemLong: 'Block the number {{number}}',
    text: 'Calls of this number are refused with busy from now on.',
    teamText:
      'Calls of this number are refused with busy, for the whole team. Only an administrator can allow it again.',
    action: 'Block',
    done: 'Blocked. The next call of this number is refused.',
  },
} as const;
