import type { PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, DroverError, refuse } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { Promotion, ReportedVerdict } from '#domain/promotion'
import { judgeReport } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { TestReport } from '#format'
import { joinTestReports, readTestReport } from '#format'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { decideApproval } from '../promotion/decide.ts'
import { findPlaceBefore } from '../promotion/place-before.ts'
import { loadPromotionStream } from '../promotion/stream.ts'
import type { DeploymentRecord } from '../summaries.ts'
import { deploymentId } from '../summaries.ts'

export interface TestReportCommand {
  readonly promotionId: PromotionId
  readonly gate: PeopleGateKind
  /** In the form of JUnit, as they were written. */
  readonly reports: readonly { readonly name: string; readonly xml: string }[]
  /** The command that was run; absent of reports that were only handed in. */
  readonly command?: string | undefined
  readonly comment: string
  /** Hash of the plan that the person looked at. */
  readonly seen?: string | undefined
  readonly actor: PersonId
}

/**
 * Takes a report of tests as the word at a gate that such reports open: green is a yes, and a failure is a no, which ends the promotion. The
 * report is kept by its digest before anything is recorded of it.
 */
export async function reportTests(deps: EngineDependencies, command: TestReportCommand): Promise<Result<PromotionView>> {
  const stream = await loadPromotionStream(deps.ledger, command.promotionId)
  if (stream === undefined)
    return refuse('promotion.unknown', `There is no promotion "${command.promotionId}".`, 'List them with `drover promotion list`.')
  const { request } = stream.promotion
  const release = await deps.readModel.load<Release>('release', request.releaseId)
  if (release === undefined) throw new DroverError('release.unknown', `The ledger holds no release ${request.releaseId}.`)
  const elsewhere = await refuseOther(deps, stream.promotion, release)
  if (elsewhere !== undefined) return elsewhere
  const judged = await judge(deps, command, release)
  if (!judged.ok) return judged
  const { verdict, evidence, reasons } = judged.value
  const told = reasons.map(({ subject, message }) => `${subject}: ${message}`).join('; ')
  const comment = [command.comment.trim(), verdict === 'reject' ? told : ''].filter((part) => part !== '').join(' · ')
  return decideApproval(deps, {
    ...{ promotionId: command.promotionId, gate: command.gate, actor: command.actor, seen: command.seen },
    ...{ verdict, evidence, comment: comment.slice(0, 4000) },
    // Tests are of one artifact, also where its release travels with others.
    ...(request.train === undefined ? {} : { trainId: request.train.trainId }),
  })
}

/** Tests tell of what runs where they ran: the stage before has to hold the bytes of this release. */
async function refuseOther(
  deps: EngineDependencies,
  { request }: Promotion,
  { managed, unmanaged }: Release,
): Promise<ReturnType<typeof refuse> | undefined> {
  const current = await loadConfiguration(deps)
  const before = current === undefined ? undefined : await findPlaceBefore(deps, current.configuration, request)
  if (before === undefined) return undefined
  const there = await deps.readModel.load<DeploymentRecord>('deployment', deploymentId(before.id, request.solution))
  if (there !== undefined && [managed.digest, unmanaged.digest].includes(there.digest)) return undefined
  const what = there === undefined ? `has no ${request.solution}` : `has ${there.solution} ${there.version} (release ${there.releaseId})`
  return refuse(
    'tests.other-artifact',
    `${before.name} ${what}, so tests there say nothing of ${request.solution} ${request.version}.`,
    `Promote release ${request.releaseId} into ${before.name} again, and run the tests there.`,
  )
}

async function judge(deps: EngineDependencies, command: TestReportCommand, release: Release): Promise<Result<ReportedVerdict>> {
  const files = command.reports.map(({ name, xml }) => ({ name, bytes: new TextEncoder().encode(xml) }))
  const read = readAll(files)
  if (!read.ok) return read
  const report = await deps.artifacts.put(keptAs(files.map(({ bytes }) => bytes)))
  return judgeReport({ ...read.value, report, command: command.command }, { release, now: deps.clock.now() })
}

function readAll(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Result<TestReport> {
  try {
    return accept(joinTestReports(files.map(({ name, bytes }) => readTestReport(bytes, name))))
  } catch (error) {
    if (!(error instanceof DroverError) || error.code !== 'tests.unreadable') throw error
    return refuse(error.code, error.message, error.hint ?? "Hand in a report in JUnit's form.")
  }
}

/** One report as it was handed in; several one after the other, each on lines of its own. */
function keptAs(reports: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = reports
  if (only !== undefined && others.length === 0) return only
  const decoder = new TextDecoder()
  return new TextEncoder().encode(reports.map((bytes) => decoder.decode(bytes)).join('\n'))
}
