import type { HumanStepReply, RebuildPlanReply, RebuildReply } from '#contract'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { stateText } from './words.ts'

/** What a rebuild brings, and who sees to what it needs. */
export function rebuildPlanText(plan: RebuildPlanReply, paint: Paint): string {
  const solutions = plan.solutions.map(
    (one) => `  ${one.solution} ${one.kind === 'release' ? `${one.version}, managed` : sourceText(one.commit)}\n`,
  )
  const goes = plan.goes.map(
    ({ uniqueName, version }) => `  ${paint.red(`${uniqueName} ${version}`)}, unmanaged, belongs to nothing that is configured\n`,
  )
  const gone = goes.length === 0 ? '' : `\nGoes:\n${goes.join('')}`
  const rows = plan.prerequisites.map(({ about, subject, state, message }) => [about, subject, stateWords(state, paint), message])
  const needs = table({ headings: ['NEEDS', 'WHAT', 'WHO', ''], rows, whenEmpty: 'It needs nothing.' }, paint)
  const blockers = plan.blockers.map(({ code, message, hint }) => `\n${paint.red('✖')} ${message} [${code}]\n→ ${hint}\n`).join('')
  const steps = plan.prerequisites.flatMap(({ step }) => step ?? [])
  return `${paint.bold(plan.name)} is deleted and made anew, with:\n${solutions.join('')}${gone}\n${needs}${stepsText(steps, paint)}${blockers}`
}

/** How far it is, or what it came to. */
export function rebuildText(rebuild: RebuildReply, paint: Paint): string {
  const steps = rebuild.steps.map(({ note }) => `  ${note}\n`).join('')
  const time = `machines ${durationText(rebuild.machineMs)}, people ${durationText(rebuild.humanMs)}`
  return `${paint.bold(rebuild.id)}  ${stateText(rebuild.status.state, paint)}  ${time}\n${steps}${endText(rebuild, paint)}${settingsText(rebuild)}`
}

/** Which connections stand for the old ones, and whether the configuration names them. */
function settingsText({ mapped, settings }: RebuildReply): string {
  const changed = mapped.filter(({ from, to }) => from.toLowerCase() !== to.toLowerCase())
  if (changed.length === 0) return ''
  const ids = changed
    .map(({ from, to, displayName }) => `  ${from} → ${to}${displayName === undefined ? '' : `  ${displayName}`}\n`)
    .join('')
  const said =
    settings === undefined
      ? 'The configuration names none of the old ones.'
      : settings.state === 'in-force'
        ? `The configuration in force names the new ones (version ${settings.version}); copy it into your drover.yaml with \`drover config show\`.`
        : `The configuration still names the old ones: ${settings.why} Have a platform-admin run \`drover env rebuild <env> --confirm-ids\`.`
  return `\nConnections have other ids now:\n${ids}${said}\n`
}

function endText({ status }: RebuildReply, paint: Paint): string {
  switch (status.state) {
    case 'running':
      return ''
    case 'waiting':
      return stepsText(status.steps, paint)
    case 'done':
      return status.comparisons
        .map(({ solution, isEqual, notes }) => {
          const word = isEqual ? paint.green('equal') : paint.red('differs')
          return `  ${solution}: ${word}\n${notes.map((note) => `    ${note}\n`).join('')}`
        })
        .join('')
    case 'failed': {
      const reasons = status.refusal.reasons.map(({ subject, message }) => `    ${subject}: ${message}\n`).join('')
      return `  ${paint.red(status.refusal.code)} ${status.refusal.message}\n${reasons}  ${status.refusal.hint}\n`
    }
    case 'errored':
      return `  ${paint.red(status.code)} ${status.message}\n${status.hint === undefined ? '' : `  ${status.hint}\n`}`
    case 'indeterminate':
      return `  ${status.message}\n`
  }
}

function stepsText(steps: readonly HumanStepReply[], paint: Paint): string {
  if (steps.length === 0) return ''
  const each = steps.map(({ who, where, what }) => `  ${paint.bold(who)}, in ${where}:\n    ${what}\n`)
  return `\nFor people to do:\n${each.join('')}`
}

function sourceText(commit: string | undefined): string {
  return commit === undefined ? 'from the newest source, unmanaged' : `from source ${commit.slice(0, 12)}, unmanaged`
}

function stateWords(state: RebuildPlanReply['prerequisites'][number]['state'], paint: Paint): string {
  const words = { there: paint.green('there'), machine: 'Drover', person: paint.yellow('a person'), unknown: 'cannot be told' }
  return words[state]
}

function durationText(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`
  return `${Math.floor(ms / 60_000)} min`
}
