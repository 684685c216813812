/** What the app may do and hears of, unless a test says otherwise. */
export const defaultPermissions = {
  actions: 'read',
  checks: 'write',
  contents: 'read',
  deployments: 'write',
  issues: 'write',
  members: 'read',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
  organization_custom_properties: 'read',
};

/** Names the webhook schemas know; an app subscribes to these and gets `installation…` unasked. */
export const defaultEvents = [
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
  'team',
  'workflow_run',
];
