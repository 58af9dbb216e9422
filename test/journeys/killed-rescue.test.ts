import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addColumn, addRows, removeColumn } from '../support/makers.ts'
import type { PetStage } from '../support/pet-stage.ts'
import { inspection, openPetStage, rowsOfSolution, solution, without } from '../support/pet-stage.ts'

const timeoutMs = 240_000
const loss = `Attribute:${inspection}.contoso_weather`
const values = 300

/* Each worker takes over from the dead one before it, comes as far as the next cut, and dies there. */
describe('a worker killed with -9 in the middle of an upgrade that destroys data', () => {
  let pet: PetStage

  beforeAll(async () => {
    pet = await openPetStage()
    await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Weather' })
    await pet.deploy()
    const rows = Array.from({ length: values }, (_, nth) => ({ contoso_name: `Inspection ${nth}`, contoso_weather: `weather ${nth}` }))
    await addRows(pet.prod, 'contoso_inspections', rows)
  }, timeoutMs)
  afterAll(() => pet?.stop())

  it(
    'before and after each step of the rescue and of the import: nothing is lost, and nothing is done twice',
    async () => {
      const before = await rowsOfSolution(pet.prod)
      await removeColumn(pet.dev, { table: inspection, name: 'contoso_Weather' })
      const release = await pet.release()
      const asked = await pet.ask(release)
      await pet.stopWorker()
      await pet.acknowledge(asked, loss, values)
      await pet.approve(asked)
      await pet.dieAround(['rescue-look', 'rescue', 'rescue-compare', 'rescue-record', 'start-import', 'read-import-result'])
      await pet.startWorker()
      const ended = await pet.succeed(asked)
      expect(ended.promotion.rescues).toMatchObject([{ items: [{ table: inspection, columns: ['contoso_weather'], rows: values }] }])
      const jobs = await pet.prod.rows(`importjobs?$select=data&$filter=solutionname eq '${solution}'`)
      expect(jobs.filter(({ data }) => String(data).includes(`<Version>${release.version}</Version>`))).toHaveLength(1)
      expect(await rowsOfSolution(pet.prod)).toEqual(without(before, ['contoso_weather']))

      const [saved, ...others] = await pet.rescues()
      expect(others).toEqual([])
      const files = await readdir(pet.stack.workspace.rescues, { recursive: true, withFileTypes: true })
      const kept = files.filter((file) => file.isFile() && !file.parentPath.endsWith('names')).map((file) => file.name)
      expect(kept).toEqual([expect.stringContaining(saved?.rescue.items[0]?.digest.slice(-60) ?? 'none')])

      await addColumn(pet.dev, solution, { table: inspection, name: 'contoso_Weather' })
      await pet.deploy()
      const restored = await pet.drover('grace', 'rescue', 'restore', saved?.rescue.id ?? '', '--wait')
      expect([restored.code, restored.stderr]).toEqual([0, expect.any(String) as string])
      const byTouch = ['@odata.etag', 'versionnumber', 'modifiedon', '_modifiedby_value']
      expect(without(await rowsOfSolution(pet.prod), byTouch)).toEqual(without(before, byTouch))
    },
    timeoutMs,
  )
})
