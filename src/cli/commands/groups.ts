/** What each group of commands is about. */
export const groups: Readonly<Record<string, string>> = {
  config: 'the configuration: drover.yaml as a proposal, and what is in force',
  policy: 'what is demanded, why, and what another policy would have done',
  people: 'people: what they may do, who stands in for them, what stops when they leave',
  token: 'tokens: who may act as whom, how far and how long',
  notifications: 'what people were told, and what did not arrive',
  solution: 'solution files on this machine, and whether a governed solution is complete',
  structure: 'how solutions are cut and moved: what was decided, and what is there',
  release: 'releases: sealed, checked, never rebuilt',
  promotion: 'promotions: a release on its way into a stage, with its gates',
  train: 'trains: several releases that go into one environment together',
  tests: 'reports of tests, which open the gate of tests',
  waiver: 'waivers: named, approved, expiring exceptions to one rule',
  owed: 'what hotfixes and emergencies went past, and make up for afterwards',
  recovery: 'ways back of a pet: its plan, its sandbox, repairs and rehearsals',
  rescue: 'rows and values that were saved before an attempt destroyed them',
  hotfix: 'hotfixes: production serviced beside the next release',
  env: 'environments',
  baseline: 'the state of an environment that was accepted as known good',
  tweak: 'registered production-only changes',
  data: 'rows that solutions need, and rows of lower environments',
  ledger: 'the record of who did what',
  evidence: 'evidence: what proves afterwards how things went, without Drover',
}

/** The parts of the help, each with the first words of its commands, in the order of `commands`. */
export const parts: Readonly<Record<string, readonly string[]>> = {
  'Start here:': ['demo', 'up', 'board', 'readiness'],
  'Rules and people:': ['config', 'policy', 'people', 'raci', 'sign-in', 'token', 'notifications'],
  'The way to production:': ['solution', 'tier', 'structure', 'release', 'plan', 'promotion', 'train', 'tests', 'waiver', 'owed'],
  'Ways back:': ['rollback', 'recovery', 'rescue', 'hotfix'],
  'Environments:': ['env', 'observe', 'baseline', 'drift', 'tweak', 'data', 'emulator'],
  'Proof:': ['ledger', 'evidence'],
}
