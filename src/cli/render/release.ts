import type { ReleaseReply, ReleaseViewReply } from '#contract'
import type { Paint } from './paint.ts'
import { refusalText } from './refusal.ts'
import { shortDigest, stateText, timeText } from './words.ts'

/** A release for people: how it was prepared, what is in it, and what the stages have to provide. */
export function releaseText({ preparation, release }: ReleaseViewReply, paint: Paint): string {
  const { status } = preparation
  const head = `${paint.bold(`${preparation.solution}${release === undefined ? '' : ` ${release.version}`}`)}  ${stateText(status.state, paint)}  ${preparation.releaseId}\n`
  const steps = preparation.steps.map((step) => `  ${paint.green('✔')} ${step.name}: ${step.note}\n`)
  const end = status.state === 'refused' ? refusalText(status.refusal, paint) : ''
  const broke = status.state === 'errored' ? refusalText({ ...status, hint: status.hint ?? '', reasons: [] }, paint) : ''
  return `${head}${steps.join('')}${end}${broke}${release === undefined ? '' : sealedText(release, paint)}`
}

function sealedText(release: ReleaseReply, paint: Paint): string {
  const { settingsTemplate: needs, report } = release
  const lines = [
    `  tier       ${release.tier}`,
    `  managed    ${shortDigest(release.managed.digest)}  ${release.managed.size} bytes`,
    `  unmanaged  ${shortDigest(release.unmanaged.digest)}  ${release.unmanaged.size} bytes`,
    `  commit     ${release.commit}`,
    `  sealed     ${timeText(release.sealedAt)}`,
    `  checks     ${stateText(report.verdict, paint)}, ${report.findings.length} findings`,
  ]
  const wants = [
    ...needs.environmentVariables.map((variable) => `  value for ${variable.schemaName}${variable.hasDefault ? ' (has a default)' : ''}`),
    ...needs.connectionReferences.map((reference) => `  connection for ${reference.logicalName}`),
    ...needs.flows.map((flow) => `  flow ${flow.name}: ${flow.desired}`),
  ]
  const needed = wants.length === 0 ? '' : `\n${paint.bold('What each stage provides')}\n${wants.join('\n')}\n`
  return `\n${lines.join('\n')}\n${needed}`
}
