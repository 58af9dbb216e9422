import type { ReadinessItem, ReadinessItemId } from './readiness.ts'

const strategy = 'environment strategy template (readiness checklist)'
const launch = 'CoE launch checklist'
const assessment = 'readiness assessment'

/** The 21 items of the readiness checklist, in its order. */
export const readinessItems: readonly ReadinessItem[] = [
  scanned('RDY-01', 'Separate, clearly labelled development, test and production', {
    proof: 'each pipeline leads from a development environment over a test one into production, at three addresses, with names that say so',
    source: strategy,
    next: 'Declare what is missing in drover.yaml, name environments by their purpose, and apply it: drover config apply drover.yaml',
  }),
  scanned('RDY-02', 'A disposable sandbox for makers and training', {
    proof: 'an environment that is cattle and has an end',
    source: strategy,
    next: 'Make one: drover env create --for developer',
  }),
  scanned('RDY-03', 'Makers cannot edit production', {
    proof:
      'the last observation of each production environment: the block of unmanaged changes, who holds roles that make, and changes that nobody registered',
    source: strategy,
    next: 'Look, then block what is made by hand: drover observe <environment>; drover env protect <environment>',
  }),
  scanned('RDY-04', 'Releases move as versioned managed packages', {
    proof: 'each governed solution in production is managed, in the version that a promotion brought',
    source: strategy,
    next: 'Bring what others brought by a promotion: drover drift <environment> shows it',
  }),
  scanned('RDY-05', 'No hard-coded secrets or endpoints', {
    proof: 'the check STR-08 of what runs in production found nothing',
    source: strategy,
    next: 'Move what it found into environment variables and release again: drover release show <release>',
  }),
  scanned('RDY-06', 'Every version is in source control', {
    proof: 'each release that runs in production names the commit of its source',
    source: strategy,
    next: 'Release through Drover: drover release create <solution>',
  }),
  scanned('RDY-07', 'A named approver on every promotion into production', {
    proof: 'what runs in production was approved by somebody else than whoever asked',
    source: strategy,
    next: 'Raise the tier of what goes without, or add the gate approval to its stage',
  }),
  scanned('RDY-08', 'Test environments hold masked or invented rows', {
    proof: 'each test environment was filled by rules of masking, and the last look found none of the real values',
    source: strategy,
    next: 'drover data seed <environment>, then drover data scan <environment>; or say how it is done',
  }),
  scanned('RDY-09', 'A way back and a known-good version for each solution in production', {
    proof: 'the way back that was planned with what runs there, which can be gone',
    source: strategy,
    next: 'drover recovery show <environment> <solution>',
  }),
  said('RDY-10', 'Recertification is scheduled and none is overdue', strategy),
  scanned('RDY-11', 'Monitoring is in place', {
    proof: 'each solution of Tier 2 and above that runs in production names where it is watched',
    source: 'lifecycle and operations pages of the framework',
    next: 'Name it under solutions: monitoring in drover.yaml',
  }),
  scanned('RDY-12', 'Platform owner, CoE lead and the way to escalate are named', {
    proof: 'people who administer the platform stand in the configuration; who leads and who is next is said by a person',
    source: launch,
    next: 'Name at least two platform-admins in drover.yaml, and say who leads: drover readiness attest RDY-12',
  }),
  scanned('RDY-13', 'Environments have a life cycle', {
    proof: 'each sandbox has an end, and each environment an owner',
    source: launch,
    next: 'Give those without one an end: endsAt in drover.yaml, or drover env keep',
  }),
  scanned('RDY-14', 'Data policies for the tenant and each class of environment', {
    proof:
      'data policies apply to each observed environment; that exceptions have a way and all is looked at each quarter is said by a person',
    source: launch,
    next: 'Have policies made for what has none; then: drover readiness attest RDY-14',
  }),
  scanned('RDY-15', 'The criteria of tiers are written and in force', {
    proof: 'the policy in force holds them',
    source: assessment,
    next: 'drover policy show',
  }),
  scanned('RDY-16', 'The six roles are filled', {
    proof:
      'people with each of the roles that policy names stand in the configuration, every solution has an owner among them, of whom it is known how far they build where its tier asks for it, and no privileged role waits to be certified',
    source: assessment,
    next: 'Name people for the roles without any in drover.yaml, and builderLevel of owners; certify what is due: drover people list',
  }),
  said('RDY-17', 'The library of connectors is assessed, with a way to ask for more and a cycle', assessment),
  said('RDY-18', 'What security approved beforehand is written and renewed each year', assessment),
  scanned('RDY-19', 'Auditing of Dataverse is on in production and kept as long as regulation asks', {
    proof: 'the last observation of each production environment: auditing is on, and kept for the days that policy asks for',
    source: 'operations page of the framework',
    next: 'Switch it on and set how long it is kept (Power Platform admin center → environment → Settings → Audit and logs), then: drover observe <environment>',
  }),
  said('RDY-20', 'Every solution in production was asked for through the one front door', 'lifecycle page of the framework'),
  scanned('RDY-21', 'Coming back was practised', {
    proof: 'a recovery of each production environment that was gone within the days that policy names, with its duration',
    source: 'ours, after the backup facts of Microsoft Learn',
    next: 'drover recovery rehearse <environment> <solution> --on <sandbox>',
  }),
]

export function findItem(id: string): ReadinessItem | undefined {
  return readinessItems.find((item) => item.id === id.toUpperCase())
}

function scanned(id: ReadinessItemId, title: string, rest: Pick<ReadinessItem, 'proof' | 'source' | 'next'>): ReadinessItem {
  return { id, title, isScanned: true, ...rest }
}

/** Nothing that Drover reads can show it: a person says so, until a date. */
function said(id: ReadinessItemId, title: string, source: string): ReadinessItem {
  const next = `Say how it is done, and where that can be seen: drover readiness attest ${id} --text "…" --evidence <address>`
  return { id, title, proof: 'the word of a person, until its date', source, isScanned: false, next }
}
