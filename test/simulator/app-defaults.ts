/** An app asks for `administration` where it wants to know of rules; few do. */
export const defaultPermissions = {
  actions: 'read',
  checks: 'write',
  contents: 'read',
  deployments: 'write',
  issues: 'write',
  members: 'read',
  merge_queues: 'read',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
  organization_custom_properties: 'read',
};

/** Names the webhook schemas know; an app subscribes to these and gets `installation…` unasked. */
export const defaultEvents = [
  'branch_protection_rule',
  'check_run',
  'check_suite',
  'custom_property_values',
  'deployment',
  'deployment_protection_rule',
  'deployment_status',
  'issue_comment',
  'issues',
  'member',
  'membership',
  'merge_group',
  'organization',
  'pull_request',
  'pull_request_review',
  'push',
  'repository',
  'repository_ruleset',
  'status',
  'team',
  'workflow_run',
];
