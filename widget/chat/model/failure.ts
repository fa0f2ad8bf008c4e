// Maps what went wrong to one of the few things a visitor can act on.

import { ApiError } from '../../shared/api';
import type { Failure } from './state';

let isToldToSite = false;

export function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return { kind: 'network', details: '', requestId: '' };
  const { status, code, details, message, requestId, said } = error;
  // A setting of the tag that the server does not take fails every message: its developer is told.
  if (status === 400 && !isToldToSite) {
    isToldToSite = true;
    console.warn(`Parley: ${details || message}`);
  }
  const identity = identityKinds.get(message);
  // Nothing is broken when nobody has signed in: there is nothing to look up.
  if (identity === 'signIn') return { kind: identity, details: '', requestId: '' };
  if (identity) return { kind: identity, details: message, requestId };
  const failure = failureFrom(status, code, details || message, requestId);
  return said ? { ...failure, said } : failure;
}

/** What a site that knows its visitors refuses those it does not know with, word for word. */
const identityKinds = new Map<string, Failure['kind']>([
  ['Signed identity required', 'signIn'],
  ['Invalid identity', 'identity'],
]);

/** True when nothing is broken: the visitor is to sign in on the site first. */
export function needsIdentity(error: unknown): boolean {
  return error instanceof ApiError && identityKinds.has(error.message);
}

export function failureFrom(
  status: number,
  code: string,
  details: string,
  requestId: string,
): Failure {
  // The budget is used up: only the tenant knows what to say.
  if (code === 'token_limit') return { kind: 'tooMany', details: '', requestId, said: details };
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
