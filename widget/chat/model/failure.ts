// Maps what went wrong to one of the few things a visitor can act on.

import { ApiError } from '../../shared/api';
import type { Failure } from './state';

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return { kind: 'network', details: '', requestId: '' };
  return failureFrom(error.status, error.code, error.details || error.message, error.requestId);
}

export function failureFrom(
  status: number,
  code: string,
  details: string,
  requestId: string,
): Failure {
  return { kind: kindOf(status, code), details, requestId };
}

function kindOf(status: number, code: string): Failure['kind'] {
  if (status === 429 || /rate|too_many/.test(code)) return 'tooMany';
  if (status === 503 || /busy|overload|unavailable/.test(code)) return 'busy';
  if (status === 401 || status === 502 || status === 504 || /auth|provider|upstream/.test(code)) {
    return 'provider';
  }
  return 'generic';
}
