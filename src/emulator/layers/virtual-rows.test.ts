import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { element } from '#format'
import type { TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { openTestEnvironments, solutionFile } from '../../../test/support/emulated-environment.ts'
import { fixedDefinitions } from '../tables/virtual-tables.ts'
import { componentLayers } from './virtual-rows.ts'

const id = '0d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0001'

let environments: TestEnvironments
let dev: TestEnvironment

beforeAll(async () => {
  environments = await openTestEnvironments()
  dev = await environments.open('dev')
  const file = await solutionFile({ isManaged: true, parts: [dashboard()], roots: [{ type: '60', id, behavior: 0 }] })
  await dev.finish('ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile: file,
    ImportJobId: crypto.randomUUID(),
  })
})
afterAll(() => environments.close())

function dashboard(): ComponentPart {
  const xml = element('Dashboard', {}, [
    element('FormId', {}, [`{${id}}`]),
    element('LocalizedNames', {}, [element('LocalizedName', { description: 'Overview', languagecode: '1033' })]),
  ])
  return { kind: 'Dashboard', key: id, displayName: 'Overview', parent: undefined, section: ['Dashboards'], xml, files: [] }
}

describe('the layer table', () => {
  it('has dashboards under the name of forms, whose number they share', () => {
    const rows = dev.ctx.env.read((tx) => componentLayers(tx, 'SystemForm', id))
    expect(rows.map((row) => [row['msdyn_solutioncomponentname'], row['msdyn_solutionname']])).toEqual([['SystemForm', 'Sample']])
  })

  it('has nothing of them under any other name', () => {
    expect(dev.ctx.env.read((tx) => componentLayers(tx, 'Dashboard', id))).toEqual([])
  })
})

describe('solutioncomponentdefinitions', () => {
  it('have one row for each number', () => {
    const numbers = fixedDefinitions().map((row) => row['solutioncomponenttype'])
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(fixedDefinitions().find((row) => row['solutioncomponenttype'] === 60)?.['name']).toBe('SystemForm')
  })
})
