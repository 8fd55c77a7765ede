// SPDX-License-Identifier: MIT
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './chromium.ts';

export type Visit = { readonly argv: string[]; readonly cwd: string; readonly additionalData: unknown };

/**
 * One instance a user-data folder. Electron's call is synchronous, so is this: a lock file holds the first process's id,
 * a later process leaves a message in its inbox and gets false.
 */
export class SingleInstance {
  #folder = '';
  #held = false;

  get held(): boolean {
    return this.#held;
  }

  request(userData: string, visit: Visit, onVisit: (visit: Visit) => void): boolean {
    if (this.#held) return true;
    this.#folder = join(userData, 'double-instance');
    const inbox = join(this.#folder, 'inbox');
    mkdirSync(inbox, { recursive: true });
    if (!this.#take()) {
      const name = `${process.pid}-${crypto.randomUUID()}`;
      writeFileSync(join(this.#folder, name), JSON.stringify(visit));
      renameSync(join(this.#folder, name), join(inbox, name));
      return false;
    }
    this.#held = true;
    const seen = new Set<string>();
    watch(inbox, { persistent: false }, () => {
      for (const name of readdirSync(inbox)) {
        if (seen.has(name)) continue;
        seen.add(name);
        onVisit(JSON.parse(readFileSync(join(inbox, name), 'utf8')) as Visit);
        rmSync(join(inbox, name), { force: true });
      }
    });
    process.once('exit', () => this.release());
    return true;
  }

  #take(): boolean {
    const lock = join(this.#folder, 'lock');
    for (;;) {
      try {
        const file = openSync(lock, 'wx');
        writeSync(file, String(process.pid));
        closeSync(file);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const owner = Number(readFileSync(lock, 'utf8'));
        if (owner > 0 && isAlive(owner)) return false;
        // Left by a process that was killed.
        rmSync(lock, { force: true });
      }
    }
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
