import type { Finding, Rule } from '#domain/check'
import { compareVersions, versionParts } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import type { CheckContext, CheckRule, EarlierArtifact } from './check-rule.ts'
import { breach } from './check-rule.ts'

const rule: Rule = {
  id: 'STR-12',
  title: 'The version has four parts and rises with every release',
  severity: 'critical',
  why: 'An upgrade is refused unless the version is higher (0x80048541), and two different files under one number make every record of what runs where worthless.',
  fix: 'Raise the version of the solution in its development environment and export it again; Drover does it by itself where `versioning: raise` is set.',
  source: 'Microsoft Learn: update solutions; requirement STR-12',
}

export const risingVersion: CheckRule = { rule, evaluate }

function evaluate(model: SolutionModel, context: CheckContext): readonly Finding[] {
  return [...judgeForm(model), ...judgeBytes(model, context), ...judgeRise(model, context)]
}

function judgeForm(model: SolutionModel): Finding[] {
  const { uniqueName, version } = model.manifest
  const parts = versionParts(version).length
  if (parts === 4) return []
  return [
    breach(rule, {
      subject: uniqueName,
      severity: 'medium',
      message: `Version ${version} has ${parts} of four parts; the platform reads the missing ones as 0.`,
    }),
  ]
}

function judgeBytes(model: SolutionModel, context: CheckContext): Finding[] {
  const { uniqueName, version } = model.manifest
  const other = (context.earlier ?? []).find((one) => compareVersions(one.version, version) === 0 && one.digest !== context.digest)
  if (other === undefined || context.digest === undefined) return []
  return [
    breach(rule, {
      subject: uniqueName,
      message: `Version ${version} already exists with other bytes${place(other)}: that file is ${other.digest}, this one ${context.digest}.`,
    }),
  ]
}

function judgeRise(model: SolutionModel, context: CheckContext): Finding[] {
  const { uniqueName, version } = model.manifest
  const higher = (context.earlier ?? []).filter((one) => compareVersions(one.version, version) > 0)
  const highest = higher.sort((a, b) => compareVersions(b.version, a.version))[0]
  if (highest === undefined) return []
  return [
    breach(rule, {
      subject: uniqueName,
      message: `Version ${version} does not rise: ${highest.version} came before it${place(highest)}.`,
    }),
  ]
}

function place(artifact: EarlierArtifact): string {
  return artifact.stage === undefined ? '' : ` (${artifact.stage})`
}
