// SPDX-License-Identifier: MIT
/** What the API refuses: one entry of the array it answers with. */
export class Refusal extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, errorCode: string, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.more = more;
  }

  body(): unknown {
    return [{ ...this.more, message: this.message, errorCode: this.errorCode }];
  }
}
