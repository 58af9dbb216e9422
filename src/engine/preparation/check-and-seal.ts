import { checkRules, runChecksInTime } from '#checks'
import type { Artifact } from '#domain/artifact'
import { blockingFindings, evaluateReport } from '#domain/check'
import type { CheckReport } from '#domain/check'
import type { Instant, Refusal } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Release } from '#domain/release'
import { sealRelease } from '#domain/release'
import { makeSettingsTemplate } from '#domain/settings'
import type { Tier } from '#domain/solution'
import { applyOverride } from '#domain/policy'
import { readSolution } from '#format'
import { sealConfigurationData } from '../data/configuration-seal.ts'
import { proposeTier } from '../governance/propose-tier.ts'
import { tierOfSolution } from '../governance/tier-stream.ts'
import { listSealedReleasesOf } from '../queries/releases.ts'
import { waivedNote, waiveReport } from '../waiver/waive-report.ts'
import { closeCarried, describeLine, earlierInLine, refuseVersion } from './judge-lines.ts'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

interface Material {
  readonly unmanaged: Artifact
  readonly managed: Artifact
  readonly commit: string
  readonly unpublished: Release['unpublished']
}

/** Checks the managed artifact as strictly as the tier asks and seals the release, or records the refusal with its report. */
export async function checkAndSeal(run: PreparationRun, material: Material): Promise<void> {
  const configurationData = await sealConfigurationData(run)
  const sealedAt = toId<Instant>(await run.ctx.now())
  await run.ctx.step('check-and-seal', async () => {
    const { model } = await readSolution(await run.deps.artifacts.get(material.managed.digest))
    const wrongLane = await refuseVersion(run, material.managed)
    if (wrongLane !== undefined) {
      await run.record([{ type: 'preparation-refused', data: { refusal: wrongLane, report: undefined }, key: 'ended' }])
      return
    }
    const tier = await tierOfSolution(run.deps, run.way.solution)
    const report = await check(run, { ...material, tier }, model)
    await run.record([noteStep('check', describe(report))])
    const waived = report.verdict === 'pass' ? [] : await waiveReport(run, { report, managed: material.managed })
    if (waived === undefined) {
      await run.record([{ type: 'preparation-refused', data: { refusal: refusalOf(report), report }, key: 'ended' }])
      return
    }
    if (waived.length > 0) await run.record([noteStep('waivers', waivedNote(waived))])
    const release = sealRelease(
      {
        id: run.releaseId,
        solution: material.managed.solution,
        version: material.managed.version,
        tier,
        publisherPrefix: model.manifest.publisher.prefix || undefined,
        platformVersion: model.manifest.platformVersion,
        pipelineId: run.way.pipeline.id,
        managed: material.managed,
        unmanaged: material.unmanaged,
        settingsTemplate: makeSettingsTemplate(model),
        dependencies: model.manifest.missingDependencies,
        report,
        commit: material.commit,
        unpublished: material.unpublished,
        ...(configurationData === undefined ? {} : { configurationData }),
        sealedAt,
        sealedBy: run.requestedBy,
        ...(await describeLine(run, material.unmanaged)),
      },
      (text) => run.deps.hashing.sha256(text),
    )
    await run.record([{ type: 'release-sealed', data: { release }, key: 'ended' }])
    // After the seal: a step that is killed in between is run again, and writes both once.
    await closeCarried(run, release)
    await proposeTier(run.deps, release)
  })
}

async function check(
  run: PreparationRun,
  material: Material & { readonly tier: Tier },
  model: Parameters<typeof runChecksInTime>[0],
): Promise<CheckReport> {
  const { solution } = run.way
  const earlier = await listSealedReleasesOf(run.deps, solution.uniqueName)
  const context = {
    tier: material.tier,
    digest: material.managed.digest,
    earlier: earlierInLine(run, earlier, material.managed).map(({ version, digest }) => ({ version, digest })),
  }
  const policy = applyOverride(run.deps.policy, run.configuration.policy)
  const endsAt = Date.parse(run.deps.clock.now()) + policy.gates.checksWithinSeconds.value * 1000
  const { findings, unfinished } = runChecksInTime(model, context, () => Date.parse(run.deps.clock.now()) > endsAt)
  return evaluateReport({
    solution: solution.uniqueName,
    version: material.managed.version,
    rules: checkRules.map((rule) => rule.id),
    findings,
    unfinished,
    ...(run.deps.version === undefined ? {} : { checkedBy: run.deps.version }),
    failsFrom: policy.tiers[material.tier].checksBlockFrom.value,
  })
}

function describe(report: CheckReport): string {
  const { critical, high, medium, low, informational } = report.counts
  return `${report.verdict}: ${critical} critical, ${high} high, ${medium} medium, ${low} low, ${informational} informational (Drover's own checks, not Microsoft's solution checker).`
}

function refusalOf(report: CheckReport): Refusal {
  const { verdict, unfinished = [] } = report
  if (verdict === 'inconclusive') {
    return {
      code: 'checks.inconclusive',
      message: `The checks of ${report.solution} ${report.version} did not end in time: ${unfinished.join(', ')}. What did not end is no pass.`,
      hint: 'Prepare the release again; if it happens again, look at what is unusually large in the solution.',
      reasons: unfinished.map((rule) => ({ subject: rule, message: 'It came to no end.' })),
    }
  }
  const blocking = blockingFindings(report)
  const rules = [...new Set(blocking.map((finding) => finding.ruleId))]
  return {
    code: rules[0] ?? 'checks.failed',
    message: `The checks refused ${report.solution} ${report.version}: ${rules.join(', ')}.`,
    hint: 'Mend each finding in the development environment, then prepare the release again.',
    reasons: blocking.map((finding) => ({ subject: `${finding.ruleId} ${finding.subject}`, message: finding.message })),
  }
}
