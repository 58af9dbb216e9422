import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEmulatorControl } from '../../src/app/emulator-control.ts'
import { handMade } from '../conformance/hand-made.ts'
import { renameView } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { activeRows, importByHand, inspection, layersOfSolution, openPetStage, planned, refusedBy, solution } from '../support/pet-stage.ts'
import { loadLocalSecret, until } from '../support/product.ts'

/* One production that lives on: each chapter goes on from where the one before ended. */
describe('releases into a production where people change things by hand', () => {
  let pet: PetStage
  let views: readonly string[]

  beforeAll(async () => {
    pet = await openPetStage()
    await pet.deploy()
    const rows = await pet.prod.rows(`savedqueries?$select=savedqueryid&$filter=returnedtypecode eq '${inspection}'`)
    views = rows.map((row) => String(row['savedqueryid'])).sort()
  })
  afterAll(() => pet?.stop())

  const view = (at: number) => ({ table: inspection, id: views[at] ?? '' })
  const keyOf = (at: number): string => `SavedQuery:${view(at).id}`

  async function nameInProd(at: number): Promise<unknown> {
    return (await pet.prod.rows(`savedqueries?$select=name&$filter=savedqueryid eq ${view(at).id}`))[0]?.['name']
  }

  it('say which change will not show, because a change by hand is above it, and so it is', async () => {
    await renameView(pet.prod, view(1), 'As production calls it')
    await touchWithoutChange(view(2).id)
    await renameView(pet.dev, view(1), 'As Dev calls it')
    await renameView(pet.dev, view(2), 'Shows at once')
    const release = await pet.release()
    const { plan, code } = await pet.plan(release)
    expect(code).toBe(7)
    expect(planned(plan, keyOf(1))).toMatchObject({ effect: 'hide', winner: 'Active', certainty: 'known' })
    expect(planned(plan, keyOf(2))).toMatchObject({ effect: 'change', certainty: 'known' })
    const told = await pet.drover('ada', 'plan', release.id, '--to', 'prod')
    expect(told.stdout).toMatch(/Will not show\n.*will not show, because a change by hand \(the unmanaged layer\) is above it and wins/)
    const asked = await pet.ask(release)
    await pet.approve(asked)
    await pet.succeed(asked)
    expect([await nameInProd(1), await nameInProd(2)]).toEqual(['As production calls it', 'Shows at once'])
  })

  it('are asked about anew when what they touch is edited before the approval', async () => {
    await renameView(pet.dev, view(3), 'Third')
    const asked = await pet.ask(await pet.release())
    await renameView(pet.prod, view(3), 'Edited before the approval')
    const approve = (...more: readonly string[]) => pet.drover('grace', 'promotion', 'approve', asked, ...more)
    expect(await approve()).toMatchObject(refusedBy('promotion.plan-changed'))
    const { promotion, seen } = await pet.show(asked)
    expect(promotion.renewed?.differences.map(({ subject }) => subject)).toEqual([expect.stringContaining(view(3).id)])
    expect(await approve(), 'it was not said which plan was looked at').toMatchObject(refusedBy('promotion.plan-changed'))
    expect(await approve('--seen', seen)).toMatchObject({ code: 0, stderr: '' })
    await pet.succeed(asked)
    expect(await nameInProd(3)).toBe('Edited before the approval')
  })

  it('never overwrite an edit between approval and attempt: people are asked about that alone', async () => {
    await renameView(pet.dev, view(4), 'Fourth')
    const release = await pet.release()
    await pet.stopWorker()
    const asked = await pet.ask(release)
    await pet.approve(asked)
    expect((await pet.show(asked)).promotion.status.state).toBe('running')
    await renameView(pet.prod, view(4), 'Edited after the approval')
    await pet.startWorker()
    const waiting = await until(
      () => pet.show(asked),
      ({ promotion }) => promotion.status.state !== 'running',
    )
    expect(waiting.promotion.status.state).toBe('pending')
    expect(waiting.promotion.renewed?.differences).toEqual([
      { subject: expect.stringContaining(view(4).id) as string, message: 'It was to be changed and is now hidden by a change by hand.' },
    ])
    expect(waiting.gates.find(({ kind }) => kind === 'approval')?.state).toBe('pending')
    expect((await pet.drover('grace', 'promotion', 'show', asked)).stdout).toMatch(/Changed since[^]*is now hidden by a change by hand/)
    const [installed] = await pet.prod.rows(`solutions?$select=version&$filter=uniquename eq '${solution}'`)
    expect(installed?.['version']).not.toBe(release.version)
    expect(await nameInProd(4)).toBe('Edited after the approval')
    await pet.approve(asked)
    await pet.succeed(asked)
    expect(await nameInProd(4)).toBe('Edited after the approval')
  })

  it('are not asked about anew when a neighbour is deployed', async () => {
    const release = await pet.release()
    const asked = await pet.ask(release)
    const neighbour = async (version: string) =>
      importByHand(pet.prod, await handMade({ name: 'Neighbour', version, isManaged: true, tables: [{ name: 'hand_boat' }] }))
    await neighbour('1.0.0.0')
    await pet.stopWorker()
    await pet.approve(asked)
    await neighbour('1.0.0.1')
    await pet.startWorker()
    const ended = await pet.succeed(asked)
    expect([ended.promotion.renewed, ended.promotion.earlierAttempts]).toEqual([undefined, []])
  })

  it('leave no layer of ours in ten promotions in a row, but those by design', async () => {
    const before = { layers: await layersOfSolution(pet.prod), active: await activeRows(pet.prod) }
    for (let nth = 1; nth <= 10; nth += 1) {
      await renameView(pet.dev, view(2), `The ${nth}th`)
      await pet.deploy()
    }
    expect(await nameInProd(2)).toBe('The 10th')
    expect({ layers: await layersOfSolution(pet.prod), active: await activeRows(pet.prod) }).toEqual(before)
    // Values of environment variables are unmanaged rows by design; the rest was made by hand in the chapters above.
    const byHand = views.slice(1).map((id) => `SavedQuery ${id}`)
    expect(before.active.filter((row) => !byHand.includes(row) && !row.startsWith('EnvironmentVariableValue '))).toEqual([])
    const brought = await pet.prod.rows(
      "solutions?$select=uniquename&$filter=startswith(uniquename,'Drover') or endswith(uniquename,'_Upgrade')",
    )
    expect(brought).toEqual([])
  })

  /** An Active row without a change, as most of a real environment has. */
  async function touchWithoutChange(id: string): Promise<void> {
    const control = createEmulatorControl(pet.stack.platformUrl, await loadLocalSecret(pet.stack.workspace, 'emulator-admin'))
    const made = await control.send('POST', '/environments/prod/phantom-rows', { components: [{ type: '26', id }] })
    expect(((await made.json()) as { components: readonly string[] }).components).toHaveLength(1)
  }
})
