import { expect } from 'vitest'
import type { PromotionViewReply, RescueReply } from '#contract'
import type { Plan, PlannedComponent } from '#domain/plan'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Hand } from './dataverse.ts'
import { handIn } from './dataverse.ts'
import type { Rehearsal } from './product.ts'
import { approveAll, granted, prepareRelease, productionStage, promote, startStack, testStage } from './product.ts'
import type { Ran } from './run-drover.ts'
import { runDrover } from './run-drover.ts'
import type { Cut, EveryStep, WorkerToKill } from './worker-to-kill.ts'
import { killAtEveryStep, startWorkerToKill } from './worker-to-kill.ts'
import { awaitEnd, rehearseSample } from './world-of-one.ts'

export const solution = 'ContosoInspection'
export const inspection = 'contoso_inspection'

type Release = Awaited<ReturnType<typeof prepareRelease>>
type PromotionId = PromotionViewReply['promotion']['request']['promotionId']

/** The sample on its way into a production where people work; its worker is a process of its own, which can be missing or die. */
export interface PetStage {
  readonly run: Rehearsal
  readonly dev: Hand
  readonly prod: Hand
  /** The command line as that person. */
  drover(who: string, ...args: readonly string[]): Promise<Ran>
  plan(release: Release): Promise<{ readonly plan: Plan; readonly code: number | string }>
  /** What Dev has, as a release that went into Test. */
  release(): Promise<Release>
  /** From Dev into Production, where nobody is asked about data. */
  deploy(): Promise<Release>
  ask(release: Release): Promise<PromotionId>
  /** Grace says yes to what it shows now. */
  approve(promotionId: PromotionId): Promise<void>
  acknowledge(promotionId: PromotionId, loss: string, ceiling: number): Promise<void>
  /** As it ends, which has to be well. */
  succeed(promotionId: PromotionId): Promise<PromotionViewReply>
  show(promotionId: PromotionId): Promise<PromotionViewReply>
  rescues(): Promise<readonly RescueReply[]>
  startWorker(): Promise<void>
  stopWorker(): Promise<void>
  /** One worker after the other dies before and after each step. */
  dieAround(steps: readonly string[]): Promise<void>
  /** One worker after the other dies at each kind of step, until it is over; gives these. There must be no other worker. */
  dieAtEveryStep(of: EveryStep): Promise<readonly string[]>
  /** A worker works until it dies there. */
  dieAt(cut: Cut): Promise<void>
  stop(): Promise<void>
  readonly stack: Awaited<ReturnType<typeof startStack>>['drover']
}

/** `change`: what of the local configuration is otherwise; `clockScale`: how much faster the local environments are than the service. */
export async function openPetStage(
  options: { readonly change?: (configuration: Configuration) => Configuration; readonly clockScale?: number } = {},
): Promise<PetStage> {
  const { change, clockScale = 1 } = options
  const stack = await startStack({ hasWorker: false, clockScale })
  let worker: WorkerToKill | undefined
  const startWorker = async () => void (worker ??= await startWorkerToKill(stack.drover))
  const stopWorker = async () => {
    await worker?.kill()
    worker = undefined
  }
  await startWorker()
  const run = await rehearseSample(stack.drover, 2, change)
  const drover: PetStage['drover'] = async (who, ...args) =>
    runDrover(args, { DROVER_SERVER: stack.drover.url, DROVER_TOKEN: await stack.drover.issueToken(toId(who)) })
  const release = async (): Promise<Release> => {
    const made = await prepareRelease(run, solution)
    await promote(run, { releaseId: made.id, stageId: testStage }, async () => undefined)
    return made
  }
  const dieAt = async (cut: Cut): Promise<void> => {
    const dying = await startWorkerToKill(stack.drover, cut)
    expect(await dying.endsAs(), `the worker died ${cut.phase} ${cut.step}`).toBe('SIGKILL')
  }
  return {
    run,
    stack: stack.drover,
    dev: await handIn(stack.drover, 'dev', 'maker'),
    prod: await handIn(stack.drover, 'prod', 'maker'),
    ...{ drover, release, startWorker, stopWorker },
    async plan({ id }) {
      const ran = await drover('ada', 'plan', id, '--to', productionStage, '--json', '--exit-code')
      return { plan: JSON.parse(ran.stdout).plan, code: ran.code }
    },
    async deploy() {
      const made = await release()
      await promote(run, { releaseId: made.id, stageId: productionStage }, (view) => approveAll(run, view))
      return made
    },
    async ask({ id }) {
      const asked = granted(await (await run.as('ada')).requestPromotion({ releaseId: id, stageId: productionStage }))
      return asked.promotion.request.promotionId
    },
    async approve(promotionId) {
      const grace = await run.as('grace')
      const { unknown } = granted(await grace.loadPromotion({ promotionId }))
      if (unknown.length > 0)
        granted(await grace.acknowledgeUnknown({ promotionId, of: [...unknown], comment: 'Looked at where it runs.' }))
      granted(await grace.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: 'Seen' }))
    },
    async acknowledge(promotionId, subject, ceiling) {
      granted(await (await run.as('grace')).acknowledgeLoss({ promotionId, subject, ceiling, comment: 'Kept elsewhere' }))
    },
    async succeed(promotionId) {
      const view = await awaitEnd(run, promotionId)
      expect(view.promotion.status.state, JSON.stringify(view.promotion.status)).toBe('succeeded')
      return view
    },
    show: async (promotionId) => granted(await (await run.as('grace')).loadPromotion({ promotionId })),
    rescues: async () => granted(await (await run.as('grace')).listRescues({ environment: 'prod' })).rescues,
    async dieAround(steps) {
      for (const step of steps) for (const phase of ['before', 'after'] as const) await dieAt({ step, phase })
    },
    dieAtEveryStep: (of) => killAtEveryStep(stack.drover, of),
    dieAt,
    async stop() {
      await stopWorker()
      await stack.stop()
    },
  }
}

/** All rows of the solution's tables, by table. */
export async function rowsOfSolution(hand: Hand): Promise<Readonly<Record<string, readonly Record<string, unknown>[]>>> {
  const sets = ['contoso_inspections', 'contoso_permits']
  return Object.fromEntries(await Promise.all(sets.map(async (set) => [set, await hand.rows(set)] as const)))
}

/** Rows without some of their columns, for what is meant to differ. */
export function without<T>(
  rows: Readonly<Record<string, readonly Record<string, T>[]>>,
  columns: readonly string[],
): Readonly<Record<string, readonly Record<string, T>[]>> {
  const keep = (row: Record<string, T>) => Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)))
  return Object.fromEntries(Object.entries(rows).map(([set, of]) => [set, of.map(keep)]))
}

/** What a plan says of one component. */
export function planned(plan: Pick<Plan, 'content'>, subject: string): PlannedComponent | undefined {
  return plan.content.find(({ kind, key }) => `${kind}:${key}` === subject)
}

/** Whose layers each component of the solution has in an environment, from the lowest. */
export async function layersOfSolution(hand: Hand): Promise<Readonly<Record<string, readonly string[]>>> {
  const [own] = await hand.rows(`solutions?$select=solutionid&$filter=uniquename eq '${solution}'`)
  const members = await hand.rows(`msdyn_solutioncomponentsummaries?$filter=msdyn_solutionid eq ${String(own?.['solutionid'])}`)
  const layers = members.map(async (member) => {
    const [kind, id] = [String(member['msdyn_componenttypename']), String(member['msdyn_objectid'])]
    const rows = await hand.rows(`msdyn_componentlayers?$filter=msdyn_componentid eq '${id}' and msdyn_solutioncomponentname eq '${kind}'`)
    const sorted = [...rows].sort((a, b) => Number(a['msdyn_order']) - Number(b['msdyn_order']))
    return [`${kind} ${id}`, sorted.map((row) => String(row['msdyn_solutionname']))] as const
  })
  return Object.fromEntries(await Promise.all(layers))
}

/** All that is unmanaged in an environment: each component that has an Active row. */
export async function activeRows(hand: Hand): Promise<readonly string[]> {
  const [own] = await hand.rows("solutions?$select=solutionid&$filter=uniquename eq 'Default'")
  const rows = await hand.rows(`msdyn_solutioncomponentsummaries?$filter=msdyn_solutionid eq ${String(own?.['solutionid'])}`)
  const active = rows.filter((row) => row['msdyn_hasactivecustomization'] === 'True')
  return active.map((row) => `${String(row['msdyn_componenttypename'])} ${String(row['msdyn_objectid'])}`).sort()
}

/** As somebody does in the maker portal: installs a managed file, or updates what is installed. */
export async function importByHand(hand: Hand, file: Uint8Array): Promise<void> {
  const body = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    ImportJobId: crypto.randomUUID(),
    CustomizationFile: Buffer.from(file).toString('base64'),
  }
  await hand.do({ method: 'POST', path: 'ImportSolution', body })
}

/** How a command ends that was refused. */
export const refusedBy = (refusal: string, code = 3) => ({ code, stderr: expect.stringContaining(refusal) as string })
