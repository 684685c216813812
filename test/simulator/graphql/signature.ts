import { signatureText } from '../shapes/commit.ts';
import type { Commit } from '../world/types.ts';

/** Nobody's key but GitHub's own signs here: pushed commits have no signature. */
export function signatureNode(commit: Commit) {
  return {
    __typename: 'GpgSignature',
    email: commit.committer.email,
    isValid: true,
    keyId: 'B5690EEEBB952194',
    payload: commit.message,
    signature: signatureText,
    signer: null,
    state: 'VALID',
    verifiedAt: commit.committer.date,
    wasSignedByGitHub: true,
  };
}
