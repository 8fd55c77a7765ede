// SPDX-License-Identifier: MIT
import { request } from '../../bridge.ts';
import { goTo } from '../state/ui.ts';
import { openConversation } from './use-messages.ts';

/** Opens the conversation with a number, however it is written, to write there. @throws AppError `dial.*` */
export async function writeTo(number: string): Promise<void> {
  const { target } = await request('call.preview', number);
  openConversation(target);
  goTo('messages');
}
