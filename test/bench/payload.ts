import { createRequire } from 'node:module';

type Example = { readonly name: string; readonly examples: readonly Readonly<Record<string, unknown>>[] };
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Example[];
const opened =
  examples.find(({ name }) => name === 'pull_request')?.examples.find((payload) => payload.action === 'opened') ?? {};

/** A published `pull_request.opened` payload, some 20 kB, made to concern pull request `number`. */
export function pullRequestPayload(number: number): Readonly<Record<string, unknown>> {
  return {
    ...opened,
    number,
    installation: { id: 1 },
    pull_request: { ...(opened.pull_request as object), number },
  };
}
