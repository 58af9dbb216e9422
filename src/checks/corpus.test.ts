import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { evaluateReport } from '#domain/check'
import type { Digest } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import { readSolution } from '#format'
import { corpusSolutions, whyNoCorpus } from '../../test/support/corpus.ts'
import { checkRules, runChecks, toSarif } from './index.ts'
import { findCredentials } from './literals/credentials.ts'

const ruleIds = checkRules.map((rule) => rule.id)

describe.skipIf(corpusSolutions.length === 0)(`the rules on real solutions (${whyNoCorpus} when skipped)`, () => {
  it.each(corpusSolutions)('judge $name soundly', async ({ read }) => {
    const { model, digest } = await load(read())
    const findings = runChecks(model, { tier: 2, digest })
    expect(runChecks(model, { tier: 2, digest })).toEqual(findings)

    const report = evaluateReport({
      solution: model.manifest.uniqueName,
      version: model.manifest.version,
      rules: ruleIds,
      findings,
      failsFrom: 'critical',
    })
    expect(JSON.stringify(toSarif(report, 2))).toContain(`"verdict":"${report.verdict}"`)

    const places = new Set([...model.texts.map((text) => text.path), ...model.environmentVariables.flatMap(variableFiles)])
    for (const finding of findings) {
      expect(ruleIds).toContain(finding.ruleId)
      expect(finding.subject).not.toBe('')
      expect(findCredentials(finding.message)).toEqual([])
      if (finding.path !== undefined) expect(places).toContain(finding.path)
    }
  })

  it('refuse at Tier 2 only what carries a credential', async () => {
    const refused: string[] = []
    for (const { name, read } of corpusSolutions) {
      const { model, digest } = await load(read())
      const critical = runChecks(model, { tier: 2, digest }).filter((finding) => finding.severity === 'critical')
      for (const finding of critical) if (!model.manifest.isManaged) refused.push(`${name}: ${finding.ruleId} ${finding.message}`)
    }
    // A topic of its agent plays a file by a shared access address, signature included.
    expect(refused).toEqual([
      expect.stringMatching(/^PlaySecureAudioFilefromPVA_1_0_0_1: STR-08 .*PlayAudio.*holds the signature of a shared access address\.$/),
    ])
  })

  it('tell apart two files under one version', async () => {
    const twins = corpusSolutions.filter(({ name }) => name.startsWith('PL400Demos_1_0_17_0'))
    expect(twins).toHaveLength(2)
    const [first, second] = await Promise.all(twins.map(({ read }) => load(read())))
    if (first === undefined || second === undefined) throw new Error('two files were counted')
    const earlier = [{ version: first.model.manifest.version, digest: first.digest }]
    expect(criticalRules(second.model, { digest: second.digest, earlier })).toEqual(['STR-12'])
    expect(criticalRules(first.model, { digest: first.digest, earlier })).toEqual([])
  })
})

async function load(bytes: Uint8Array): Promise<{ model: SolutionModel; digest: Digest }> {
  const { model } = await readSolution(bytes)
  return { model, digest: toId(`sha256:${createHash('sha256').update(bytes).digest('hex')}`) }
}

function criticalRules(model: SolutionModel, context: Omit<Parameters<typeof runChecks>[1], 'tier'>): string[] {
  return runChecks(model, { tier: 2, ...context }).flatMap((finding) => (finding.severity === 'critical' ? [finding.ruleId] : []))
}

function variableFiles({ schemaName }: { readonly schemaName: string }): string[] {
  const folder = `environmentvariabledefinitions/${schemaName}`
  return [`${folder}/environmentvariabledefinition.xml`, `${folder}/environmentvariablevalues.json`]
}
