import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  componentRules,
  diffSolutions,
  differenceLines,
  differenceText,
  factRules,
  managedPath,
  type DescribedComponent,
  type Fact,
  type SolutionDifference,
} from './index.ts'

describe('the difference of two solutions', () => {
  it('is empty when both say the same, in whatever order', () => {
    const components = [table(), column('comments', [value('MaxLength', '100', 'maximum length'), value('Type', 'nvarchar', 'type')])]
    const shuffled = [...components].reverse().map((one) => ({ ...one, facts: [...one.facts].reverse() }))
    expect(diffSolutions(components, shuffled)).toEqual({ components: [] })
  })

  it('tells a changed value with its table, its column and both values', () => {
    const difference = diffSolutions([table(), comments('100')], [table(), comments('2000')])
    expect(differenceText(difference)).toEqual(['Inspection (contoso_inspection): column Comments: maximum length 100 → 2000'])
  })

  it('counts what goes with a removed table and does not list it again', () => {
    const relationship: DescribedComponent = {
      ...component('EntityRelationship', 'contoso_inspection_account'),
      parent: 'Entity:account',
      goesWith: ['Entity:contoso_inspection'],
    }
    const difference = diffSolutions([table(), comments('100'), column('a'), column('b'), relationship], [])
    expect(differenceText(difference)).toEqual(['table Inspection (contoso_inspection) removed: 3 columns, 1 relationship'])
    expect(difference.components[0]?.includes.map(({ key }) => key)).toEqual([
      'contoso_inspection.a',
      'contoso_inspection.b',
      'contoso_inspection.comments',
      'contoso_inspection_account',
    ])
  })

  it('tells of components that go with each other in a circle', () => {
    const one = { ...component('a', '1'), goesWith: ['b:2'] }
    const two = { ...component('b', '2'), goesWith: ['a:1'] }
    expect(differenceText(diffSolutions([one, two], []))).toEqual(['a 1 removed', 'b 2 removed'])
  })

  it('tells what moved with both places, and a renamed place as no move', () => {
    const field = (place: string, shown: string): DescribedComponent =>
      component('SystemForm', '1', [{ path: 'cell[c]/place', words: 'field Comments', shape: 'place', value: place, shown }])
    expect(differenceText(diffSolutions([field('a', 'section A')], [field('b', 'section B')]))).toEqual([
      'form 1: field Comments moved from section A to section B',
    ])
    expect(differenceText(diffSolutions([field('a', 'section A')], [field('a', 'section Z')]))).toEqual([])
  })

  it('compares order among what both sides have', () => {
    const view = (...ids: string[]): DescribedComponent =>
      component('SavedQuery', '1', [{ path: 'cell#order', words: 'order of columns', shape: 'order', value: ids.join('\n') }])
    expect(diffSolutions([view('a', 'b')], [view('a', 'x', 'b')]).components).toEqual([])
    expect(differenceText(diffSolutions([view('a', 'b', 'c')], [view('c', 'a', 'b')]))).toEqual(['view 1: order of columns is now c, a, b'])
  })

  it('tells a long text by the lines that differ', () => {
    const script = (text: string): DescribedComponent =>
      component('WebResource', 's.js', [{ path: 'file[x]', words: 'content', shape: 'text', value: text }])
    const [line] = differenceText(diffSolutions([script('a\nb\nc')], [script('a\nB\nBB\nc')]))
    expect(line).toBe('web resource s.js: content: 1 line from line 2 on replaced by 2 lines')
  })

  it('tells of an item that came only once what is said of it', () => {
    const option: Fact[] = [
      { path: 'option[3]', words: 'choice Rejected (3)', shape: 'item', value: '' },
      value('option[3]/label[1033]', 'Rejected', 'label'),
    ]
    const difference = diffSolutions([column('status')], [column('status', option)])
    expect(differenceText(difference)).toEqual(['contoso_inspection: column status: new choice Rejected (3)'])
    expect(difference.components[0]?.facts[0]?.includes).toEqual([{ path: 'option[3]/label[1033]', words: 'label', value: 'Rejected' }])
  })

  it('counts what reads alike, and has all of it in its data', () => {
    const many = Array.from({ length: 9 }, (_, at): Fact => ({ path: `item[${at}]`, words: `thing ${at}`, shape: 'item', value: '' }))
    const difference = diffSolutions([component('x', '1')], [component('x', '1', many)])
    expect(differenceText(difference)).toEqual(['x 1: new thing 0', 'x 1: new thing 1', 'x 1: new thing 2', 'x 1: and 6 more like this'])
    expect(difference.components[0]?.facts).toHaveLength(9)
  })
})

describe('the class of a change', () => {
  const classOf = (before: DescribedComponent[], after: DescribedComponent[]): string[] =>
    differenceLines(diffSolutions(before, after)).map((line) => `${line.class}${line.reason === undefined ? '' : `: ${line.reason}`}`)

  it('is destructive where data or a right may be lost, and says why', () => {
    expect(classOf([table()], [])).toEqual(['destructive: its rows are deleted with the table'])
    expect(classOf([comments('2000')], [comments('100')])).toEqual(['destructive: longer values no longer fit'])
    const type = (name: string): DescribedComponent => column('c', [value('Type', name, 'type')])
    expect(classOf([type('int')], [type('nvarchar')])).toEqual(['destructive: values of the old type cannot be kept'])
    const role = (reach: string): DescribedComponent =>
      component('Role', 'r', [{ path: 'RolePrivileges/RolePrivilege[prvDelete]', words: 'privilege', shape: 'item', value: reach }])
    expect(classOf([role('organisation')], [role('user')])).toEqual(['destructive: the right reaches fewer rows'])
    expect(classOf([role('user')], [component('Role', 'r')])).toEqual(['destructive: people lose this right'])
    const need: Fact = { path: 'MissingDependencies/MissingDependency[1 site]', words: 'need', shape: 'item', value: '' }
    expect(classOf([component('Solution', 's')], [component('Solution', 's', [need])])).toEqual([
      'behavioural: the import fails where it is missing',
    ])
    const choice: Fact = { path: 'options/option[1]', words: 'choice A', shape: 'item', value: '' }
    expect(classOf([column('c', [choice])], [column('c')])).toEqual(['destructive: rows that have this value lose its meaning'])
  })

  it('is behavioural where something acts otherwise, and additive where nothing existing is touched', () => {
    expect(classOf([comments('100')], [comments('2000')])).toEqual(['behavioural'])
    expect(classOf([component('Workflow', 'f')], [])).toEqual(['behavioural'])
    expect(classOf([], [table()])).toEqual(['additive'])
  })

  it('is what the describer says, where no rule says otherwise', () => {
    const fact: Fact = { ...value('x', '1', 'x'), classes: { added: 'behavioural' } }
    expect(classOf([component('k', '1')], [component('k', '1', [fact])])).toEqual(['behavioural'])
  })

  it('of a component is the gravest of its facts', () => {
    const before = column('c', [value('MaxLength', '9', 'maximum length')])
    const after = column('c', [value('MaxLength', '8', 'maximum length'), value('Format', 'text', 'format')])
    expect(diffSolutions([before], [after]).components[0]?.class).toBe('destructive')
  })

  it('has a reason in every rule', () => {
    for (const rule of [...componentRules, ...factRules]) expect(rule.reason).not.toBe('')
  })
})

describe('managed against unmanaged of one version', () => {
  const solution = (isManaged: boolean): DescribedComponent =>
    component('Solution', 'solution', [value(managedPath, isManaged ? 'managed' : 'unmanaged', 'package type')])
  const label = (text: string): Fact => ({ ...value('label', text, 'label'), isLeftOutOfManaged: true })

  it('tells that it is managed now, and neither blanked labels nor what was carried unchanged', () => {
    const before = [solution(false), component('SystemForm', 'f', [label('Name')]), { ...component('SavedQuery', 'v'), isUnmodified: true }]
    const after = [solution(true), component('SystemForm', 'f')]
    expect(differenceText(diffSolutions(before, after))).toEqual(['solution: package type unmanaged → managed'])
  })

  it('tells both when both are of one kind', () => {
    const before = [component('SystemForm', 'f', [label('Name')]), { ...component('SavedQuery', 'v'), isUnmodified: true }]
    expect(differenceText(diffSolutions(before, [component('SystemForm', 'f')]))).toEqual(['form f: label Name removed', 'view v removed'])
  })

  it('tells two labels that both say something', () => {
    const difference = diffSolutions(
      [solution(false), component('SystemForm', 'f', [label('A')])],
      [solution(true), component('SystemForm', 'f', [label('B')])],
    )
    expect(differenceText(difference)).toContain('form f: label A → B')
  })

  it('says that a form written as changes cannot be compared piece by piece', () => {
    const whole = component('SystemForm', 'f', [value('a', '1', 'a')])
    const difference = diffSolutions(
      [solution(false), { ...whole, isDelta: false }],
      [solution(true), { ...whole, isDelta: true, facts: [] }],
    )
    expect(differenceText(difference)).toContain(
      'form f: not compared: one side holds the whole, the other only what the solution changes in it',
    )
  })
})

describe('a difference read backwards', () => {
  it('has everything added where it was removed, and every value exchanged', () => {
    fc.assert(
      fc.property(components(), components(), (a, b) => {
        expect(mirrored(diffSolutions(a, b))).toEqual(withoutClasses(diffSolutions(b, a)))
      }),
      { numRuns: 200 },
    )
  })
})

function components(): fc.Arbitrary<DescribedComponent[]> {
  const fact = fc.record({
    path: fc.constantFrom('a', 'b', 'b/c', 'd[1]'),
    words: fc.constant('w'),
    shape: fc.constantFrom('value' as const, 'item' as const),
    value: fc.constantFrom('1', '2'),
  })
  const facts = fc.uniqueArray(fact, { selector: ({ path }) => path, maxLength: 4 })
  const one = fc.record({
    kind: fc.constantFrom('Entity', 'Attribute', 'x'),
    key: fc.constantFrom('k', 'l'),
    facts,
    hasParent: fc.boolean(),
  })
  return fc.uniqueArray(one, { selector: ({ kind, key }) => `${kind}:${key}`, maxLength: 5 }).map((list) =>
    list.map(({ kind, key, facts: own, hasParent }) => ({
      ...component(kind, key, own),
      parent: hasParent && kind !== 'Entity' ? 'Entity:k' : undefined,
    })),
  )
}

// What a component lives in is told as it is after; classes depend on the direction.
function withoutClasses(difference: SolutionDifference): unknown {
  return difference.components
    .map(({ class: _class, reason: _reason, owner: _owner, ...rest }) => ({
      ...rest,
      facts: rest.facts.map(({ class: _own, reason: _why, shape: _shape, ...fact }) => fact),
    }))
    .sort(byName)
}

function mirrored(difference: SolutionDifference): unknown {
  const other = { added: 'removed', removed: 'added', changed: 'changed' } as const
  return withoutClasses({
    components: difference.components.map((one) => ({
      ...one,
      change: other[one.change],
      facts: one.facts.map((fact) => ({ ...fact, change: other[fact.change], before: fact.after, after: fact.before })),
    })),
  })
}

function byName(a: { kind: string; key: string }, b: { kind: string; key: string }): number {
  return `${a.kind}:${a.key}` < `${b.kind}:${b.key}` ? -1 : 1
}

function component(kind: string, key: string, facts: readonly Fact[] = []): DescribedComponent {
  return { kind, key, displayName: undefined, parent: undefined, facts }
}

function table(): DescribedComponent {
  return { ...component('Entity', 'contoso_inspection'), displayName: 'Inspection' }
}

function column(name: string, facts: readonly Fact[] = []): DescribedComponent {
  return { ...component('Attribute', `contoso_inspection.${name}`, facts), parent: 'Entity:contoso_inspection' }
}

function comments(maxLength: string): DescribedComponent {
  return { ...column('comments', [value('MaxLength', maxLength, 'maximum length')]), displayName: 'Comments' }
}

function value(path: string, text: string, words: string): Fact {
  return { path, words, shape: 'value', value: text }
}
