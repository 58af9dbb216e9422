import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Organisation } from '../conformance/organisation.ts'
import { openLocal } from '../conformance/organisation.ts'
import type { CorpusSolution } from '../support/corpus.ts'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import { disagreements } from './chains/compare.ts'
import { bringIn, changeByHand, createPlanner, exportedManaged, fillTables, patient, prepareFor } from './chains/environment.ts'
import { reduced, restamped } from './chains/files.ts'
import { lookAround } from './chains/seen.ts'

const nonprofit = 'MicrosoftDynamics365NonprofitAccelerator'
/** Every managed solution takes minutes; without DROVER_CHAINS=all the twins that are not large are enough. */
const playsAll = process.env['DROVER_CHAINS'] === 'all'
const has = (solution: string): boolean => corpusSolutions.some((one) => one.solution === solution)

describe.skipIf(!has('PermitManagement'))(`what is forecast for versions of real solutions (${whyNoCorpus} when skipped)`, () => {
  let organisation: Organisation
  beforeAll(async () => {
    organisation = patient(await openLocal({ clockScale: 1000, limits: 'off' }))
  })
  afterAll(() => organisation.close())

  it('PermitManagement 1.0.0.0 → 1.0.0.2 → 1.0.0.3', async () => {
    const files = versionsOf('PermitManagement', false).map((one) => one.read())
    expect(await playChain(organisation, await exportedManaged(organisation, 'PermitManagement', files))).toEqual([])
  })

  it('PL400Demos 1.0.3 → … → 1.0.24, with changes by hand on top', async () => {
    const files = versionsOf('PL400Demos', false).map((one) => one.read())
    expect(await playChain(organisation, await exportedManaged(organisation, 'PL400Demos', files), { byHand: 40 })).toEqual([])
  })

  it('Nonprofit 1.0 → 1.1 → 2.0, with changes by hand on top', async () => {
    const files = versionsOf(nonprofit, true).map((one) => one.read())
    expect(await playChain(organisation, files, { byHand: 40 })).toEqual([])
  })

  it('Nonprofit after an update that left components behind', async () => {
    const [, old, current] = versionsOf(nonprofit, true).map((one) => one.read())
    if (old === undefined || current === undefined) throw new Error('The corpus has no three versions.')
    const files = [
      current,
      await restamped(old, '3.0.0.0'),
      await restamped(current, '4.0.0.0'),
      await restamped(old, '5.0.0.0'),
      await restamped(old, '6.0.0.0'),
    ]
    expect(await playChain(organisation, files, { updates: [1, 3] })).toEqual([])
  })

  const played = corpusSolutions
    .filter((one) => one.isManaged && (playsAll || (isTwin(one) && one.read().length <= 300_000)))
    .map((managed) => ({ name: managed.name, managed }))
  it.for(played)('$name: the same again, less of it, and all of it again', async ({ managed }) => {
    const file = managed.read()
    const less = await reduced(file, '90.2.0.0', 3)
    const files = [file, await restamped(file, '90.1.0.0'), less, await restamped(file, '90.3.0.0')]
    expect(await playChain(organisation, files)).toEqual([])
  })
})

function isTwin(one: CorpusSolution): boolean {
  return corpusSolutions.some((other) => !other.isManaged && other.solution === one.solution && other.version === one.version)
}

function versionsOf(solution: string, isManaged: boolean): readonly CorpusSolution[] {
  const found = corpusSolutions.filter((one) => one.solution === solution && one.isManaged === isManaged)
  const numbers = (version: string): number[] => version.split('.').map(Number)
  const sorted = found.toSorted((a, b) => {
    const [x, y] = [numbers(a.version), numbers(b.version)]
    return x.map((n, at) => n - (y[at] ?? 0)).find((difference) => difference !== 0) ?? 0
  })
  return sorted.filter((one, at) => one.version !== sorted[at - 1]?.version)
}

/** Brings in the first, and each further one as its plan says, with rows in every table; what came otherwise than it was forecast. */
async function playChain(
  organisation: Organisation,
  files: readonly Uint8Array[],
  {
    byHand = 0,
    updates = [],
  }: {
    /** How many components of each sort are changed by hand after each version. */
    readonly byHand?: number
    /** Positions of the files that are brought in as updates, whatever the plan says, so that they leave behind what they no longer have. */
    readonly updates?: readonly number[]
  } = {},
): Promise<readonly string[]> {
  await organisation.control?.('POST', 'environments/dev/reset')
  for (const file of files) await prepareFor(organisation, file)
  const plan = createPlanner(organisation)
  const wrong: string[] = []
  const changed = new Set<string>()
  let installed: Uint8Array | undefined
  for (const [at, file] of files.entries()) {
    if (updates.includes(at)) {
      const update = await bringIn(organisation, file, 'update')
      expect(update, String(update['message'])).toMatchObject({ statuscode: 30 })
      installed = file
      continue
    }
    const planned = await plan(file, installed)
    const before = await lookAround(organisation)
    const operation = await bringIn(organisation, file, planned.mode)
    const after = await lookAround(organisation)
    const blockers = planned.blockers.map(({ message }) => message)
    if ((operation['statuscode'] === 30) !== (blockers.length === 0))
      wrong.push(`${at}: forecast ${blockers.join()}, and it ended ${operation['statuscode']} ${operation['message']}`)
    else wrong.push(...disagreements(planned, { before, after, byHand: changed }).map((one) => `${at} ${one}`))
    if (operation['statuscode'] === 30) installed = file
    await fillTables(organisation)
    if (byHand > 0) for (const id of await changeByHand(organisation, byHand)) changed.add(id)
  }
  return wrong
}
