import { checkRules } from '#checks'
import type { CommandSpec } from '#cli'
import { commands, exitCodes, exitsOf } from '#cli'
import { shippedPolicy } from '#domain/policy'
import type {
  ChangePolicy,
  CarePolicy,
  HotfixPolicy,
  RecoveryDemand,
  RecoveryPolicy,
  SandboxPolicy,
  Sourced,
  TierPolicy,
} from '#domain/policy'
import type { ComponentKind } from '#domain/solution'
import { componentKinds, componentTypes, describeKind, typeOfKind } from '#domain/solution'
import type { Page } from './reference.ts'
import { bullets, code, table } from './reference-markdown.ts'

export const componentsPage: Page = {
  file: 'components.md',
  madeFrom: 'src/domain/solution/kinds',
  render: () => {
    const others = componentTypes.filter(([, kind]) => describeKind(kind) === undefined)
    return [
      '# Kinds of components',
      'What Drover does with each kind of component on its way into a target, as it is today. "Certainty" says how the facts about the platform are known: ' +
        '*verified* in documentation or shipping code, *observed* in real exports or recorded sessions, *unverified* by inference.',
      table(
        ['Kind', 'What makers call it', 'Type', 'Certainty'],
        componentKinds.map((kind) => [code(kind.name), kind.title, typeOfKind(kind.name) ?? 'by name', kind.certainty]),
      ),
      ...componentKinds.map(renderKind),
      '## All other kinds',
      'They travel inside their solution: the platform imports them, the installed version of the solution is read back, and no step of Drover concerns them. ' +
        'Kinds without a fixed number are named in the manifest and keep that name. Known numbers:',
      others.map(([number, kind]) => `${number} ${code(kind)}`).join(' · '),
    ].join('\n\n')
  },
}

function renderKind(kind: ComponentKind): string {
  const facts = bullets([
    ['Deployed', kind.deployed],
    ['Afterwards', kind.afterwards],
    ['Verified', kind.verified],
    ['Can it come back', kind.comesBack],
    ['Not supported', kind.notSupported],
    ['Facts', `${kind.certainty}; ${kind.source}.`],
  ])
  return `## ${kind.title} (${code(kind.name)})\n\n${facts}`
}

export const checksPage: Page = {
  file: 'checks.md',
  madeFrom: 'src/checks/registry.ts',
  render: () =>
    [
      '# Checks',
      'Rules that Drover applies to a solution file before a release is sealed. **They are not the Power Apps solution checker of Microsoft and do not replace it.** ' +
        'The severity is that of the usual breach; a milder or graver case carries its own.',
      table(
        ['Rule', 'What it wants', 'Severity'],
        checkRules.map((rule) => [code(rule.id), rule.title, rule.severity]),
      ),
      '## From which severity findings refuse a release',
      table(
        ['Tier', 'Refused from', 'Source'],
        tiers.map(([tier, policy]) => [tier, policy.checksBlockFrom.value ?? 'never: findings inform', policy.checksBlockFrom.source]),
      ),
      ...checkRules.map(
        (rule) =>
          `## ${rule.id}: ${rule.title}\n\n${bullets([
            ['Why', rule.why],
            ['What to do', rule.fix],
            ['Source', rule.source],
          ])}`,
      ),
      '## What is read',
      'The manifest, cloud flows, connection references, environment variables, and the texts that a solution carries as files (web resources, classic processes, ' +
        'connector and agent files). Not read: the inside of canvas apps (`.msapp`) and plug-in assemblies, texts of more than a few megabytes, and literals in ' +
        '`customizations.xml` itself (such as the configuration of a plug-in step or the address of a service endpoint).',
      'Credentials that are found are never repeated in a finding.',
    ].join('\n\n'),
}

const tiers: readonly (readonly [string, TierPolicy])[] = Object.entries(shippedPolicy.tiers)

export const policyPage: Page = {
  file: 'policy.md',
  madeFrom: 'src/domain/policy/shipped-policy.ts',
  render: () =>
    [
      '# Policy',
      `What Drover demands unless a configuration says otherwise: version ${code(shippedPolicy.version)}. Every value stands with its source.`,
      table(
        ['For all tiers', 'Value', 'Source'],
        [
          policyRow('A check report opens a gate for', shippedPolicy.checksValidForDays, (days) => `${days} days`),
          policyRow('May prepare a release and ask for a promotion', shippedPolicy.mayRequest, (roles) => roles.join(', ')),
          ...careRows(shippedPolicy.care),
          ...sandboxRows(shippedPolicy.sandboxes),
          ...hotfixRows(shippedPolicy.hotfix),
          ...changeRows(shippedPolicy.changes),
          ...recoveryRows(shippedPolicy.recoveries),
        ],
      ),
      '## Who may be named at a gate',
      'One of the roles is enough. A gate that names somebody without any of them is refused when it is applied.',
      table(
        ['Gate', 'Roles', 'Source'],
        Object.entries(shippedPolicy.gateRoles).map(([gate, roles]) => policyRow(code(gate), roles, (value) => value.join(', '))),
      ),
      ...tiers.map(([tier, policy]) => `## Tier ${tier}\n\n${table(['Demand', 'Value', 'Source'], tierRows(policy))}`),
    ].join('\n\n'),
}

function tierRows(policy: TierPolicy): string[][] {
  const list = (items: readonly string[]): string => (items.length === 0 ? 'none' : items.join(', '))
  const yesNo = (value: boolean): string => (value ? 'yes' : 'no')
  return [
    policyRow('Findings refuse a release from', policy.checksBlockFrom, (severity) => severity ?? 'never'),
    policyRow('Gates before every stage', policy.everyStage, list),
    policyRow('Gates before a pet as well', policy.pet, list),
    policyRow('May enter a pet', policy.mayEnterPet, yesNo),
    policyRow('Only managed artifacts go into targets', policy.managedOnly, yesNo),
    policyRow('Different people on the way into a pet', policy.distinctPeople, String),
    policyRow('Gates that no person decides two of', policy.separatedGates, list),
    policyRow('Review window', policy.reviewWindowHours, (hours) => `${hours} hours`),
    policyRow('Data owners who acknowledge each table or column whose data goes', policy.lossAcknowledgers, String),
    policyRow('Upgrades that destroy data are staged first', policy.stagesUpgrades, yesNo),
    policyRow('What was rescued is kept for', policy.rescueKeptDays, (days) => `${days} days`),
    policyRow('A restore point before a promotion into a pet is', policy.restorePoint, String),
    policyRow('The way back from a promotion into a pet is', policy.recovery, describeDemand),
  ]
}

function describeDemand(demand: RecoveryDemand): string {
  if (demand.kind === 'none') return 'not asked for'
  if (demand.kind === 'documented') return 'known before'
  return `known before, and rehearsed ${demand.within === 'major' ? 'with each major version' : `within ${demand.within} days`}`
}

function recoveryRows(recoveries: RecoveryPolicy): string[][] {
  return [
    policyRow('Gates that a recovery passes', recoveries.gates, (gates) => gates.map(code).join(', ')),
    policyRow('Gates that one passes to what others brought', recoveries.gatesOfOthers, (gates) => gates.map(code).join(', ')),
    policyRow('Different people in a recovery of a pet', recoveries.distinctPeople, String),
    policyRow('A recovery that destroys data waits in a migration window', recoveries.stagesUpgrades, (value) => (value ? 'yes' : 'no')),
  ]
}

function careRows(care: CarePolicy): string[][] {
  return [
    policyRow('Environments are observed every', care.observeEveryHours, (hours) => `${hours} hours`),
    policyRow('An unregistered tweak is a finding after', care.unregisteredTweakDays, (days) => `${days} days`),
    policyRow('Imports that were not ours are found within', care.foreignImportHours, (hours) => `${hours} hours`),
    policyRow('A tweak is accepted for at most', care.tweakDays, (days) => `${days} days`),
    policyRow('An acknowledgement of a loss holds for at most', care.acknowledgementDays, (days) => `${days} days`),
    policyRow('Counting for one plan may send', care.countingRequests, (requests) => `${requests} requests`),
    policyRow('People for a deed that ends something in a pet', care.graveDeedPeople, String),
    policyRow('The restore point before such a deed is at most', care.graveDeedRestorePointMinutes, (minutes) => `${minutes} minutes old`),
    policyRow('May write an incident into a biography', care.mayRecordIncident, (roles) => roles.join(', ')),
    policyRow('May have a restore point taken by hand', care.mayTakeRestorePoint, (roles) => roles.join(', ')),
  ]
}

function changeRows(changes: ChangePolicy): string[][] {
  return [
    policyRow(
      'Left of a change window beyond what an attempt usually takes',
      changes.windowMarginMinutes,
      (minutes) => `${minutes} minutes`,
    ),
    policyRow('What it usually takes is the median of the newest', changes.usualOfAttempts, (count) => `${count} attempts`),
    policyRow('A recovery goes in outside of change windows, and through freezes', changes.recoveryPassesWindows, (value) =>
      value ? 'yes' : 'no',
    ),
    policyRow('May give a held stage free', changes.mayResumeStage, (roles) => roles.join(', ')),
  ]
}

function sandboxRows(sandboxes: SandboxPolicy): string[][] {
  return [
    policyRow('Restoring a pet into a sandbox takes', sandboxes.people, (people) => `${people} people`),
    policyRow('The word of the first of them waits for', sandboxes.wordHolds, (hours) => `${hours} hours`),
    policyRow('A restore is waited for', sandboxes.restoreHours, (hours) => `${hours} hours`),
    policyRow('A restored sandbox is kept for', sandboxes.keptDays, (days) => `${days} days`),
    policyRow('People are warned of its end before', sandboxes.warnedDays, (days) => `${days} days`),
  ]
}

function hotfixRows(hotfix: HotfixPolicy): string[][] {
  return [
    policyRow('May start a hotfix, release it, bring it to main and abandon it', hotfix.mayService, (roles) => roles.join(', ')),
    policyRow('Gates that a hotfix does not wait for', hotfix.notWaitedFor, (gates) => gates.map(code).join(', ')),
    policyRow('Sign-offs that a hotfix did not wait for are due within', hotfix.signOffWorkingDays, (days) => `${days} working days`),
  ]
}

function policyRow<T>(label: string, sourced: Sourced<T>, show: (value: T) => string): string[] {
  return [label, show(sourced.value), sourced.source]
}

export const commandsPage: Page = {
  file: 'commands.md',
  madeFrom: 'src/cli/commands',
  render: () =>
    [
      '# Commands',
      'Every command takes `--json` for output that programs read, and `--workspace` for another workspace folder than the default. Commands that need a server act through its API and take `--server` and `--token`.',
      table(
        ['Command', 'What it does'],
        commands.map((spec) => [code(`drover ${spec.path.join(' ')}`), spec.summary]),
      ),
      '## Exit codes',
      table(
        ['Code', 'Meaning'],
        Object.values(exitCodes).map(({ code: exit, meaning }) => [String(exit), meaning]),
      ),
      ...commands.map(renderCommand),
    ].join('\n\n'),
}

function renderCommand(spec: CommandSpec): string {
  const words = (spec.arguments ?? []).map(({ name, isOptional, isVariadic }) => {
    const text = isVariadic === true ? `${name}...` : name
    return isOptional === true ? `[${text}]` : `<${text}>`
  })
  const options = (spec.options ?? []).map((option) => [
    code(option.flags),
    [
      option.description,
      option.choices === undefined ? '' : `One of: ${option.choices.join(', ')}`,
      option.default === undefined ? '' : `Default: ${option.default}`,
      option.isRequired === true ? 'Required' : '',
    ]
      .filter((part) => part !== '')
      .join('. '),
  ])
  const inputs = [...(spec.arguments ?? []).map((argument) => [code(argument.name), argument.description]), ...options]
  return [
    `## ${code(['drover', ...spec.path, ...words].join(' '))}`,
    spec.details,
    ...(inputs.length === 0 ? [] : [table(['Argument or option', 'Meaning'], inputs)]),
    `\`\`\`sh\n${spec.examples.map((example) => `# ${example.what}\n${example.command}`).join('\n')}\n\`\`\``,
    `Exit codes:\n\n${exitsOf(spec)
      .map((exit) => `- ${exit.code}: ${exit.meaning}`)
      .join('\n')}`,
  ].join('\n\n')
}
