import { describe, expect, it } from 'vitest'
import { diffSolutions, differenceText, type DescribedComponent } from '#domain/difference'
import { writeZip } from '../zip/write-zip.ts'
import { describeCanvasApp } from './canvas-app.ts'
import { canvasUpkeep, studioFact, withUpkeep } from './canvas-app-upkeep.ts'

describe('an app that a newer Studio saved', () => {
  it('is told in one line, beside what its maker changed', async () => {
    const before = await saved({ studio: '3.1', kind: '2.0', text: 'Good morning', features: { old: true, dark: false } })
    const after = await saved({ studio: '3.2', kind: '2.1', text: 'Good evening', features: { new: true, dark: true } })
    expect(differenceText(diffSolutions([before], [after]))).toEqual([
      'canvas app a: feature dark off → on',
      'canvas app a: screen Home: control Title: Text Good morning → Good evening',
      'canvas app a: saved by a newer Studio (3.1 → 3.2): 7 definitions and settings that Studio keeps itself changed',
    ])
  })

  it('has no difference in features that are off, whether a Studio knows them or not', async () => {
    const before = await saved({ studio: '3.1', kind: '2.0', text: 'a', features: {} })
    const after = await saved({ studio: '3.1', kind: '2.0', text: 'a', features: { dark: false } })
    expect(differenceText(diffSolutions([before], [after]))).toEqual([])
  })

  it('has a reason and evidence for all that Studio keeps', () => {
    for (const rule of canvasUpkeep) expect([rule.what, rule.reason, rule.evidence]).not.toContain('')
  })
})

interface Save {
  readonly studio: string
  readonly kind: string
  readonly text: string
  readonly features: Readonly<Record<string, boolean>>
}

async function saved({ studio, kind, text, features }: Save): Promise<DescribedComponent> {
  const title = {
    Name: 'Title',
    Template: { Name: 'label', Version: kind, ComponentDefinitionInfo: { Children: { A: { PublishOrderIndex: kind, Size: kind } } } },
    Rules: [{ Property: 'Text', InvariantScript: text }],
  }
  const home = { Name: 'Home', Template: { Name: 'screen', Version: '1' }, Children: [title] }
  const files = {
    'Header.json': { DocVersion: kind, Options: { Analysis: kind } },
    'Properties.json': {
      AppPreviewFlagsMap: features,
      LocalDatabaseReferences: JSON.stringify({ 'default.cds': { instanceUrl: `https://${kind}.example` } }),
    },
    'Controls/1.json': { TopParent: home },
    'References/Templates.json': { UsedTemplates: [] },
    'References/DataSources.json': { DataSources: [{ Name: 'Permits', Type: 'Table', TableDefinition: kind }] },
  }
  const bytesOf = (file: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(file))
  const zip = await writeZip(Object.entries(files).map(([path, file]) => ({ path, bytes: bytesOf(file) })))
  const facts = [...withUpkeep(await describeCanvasApp(zip)), studioFact(studio)]
  return { kind: 'CanvasApp', key: 'a', displayName: undefined, parent: undefined, facts }
}
