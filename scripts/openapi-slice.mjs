/**
 * Cuts the operations in use out of GitHub's published OpenAPI description.
 *
 *   npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz
 *   node scripts/openapi-slice.mjs ./package
 *
 * The whole package is about 390 MB; the slice is checked in with the version and the digest of its source. Schemas are
 * turned from OpenAPI 3.0 into plain JSON Schema (`nullable` becomes a null type), prose and examples are dropped.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const operations = [
  'GET /app',
  'GET /app/installations',
  'GET /app/installations/{installation_id}',
  'POST /app/installations/{installation_id}/access_tokens',
  'GET /app/hook/deliveries',
  'GET /app/hook/deliveries/{delivery_id}',
  'POST /app/hook/deliveries/{delivery_id}/attempts',
  'GET /installation/repositories',
  'GET /rate_limit',
  'GET /orgs/{org}/installation',
  'GET /orgs/{org}/memberships/{username}',
  'GET /orgs/{org}/properties/schema',
  'GET /orgs/{org}/teams/{team_slug}',
  'GET /orgs/{org}/teams/{team_slug}/members',
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/installation',
  'GET /repos/{owner}/{repo}/activity',
  'GET /repos/{owner}/{repo}/actions/runs',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/deployment_protection_rule',
  'GET /repos/{owner}/{repo}/branches',
  'GET /repos/{owner}/{repo}/branches/{branch}/protection',
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}',
  'POST /repos/{owner}/{repo}/check-runs',
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
  'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
  'GET /repos/{owner}/{repo}/commits/{ref}',
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
  'GET /repos/{owner}/{repo}/compare/{basehead}',
  'GET /repos/{owner}/{repo}/contents/{path}',
  'GET /repos/{owner}/{repo}/deployments',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'GET /repos/{owner}/{repo}/environments',
  'GET /repos/{owner}/{repo}/environments/{environment_name}',
  'GET /repos/{owner}/{repo}/environments/{environment_name}/deployment_protection_rules',
  'GET /repos/{owner}/{repo}/git/ref/{ref}',
  'GET /repos/{owner}/{repo}/issues',
  'GET /repos/{owner}/{repo}/issues/comments',
  'GET /repos/{owner}/{repo}/issues/{issue_number}',
  'POST /repos/{owner}/{repo}/issues',
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
  'GET /repos/{owner}/{repo}/properties/values',
  'GET /repos/{owner}/{repo}/pulls',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
  'DELETE /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers',
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
  'GET /repos/{owner}/{repo}/rules/branches/{branch}',
  'GET /repos/{owner}/{repo}/rulesets',
  'POST /repos/{owner}/{repo}/rulesets',
  'GET /repos/{owner}/{repo}/rulesets/rule-suites',
  'GET /repos/{owner}/{repo}/rulesets/rule-suites/{rule_suite_id}',
  'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
  'PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}',
  'GET /user/{account_id}',
  'GET /users/{username}',
];

/** Events that the published webhook schemas lack and the OpenAPI description has. */
const webhooks = ['repository_ruleset created', 'repository_ruleset deleted', 'repository_ruleset edited'];

const dropped = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'deprecated', 'x-github']);

function isProse(key, parent) {
  return parent !== 'properties' && dropped.has(key);
}

/** One list is published with accounts that are a user *and* an enterprise, where all others say *or*. */
function isImpossibleAccount(schema) {
  const titles = Array.isArray(schema.allOf) ? schema.allOf.map((part) => part.title) : [];
  return titles.includes('Simple User') && titles.includes('Enterprise');
}

/** OpenAPI 3.0 → JSON Schema: `nullable: true` beside `type`, `$ref`, `allOf`… becomes a type that admits null. */
function convert(node, parent = '') {
  if (Array.isArray(node)) return node.map((item) => convert(item));
  if (node === null || typeof node !== 'object') return node;
  const kept = Object.entries(node).filter(
    ([key]) => !isProse(key, parent) && (key !== 'nullable' || parent === 'properties'),
  );
  const converted = Object.fromEntries(kept.map(([key, value]) => [key, convert(value, key)]));
  const { allOf, ...others } = converted;
  const schema = isImpossibleAccount(converted) ? { ...others, anyOf: allOf } : converted;
  if (node.nullable !== true || parent === 'properties') return schema;
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const nullable = { ...schema, type: [schema.type, 'null'] };
  return schema.enum && !schema.enum.includes(null) ? { ...nullable, enum: [...schema.enum, null] } : nullable;
}

function resolve(api, node) {
  return node?.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((at, key) => at[key], api)
    : node;
}

function jsonSchemaOf(content) {
  return content?.['application/json']?.schema;
}

function sliceOperation(api, name) {
  const [method, path] = name.split(' ');
  const operation = api.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`no operation ${name} in this description`);
  const responses = {};
  for (const [status, response] of Object.entries(operation.responses)) {
    responses[status] = convert(jsonSchemaOf(resolve(api, response).content) ?? null);
  }
  const query = (operation.parameters ?? [])
    .map((parameter) => resolve(api, parameter))
    .filter((parameter) => parameter.in === 'query')
    .map(({ name: key, required, schema }) => ({ name: key, required: required === true, schema: convert(schema) }));
  const body = jsonSchemaOf(resolve(api, operation.requestBody)?.content);
  return { query, ...(body ? { body: convert(body) } : {}), responses };
}

function sliceWebhook(api, name) {
  const key = name.replaceAll('_', '-').replace(' ', '-');
  const operation = api['x-webhooks'][key]?.post;
  if (!operation) throw new Error(`no webhook ${name} in this description`);
  return convert(jsonSchemaOf(operation.requestBody.content));
}

function collectReferences(node, found) {
  if (Array.isArray(node)) for (const item of node) collectReferences(item, found);
  else if (node !== null && typeof node === 'object') {
    if (typeof node.$ref === 'string') found.add(node.$ref.replace('#/components/schemas/', ''));
    for (const value of Object.values(node)) collectReferences(value, found);
  }
}

function sliceSchemas(api, roots) {
  const schemas = {};
  const waiting = new Set();
  collectReferences(roots, waiting);
  for (const name of waiting) {
    schemas[name] = convert(api.components.schemas[name]);
    collectReferences(schemas[name], waiting);
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const source = process.argv[2];
if (!source) {
  console.error('usage: node scripts/openapi-slice.mjs <unpacked @octokit/openapi>');
  process.exit(2);
}
const text = readFileSync(join(source, 'generated/api.github.com.json'));
const api = JSON.parse(text.toString());
const version = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).version;
const sliced = Object.fromEntries(operations.map((name) => [name, sliceOperation(api, name)]));
const events = Object.fromEntries(webhooks.map((name) => [name.replace(' ', '$'), sliceWebhook(api, name)]));
const slice = {
  source: '@octokit/openapi generated/api.github.com.json',
  version,
  sha256: createHash('sha256').update(text).digest('hex'),
  operations: sliced,
  webhooks: events,
  components: { schemas: sliceSchemas(api, [sliced, events]) },
};
const target = new URL('../test/simulator/openapi-slice.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(slice, null, 1)}\n`);
console.log(`${operations.length} operations of ${slice.source} ${version} written`);
