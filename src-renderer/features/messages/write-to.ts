// SPDX-License-Identifier: MIT
import { goTo } from '../state/ui.ts';
import { openConversation } from './use-messages.ts';

/** Opens the conversation with a number, to write there. */
export function writeTo(number: string): void {
  openConversation(number);
  goTo('messages');
}
