import { describe, expect, it } from 'vitest'
import type { Fact } from '#domain/difference'
import { readCanvasApp } from '../canvas/read-canvas-app.ts'
import { canvasSources, isCanvasSource } from '../canvas/canvas-sources.ts'
import { inspectCanvasApps } from '../canvas/inspect-canvas-apps.ts'
import { writeZip } from '../zip/write-zip.ts'
import { describeCanvasApp } from './canvas-app.ts'

type Files = Record<string, unknown>

describe('a canvas app, compared by its facts', () => {
  it('tells which formula of which control changed', async () => {
    expect(await difference(sample(), changed(sample(), 'Controls/4.json', home('Navigate(Details)')))).toEqual([
      '- screen/Home/control/Go/property/OnSelect | screen Home: control Go: OnSelect | Back()',
      '+ screen/Home/control/Go/property/OnSelect | screen Home: control Go: OnSelect | Navigate(Details)',
    ])
  })

  it('tells new screens, data sources and connections, each with all else about it under its path', async () => {
    const after = changed(sample(), 'Controls/9.json', { TopParent: control('Details', 'screen', []) })
    after['References/DataSources.json'] = {
      DataSources: [{ Name: 'Permits', Type: 'NativeCDSDataSourceInfo', LogicalName: 'contoso_permit' }],
    }
    const mail = { connectionRef: { id: '/providers/apis/shared_office365', displayName: 'Office 365' } }
    after['Properties.json'] = { Name: 'Inspector', LocalConnectionReferences: JSON.stringify({ 'some-id': mail }) }
    const added = (await difference(sample(), after)).filter((line) => !line.includes('editor state'))
    expect(
      added
        .filter((line) => line.startsWith('+'))
        .filter((line) => !/\/(setting|kind|version|connectionRef|key|LogicalName|Name)/.test(line)),
    ).toEqual([
      '+ connection/shared_office365 | connection shared_office365 | Office 365',
      '+ data source/Permits | data source Permits | NativeCDSDataSourceInfo',
      '+ screen/Details | screen Details | screen',
      '+ screens | order of screens | Details\nHome',
    ])
  })

  it('tells in one line how controls lie upon another, not by the numbers that say it', async () => {
    const renumbered = JSON.parse(JSON.stringify(sample()).replaceAll('"InvariantScript":"2"', '"InvariantScript":"7"')) as Files
    expect(await difference(sample(), renumbered)).toEqual([])
    const swapped = JSON.parse(JSON.stringify(sample()).replaceAll('"InvariantScript":"2"', '"InvariantScript":"0"')) as Files
    expect(await difference(sample(), swapped)).toEqual([
      '- screen/Home/order | screen Home: order of its controls | Title\nGo',
      '+ screen/Home/order | screen Home: order of its controls | Go\nTitle',
    ])
  })

  it('sees no difference between two saves of one app', async () => {
    const saved = sample()
    saved['Header.json'] = { DocVersion: '1.400', LastSavedDateTimeUTC: '02/02/2026 02:02:02' }
    saved['Properties.json'] = { AnalysisLoadTime: 9, ControlCount: { button: 7 }, Name: 'Inspector' }
    saved['checksum.json'] = { ServerStampedChecksum: 'C8_other' }
    saved['AppCheckerResult.sarif'] = { runs: [] }
    const renamed = Object.fromEntries(Object.entries(saved).map(([path, file]) => [path.replace('4.json', '17.json'), file]))
    const restamped = JSON.parse(JSON.stringify(renamed).replaceAll('"PublishOrderIndex":1', '"PublishOrderIndex":8')) as Files
    expect(await difference(sample(), restamped)).toEqual([])
  })

  it('has the same facts whatever the order of its files, their formatting, and the slashes in their names', async () => {
    const [, ...parts] = Object.entries(sample()).toReversed()
    const first = Object.entries(sample()).at(-1)
    const turned = Object.fromEntries([...(first === undefined ? [] : [first]), ...parts])
    expect(await describeCanvasApp(await zip(turned, 4))).toEqual(await describeCanvasApp(await zip(sample())))
  })

  it('tells what only the editor reads as one fact', async () => {
    const after = JSON.parse(JSON.stringify(sample()).replaceAll('"Category":"Behavior"', '"Category":"Design"')) as Files
    expect((await difference(sample(), after)).map((line) => line.split(' | ')[1])).toEqual(
      Array(2).fill('state of the editor, nothing of the app itself'),
    )
  })

  it('tells pictures and unknown files by their bytes', async () => {
    const lines = await difference(sample(), { ...sample(), 'Assets/Images/logo.png': new Uint8Array([1, 2]) })
    expect(lines).toMatchObject([expect.stringContaining('file Assets/Images/logo.png')])
  })

  it('says once what the readable sources and the JSON beside them say alike, and both where they differ', async () => {
    const both = { ...sample(), 'Src/Home.pa.yaml': paYaml('Back()') }
    const count = (facts: readonly Fact[]): number => facts.filter((fact) => fact.value === 'Back()').length
    expect(count(await describeCanvasApp(await zip(both)))).toBe(1)
    const lines = await difference(both, { ...sample(), 'Src/Home.pa.yaml': paYaml('Exit()') })
    expect(lines).toContain('+ screen/Home/control/Go/property/OnSelect | screen Home: control Go: OnSelect | Exit()')
    expect(lines).toContain('+ screen/Home/control/Go/property/OnSelect/as stored | screen Home: control Go: OnSelect, as stored | Back()')
  })

  it('is one fact by its bytes when it cannot be read, and the file that cannot when only one', async () => {
    const broken = await describeCanvasApp(new Uint8Array([1, 2, 3]))
    expect(broken).toMatchObject([{ path: 'msapp', shape: 'digest' }])
    expect(await describeCanvasApp(new Uint8Array([1, 2, 4]))).not.toEqual(broken)
    const lines = await difference(sample(), { ...sample(), 'Src/Home.pa.yaml': new TextEncoder().encode('a: [') })
    expect(lines).toMatchObject([expect.stringContaining('file Src/Home.pa.yaml')])
  })

  it('has other facts when any value of its files changes that is no noise', async () => {
    const noise =
      /^(checksum|AppChecker|Header)|LoadTime|ControlCount|PublishOrderIndex|ControlUniqueId|\/Index$|LastModifiedTimestamp|AppPreviewFlagsMap/
    const before = await describeCanvasApp(await zip(rich()))
    const values = valuesIn(rich()).filter((path) => !noise.test(path.join('/')))
    expect(values.length).toBeGreaterThan(60)
    for (const path of values) {
      for (const isRetyped of [false, true]) {
        const after = await describeCanvasApp(await zip(mutated(rich(), path, isRetyped) as Files))
        expect(after, `${path.join('/')}, ${isRetyped ? 'retyped' : 'changed'}`).not.toEqual(before)
      }
    }
  })
})

describe('reading a canvas app', () => {
  it('gives screens, controls and formulas, from the JSON of older files and from the readable sources of newer ones', async () => {
    const old = await readCanvasApp(await zip(sample()), 'a.msapp')
    expect(old).toMatchObject({
      name: 'Inspector',
      source: 'json',
      screens: [{ name: 'Home', children: [{ name: 'Title' }, { name: 'Go', type: 'button' }] }],
    })
    const current = await readCanvasApp(await zip({ ...sample(), 'Src/Home.pa.yaml': paYaml('Back()') }), 'a.msapp')
    expect(current).toMatchObject({
      source: 'pa.yaml',
      screens: [
        { name: 'Home', children: [{ name: 'Go', type: 'Classic/Button@2.2.0', properties: [{ name: 'OnSelect', formula: 'Back()' }] }] },
      ],
    })
  })

  it.for<[string, Uint8Array | Files]>([
    ['no zip', new Uint8Array([1, 2, 3])],
    ['no app', { 'a.txt': 'x' }],
    ['broken JSON', { ...sample(), 'Controls/4.json': new TextEncoder().encode('{') }],
    ['broken YAML', { ...sample(), 'Src/Home.pa.yaml': new TextEncoder().encode('a: [') }],
    ['controls without end', { ...sample(), 'Controls/4.json': deep(500) }],
  ])('fails by name when it is %s, and the rest of the solution is told all the same', async ([_, made]) => {
    const bytes = made instanceof Uint8Array ? made : await zip(made)
    await expect(readCanvasApp(bytes, 'CanvasApps/a.msapp')).rejects.toMatchObject({
      code: 'solution.bad-canvas-app',
      message: expect.stringContaining('CanvasApps/a.msapp') as string,
    })
    const part = {
      kind: 'CanvasApp',
      key: 'a',
      displayName: 'A',
      parent: undefined,
      section: [],
      xml: undefined,
      files: [{ path: 'CanvasApps/a.msapp', bytes }],
    }
    expect(await inspectCanvasApps({ parts: [part] })).toMatchObject([{ state: 'unreadable', key: 'a' }])
  })

  it('copies its readable sources for review as they are, and writes views of older apps under names that any system takes', async () => {
    const source = { 'Src/Home.pa.yaml': paYaml('Back()') }
    expect(await canvasSources(await zip({ ...sample(), ...source }), 'a')).toMatchObject([
      { path: 'Src/Home.pa.yaml', bytes: paYaml('Back()') },
    ])
    const odd = changed(sample(), 'Controls/5.json', { TopParent: control('con', 'screen', [control('a/b', 'label', [])]) })
    odd['Controls/6.json'] = { TopParent: control('HOME', 'screen', []) }
    odd['Controls/7.json'] = { TopParent: control('../x:', 'screen', []) }
    const views = await canvasSources(await zip(odd), 'a')
    expect(views.map(({ path }) => path).sort()).toEqual([
      'Src/HOME.view.yaml',
      'Src/Home (2).view.yaml',
      'Src/_.._x_.view.yaml',
      'Src/_con.view.yaml',
    ])
    expect(new TextDecoder().decode(views.find(({ path }) => path.includes('Home'))?.bytes)).toContain('OnSelect: =Back()')
    expect(isCanvasSource('CanvasApps/a_msapp_src/Src/Home.pa.yaml')).toBe(true)
    expect(isCanvasSource('CanvasApps/a_DocumentUri_msapp_src/Src/Home.fx.yaml')).toBe(false)
  })
})

function control(
  name: string,
  template: string,
  children: readonly unknown[],
  formulas: Record<string, string> = {},
): Record<string, unknown> {
  return {
    Type: 'ControlInfo',
    Name: name,
    Template: { Name: template, Version: '1.0', LastModifiedTimestamp: '1' },
    PublishOrderIndex: 1,
    ControlUniqueId: '4',
    Rules: Object.entries(formulas).map(([property, formula]) => ({ Property: property, Category: 'Behavior', InvariantScript: formula })),
    ControlPropertyState: Object.keys(formulas),
    Children: children,
  }
}

function home(onSelect: string): unknown {
  return {
    TopParent: control('Home', 'screen', [
      control('Title', 'label', [], { ZIndex: '1' }),
      control('Go', 'button', [], { OnSelect: onSelect, ZIndex: '2' }),
    ]),
  }
}

function sample(): Files {
  return {
    'Header.json': { DocVersion: '1.342', LastSavedDateTimeUTC: '01/01/2026 01:01:01' },
    'Properties.json': { Name: 'Inspector', AnalysisLoadTime: 1, ControlCount: { button: 1 } },
    'Controls/4.json': home('Back()'),
    'checksum.json': { ServerStampedChecksum: 'C8_x' },
  }
}

/** An app in which something stands in every place that an app has. */
function rich(): Files {
  const dynamic = { PropertyName: 'FillPortions', Rule: { Property: 'FillPortions', InvariantScript: '1', Category: 'Design' } }
  const made = control('Box', 'groupContainer', [], { Text: '"hi"' })
  return {
    ...sample(),
    'Properties.json': {
      Name: 'Inspector',
      AppPreviewFlagsMap: { copilot: true },
      LocalConnectionReferences: JSON.stringify({ id1: { connectionRef: { id: '/apis/shared_x', displayName: 'X' } } }),
      DocumentLayoutWidth: 1366,
    },
    'Controls/8.json': {
      TopParent: control('More', 'screen', [{ ...made, DynamicProperties: [dynamic], VariantName: 'vertical', Parent: 'More' }]),
    },
    'Components/9.json': {
      TopParent: {
        ...control('Header', 'guid', []),
        Template: { Name: 'guid', IsComponentDefinition: true, CustomProperties: [{ Name: 'Color', Type: '{"Type":{"Name":"Root"}}' }] },
      },
    },
    'References/DataSources.json': { DataSources: [{ Name: 'Permits', Type: 'NativeCDSDataSourceInfo', TableDefinition: '{"a":1}' }] },
    'References/Templates.json': { UsedTemplates: [{ Name: 'label', Version: '2.5.1', Template: '<widget/>' }] },
    'References/Resources.json': { Resources: [{ Name: 'logo', FileName: 'logo.png', ResourceKind: 'LocalFile' }] },
    'Src/More.pa.yaml': new TextEncoder().encode('Screens:\n  More:\n    Properties:\n      Fill: =Color.Red\n'),
  }
}

function deep(levels: number): unknown {
  let one = control('Home', 'screen', [])
  for (let at = 0; at < levels; at++) one = control('Home', 'screen', [one])
  return { TopParent: one }
}

function paYaml(onSelect: string): Uint8Array {
  const lines = [
    'Screens:',
    '  Home:',
    '    Children:',
    '      - Go:',
    '          Control: Classic/Button@2.2.0',
    '          Properties:',
    `            OnSelect: =${onSelect}`,
  ]
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}

function changed(files: Files, path: string, file: unknown): Files {
  return { ...files, [path]: file }
}

function zip(files: Files, indent = 0): Promise<Uint8Array> {
  const bytesOf = (file: unknown): Uint8Array =>
    file instanceof Uint8Array ? file : new TextEncoder().encode(JSON.stringify(file, undefined, indent))
  return writeZip(Object.entries(files).map(([path, file]) => ({ path, bytes: bytesOf(file) })))
}

/** Facts that only one side has, as lines. */
async function difference(before: Files, after: Files): Promise<string[]> {
  const line = (fact: Fact): string => `${fact.path} | ${fact.words} | ${fact.value}`
  const old = (await describeCanvasApp(await zip(before))).map(line)
  const now = (await describeCanvasApp(await zip(after))).map(line)
  return [
    ...old.filter((one) => !now.includes(one)).map((one) => `- ${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `+ ${one}`),
  ]
}

function valuesIn(value: unknown, path: readonly string[] = []): string[][] {
  if (value instanceof Uint8Array) return []
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return entries.length === 0 ? [[...path]] : entries.flatMap(([key, inner]) => valuesIn(inner, [...path, key]))
}

function mutated(value: unknown, [first, ...rest]: readonly string[], isRetyped: boolean): unknown {
  if (first === undefined) return isRetyped ? [value] : `${String(value)}~`
  if (Array.isArray(value)) return value.map((item: unknown, at) => (String(at) === first ? mutated(item, rest, isRetyped) : item))
  // Only objects and lists have paths into them.
  const record = value as Record<string, unknown>
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, key === first ? mutated(inner, rest, isRetyped) : inner]))
}
