import { describe, expect, it } from 'vitest'
import {
  countClasses,
  diffSolutions,
  differenceLines,
  differenceOverview,
  differenceText,
  type DescribedComponent,
  type Fact,
  type SumOf,
} from './index.ts'

describe('changes of one sum', () => {
  const studio = (number: number, version: string): Fact => ({ ...fact(`s${number}`, version), sum: 'studio' })
  const version = (text: string): Fact => ({ ...fact('studio', text), sum: 'studio', isContext: true })

  it('are told in one line, which says what made them, and stay apart in the data', () => {
    const saved = (text: string): DescribedComponent => app([...[1, 2, 3].map((number) => studio(number, text)), version(`3.${text}`)])
    const difference = diffSolutions([saved('9')], [saved('10')])
    expect(differenceText(difference)).toEqual([
      'canvas app a: saved by a newer Studio (3.9 → 3.10): 3 definitions and settings that Studio keeps itself changed',
    ])
    expect(differenceText(diffSolutions([saved('10')], [saved('9')]))[0]).toContain('an older Studio')
    expect(difference.components[0]?.facts).toHaveLength(4)
    expect(countClasses(difference)).toEqual({ destructive: 0, behavioural: 3, additive: 0 })
  })

  it('are no difference when only what explains them changed', () => {
    expect(diffSolutions([app([version('3.9')])], [app([version('3.10')])]).components).toEqual([])
  })

  it('are told one by one while they are few', () => {
    expect(differenceText(diffSolutions([app([studio(1, '1')])], [app([studio(1, '2')])]))).toEqual(['canvas app a: s1 1 → 2'])
  })

  it('leave out what a maker changed', () => {
    const feature = (text: string): Fact => ({ ...studio(1, text), isToldWhenChanged: true })
    const others = (text: string): Fact[] => [2, 3].map((number) => studio(number, text))
    const lines = differenceText(diffSolutions([app([feature('off'), ...others('1')])], [app([feature('on'), ...others('2')])]))
    expect(lines).toEqual(['canvas app a: s1 off → on', 'canvas app a: 2 definitions and settings that Studio keeps itself changed'])
  })

  it.for<[SumOf, string]>([
    ['layout', 'layout: 6 settings changed in s1, s2, s3, s4 and 2 more'],
    ['field settings', '6 settings changed of s1, s2, s3, s4 and 2 more'],
    ['dependency', 'now needs from other solutions: s1, s2, s3, s4 and 2 more'],
    ['mark', 'another mark of what the solution changes in s1, s2, s3, s4 and 2 more'],
  ])('name what changed, as much as a line holds: %s', ([sum, line]) => {
    const facts = [1, 2, 3, 4, 5, 6].map((number): Fact => ({ ...fact(`f${number}`, ''), shape: 'item', sum, subject: `s${number}` }))
    expect(differenceText(diffSolutions([app([])], [app(facts)]))).toEqual([`canvas app a: ${line}`])
  })

  it('are never summed up where something is lost', () => {
    const choices = [1, 2, 3, 4, 5, 6].map((number): Fact => ({ ...fact(`option[${number}]`, ''), shape: 'item', sum: 'layout' }))
    const lines = differenceLines(diffSolutions([app(choices)], [app([])]))
    expect(lines.map((line) => [line.class, line.untold])).toEqual(Array(6).fill(['destructive', 0]))
  })
})

describe('an item that came or went', () => {
  const gallery: Fact = { ...fact('control/Gallery', 'gallery'), words: 'screen Home: control Gallery', shape: 'item' }
  const inner = (name: string, within: string): Fact => ({ ...fact(`control/${name}`, ''), shape: 'item', within, noun: 'control' })

  it('is told with what stands in it, however deep, and not that again', () => {
    const inside = [inner('Row', 'control/Gallery'), inner('Label', 'control/Row'), fact('control/Label/text', 'x')]
    expect(differenceText(diffSolutions([app([])], [app([...inside, gallery])]))).toEqual([
      'canvas app a: screen Home: new control Gallery (gallery) with 2 controls',
    ])
    expect(differenceText(diffSolutions([app([...inside, gallery])], [app([])]))).toEqual([
      'canvas app a: screen Home: control Gallery (gallery) with 2 controls removed',
    ])
  })

  it('is told by itself when what it stands in was there', () => {
    const lines = differenceText(diffSolutions([app([gallery])], [app([gallery, inner('Label', 'control/Gallery')])]))
    expect(lines).toEqual(['canvas app a: new control/Label'])
  })

  it('is told once when two say that they stand in each other', () => {
    const facts = [inner('A', 'control/B'), inner('B', 'control/A')]
    expect(differenceText(diffSolutions([app([])], [app(facts)])).join()).toContain('new control/')
  })

  it('is told in its own sentence where it has one', () => {
    const need: Fact = { ...fact('need', ''), shape: 'item', phrases: { added: 'now needs X', removed: 'no longer needs X' } }
    expect(differenceText(diffSolutions([app([need])], [app([])]))).toEqual(['canvas app a: no longer needs X'])
    expect(differenceText(diffSolutions([app([])], [app([need])]))).toEqual(['canvas app a: now needs X'])
  })
})

describe('long values', () => {
  const told = (before: string, after: string): string | undefined =>
    differenceText(diffSolutions([app([fact('OnSelect', before)])], [app([fact('OnSelect', after)])]))[0]

  it('are cut around what changed', () => {
    const long = (end: string): string =>
      `If(IsBlank(Name), Notify("Give a name"), Patch(Inspections, Current, {Status: ${end}})); Navigate(Home, None)`
    expect(told(long('Passed'), long('Failed'))).toBe(
      'canvas app a: OnSelect …{Status: Passed})); Navigate(Ho… → …{Status: Failed})); Navigate(Ho…',
    )
  })

  it('are whole when they are short, and only changed where they read alike', () => {
    expect(told('Back()', 'Exit()')).toBe('canvas app a: OnSelect Back() → Exit()')
    expect(told('a  b', 'a b')).toBe('canvas app a: OnSelect changed')
  })

  it('of several lines show the one line that changed', () => {
    const text = (line: string): Fact => ({ ...fact('OnStart', `a;\n${line};\nc`), shape: 'text' })
    expect(differenceText(diffSolutions([app([text('b')])], [app([text('B')])]))).toEqual(['canvas app a: OnStart: line 2: b; → B;'])
  })
})

describe('a difference that is too long to read', () => {
  const facts = (count: number, value: string): Fact[] => Array.from({ length: count }, (_, at) => fact(`f${at}x`, value))

  it('tells the gravest of each component and how many changes more', () => {
    const lost: Fact = { ...fact('option[1]', ''), shape: 'item' }
    const lines = differenceLines(diffSolutions([app([...facts(30, '1'), lost])], [app(facts(30, '2'))]))
    expect(lines[0]?.class === 'destructive' || lines.some((line) => line.class === 'destructive')).toBe(true)
    expect(lines).toHaveLength(13)
    expect(lines.at(-1)).toMatchObject({ text: 'canvas app a: and 19 more changes', untold: 19 })
  })

  it('tells everything destructive', () => {
    const choices = Array.from({ length: 40 }, (_, at): Fact => ({ ...fact(`option[${at}]`, ''), shape: 'item' }))
    expect(differenceLines(diffSolutions([app(choices)], [app([])]))).toHaveLength(40)
    const columns = Array.from({ length: 40 }, (_, at): DescribedComponent => component('Attribute', `t.c${at}`, 'Entity:t'))
    expect(differenceLines(diffSolutions(columns, []))).toHaveLength(40)
  })

  it('tells fewer of each where there are many', () => {
    const apps = (value: string): DescribedComponent[] => Array.from({ length: 30 }, (_, at) => app(facts(10, value), `a${at}`))
    expect(differenceLines(diffSolutions(apps('1'), apps('2')))).toHaveLength(30 * 5)
  })
})

describe('the overview', () => {
  it('counts what changed in each table, and in each other kind', () => {
    const table = (value: string): DescribedComponent => ({
      ...component('Entity', 'permit'),
      displayName: 'Permit',
      facts: [fact('audit', value)],
    })
    const column = (value: string): DescribedComponent => ({
      ...component('Attribute', 'permit.a', 'Entity:permit'),
      facts: [fact('x', value)],
    })
    const before = [table('1'), column('1'), component('Attribute', 'permit.b', 'Entity:permit'), app([], 'gone')]
    const after = [table('2'), column('2'), component('SystemForm', 'f', 'Entity:permit'), app([], 'one'), component('Role', 'r')]
    const lines = differenceOverview(diffSolutions(before, after))
    expect(lines.map(({ text }) => text)).toEqual([
      'Permit (permit): 1 change of its own; 1 column removed; 1 column changed (1 change); 1 form added',
      'canvas apps: 1 removed; 1 added',
      'role r: added',
    ])
    expect(lines[0]).toMatchObject({ class: 'destructive', counts: { destructive: 1, behavioural: 2, additive: 1 } })
  })
})

function app(facts: readonly Fact[], key = 'a'): DescribedComponent {
  return { ...component('CanvasApp', key), facts }
}

function component(kind: string, key: string, parent?: string): DescribedComponent {
  return { kind, key, displayName: undefined, parent, facts: [] }
}

function fact(path: string, value: string): Fact {
  return { path, words: path, shape: 'value', value }
}
