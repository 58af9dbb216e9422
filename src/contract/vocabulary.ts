/** The words that drover.yaml and the API use for one another's roles, purposes and gates. */
export const roles = [
  'maker',
  'solution-owner',
  'environment-owner',
  'release-manager',
  'approver',
  'reviewer',
  'test-lead',
  'security',
  'cab',
  'platform-admin',
] as const
export const purposes = ['development', 'test', 'acceptance', 'production', 'sandbox', 'recovery', 'host'] as const
export const machineGates = [
  'checks',
  'settings',
  'preflight',
  'previous-stage',
  'version-rises',
  'source-control',
  'review-window',
  'losses',
  'change-window',
  'recovery',
  'soak',
  'validation',
  'tier',
  'train',
] as const
export const peopleGates = ['approval', 'review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'emergency'] as const
