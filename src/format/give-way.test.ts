import { setImmediate as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ComponentPart } from './index.ts'
import { buildManifest, describeSolution, element, emptySkeleton, readPackage, textElement, writePackage } from './index.ts'

describe('taking a large solution apart', () => {
  it('lets others have their turn again and again', async () => {
    const parts = Array.from({ length: 2500 }, (_, at) => choice(`con_choice${at}`))
    const manifest = buildManifest({
      uniqueName: 'Large',
      displayName: 'Large',
      version: '1.0.0.0',
      isManaged: true,
      publisher: { uniqueName: 'contoso', displayName: 'Contoso', prefix: 'con', optionValuePrefix: 10_000 },
      rootComponents: [],
      missingDependencies: [],
    })
    const bytes = await writePackage({ manifest, skeleton: emptySkeleton(), parts, otherFiles: [] })
    const turns = await turnsDuring(async () => describeSolution(await readPackage(bytes)))
    expect(turns).toBeGreaterThanOrEqual(10)
  })
})

/** How often somebody else in the process came to work meanwhile. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false]
  const other = (async () => {
    for (; !isOver; turns++) await pause()
  })()
  await work()
  isOver = true
  await other
  return turns
}

function choice(name: string): ComponentPart {
  const xml = element('optionset', { Name: name }, [textElement('OptionSetType', 'picklist'), element('options')])
  return { kind: 'OptionSet', key: name, displayName: name, parent: undefined, section: ['optionsets'], xml, files: [] }
}
