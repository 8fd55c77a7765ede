// SPDX-License-Identifier: MIT

import type { MegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Forwarding } from '../../src-shared/ipc/map.ts';

/** Forwarding of my extension at the PBX: it works while this program does not run. */
export type ForwardingService = {
  get(): Promise<Forwarding>;
  /** Answers what the PBX says it is now. */
  set(wanted: Forwarding): Promise<Forwarding>;
};

/**
 * @param target what to send the PBX for a number as written; throws `dial.*`
 * A refusal of the PBX becomes `forward.failed` with its own sentence; a dead network stays what it is.
 */
export function createForwarding(
  client: Pick<MegacallClient, 'redirection' | 'setRedirection'>,
  extension: () => string,
  target: (text: string) => string,
): ForwardingService {
  const explained = async (work: (extension: string) => Promise<Forwarding>): Promise<Forwarding> => {
    const mine = extension();
    if (mine === '') throw new AppError('setup.not-configured');
    try {
      return await work(mine);
    } catch (error) {
      if (!(error instanceof AppError) || !['api.rejected', 'api.bad-reply'].includes(error.code)) throw error;
      throw new AppError('forward.failed', { message: String(error.params.message ?? '') }, { cause: error });
    }
  };
  return {
    get: () => explained((mine) => client.redirection(mine)),
    set: ({ on, to, condition }) => {
      const wanted = { on, to: on ? target(to) : '', condition };
      return explained((mine) => client.setRedirection(mine, wanted));
    },
  };
}
