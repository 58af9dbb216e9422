import { checkRules } from '#checks'
import type { CommandSpec } from '#cli'
import { exitCodes, exitsOf } from '#cli'
import { shippedPolicy } from '#domain/policy'
import type { ComponentKind } from '#domain/solution'
import { componentKinds, componentTypes, describeKind, typeOfKind } from '#domain/solution'
import { commands } from '../src/cli/commands/registry.ts'
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
        Object.entries(shippedPolicy.tiers).map(([tier, policy]) => [
          tier,
          policy.checksBlockFrom.value ?? 'never: findings inform',
          policy.checksBlockFrom.source,
        ]),
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
