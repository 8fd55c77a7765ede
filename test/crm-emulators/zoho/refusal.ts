// SPDX-License-Identifier: MIT
type Details = Readonly<Record<string, unknown>>;

/** A request the API refuses as a whole. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Details;

  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  body(): unknown {
    return { code: this.code, details: this.details, message: this.message, status: 'error' };
  }
}

/** One record the API refuses. */
export class RecordRefusal extends Refusal {
  constructor(code: string, message: string, field: string, more: Details = {}) {
    super(400, code, message, { api_name: field, json_path: `$.data[0].${field}`, ...more });
  }
}
