import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fact } from '#domain/difference'
import { describeFlow, describeFlowFile } from './flow.ts'

describe('a cloud flow, compared by its facts', () => {
  it('tells a new action with the connection reference that it uses, and all else about it under its path', () => {
    const after = sample()
    after.actions['Send_an_email_(V2)'] = {
      type: 'OpenApiConnection',
      runAfter: { Check_amount: ['Succeeded'] },
      inputs: {
        host: { connectionName: 'shared_office365', operationId: 'SendEmailV2' },
        parameters: { 'emailMessage/To': 'a@example.org' },
      },
    }
    const added = difference(flow(sample()), flow(after))
    expect(added.filter((line) => !line.includes('action/Send_an_email_(V2)/'))).toEqual([
      '+ action/Send_an_email_(V2) | action Send an email (V2) | uses connection reference contoso_office365',
    ])
    expect(added).toContain(
      '+ action/Send_an_email_(V2)/inputs/parameters/emailMessage~1To | action Send an email (V2): input To | a@example.org',
    )
  })

  it('tells each input that changed, with both values', () => {
    const after = sample()
    after.actions['Log']!.inputs = { text: 'bye', list: [1, 2] }
    expect(difference(flow(sample()), flow(after))).toEqual([
      '- action/Log/inputs/text | action Log: input text | hello',
      '+ action/Log/inputs/text | action Log: input text | bye',
    ])
  })

  it('tells a number from the same digits as text', () => {
    const after = sample()
    after.actions['Log']!.inputs = { text: 'hello', list: ['1', 2] }
    expect(difference(flow(sample()), flow(after))).toEqual([
      '- action/Log/inputs/list/0 | action Log: input list[0] | 1',
      '+ action/Log/inputs/list/0 | action Log: input list[0] | "1"',
    ])
  })

  it('tells how often it runs in one line', () => {
    const after = sample()
    after.triggers['Daily']!['recurrence'] = { frequency: 'Hour', interval: 1 }
    expect(difference(flow(sample()), flow(after))).toEqual([
      '- trigger/Daily/recurrence | trigger Daily: recurrence | every 1 Day',
      '+ trigger/Daily/recurrence | trigger Daily: recurrence | every 1 Hour',
    ])
  })

  it('tells after which results an action runs, whatever their order', () => {
    const after = sample()
    after.actions['Check_amount']!.runAfter = { Log: ['Failed', 'Succeeded'] }
    const again = sample()
    again.actions['Check_amount']!.runAfter = { Log: ['Succeeded', 'Failed'] }
    expect(difference(flow(after), flow(again))).toEqual([])
    expect(difference(flow(sample()), flow(after))).toEqual([
      '- action/Check_amount/runAfter/Log | action Check amount: runs after Log | on success',
      '+ action/Check_amount/runAfter/Log | action Check amount: runs after Log | on failure or success',
    ])
  })

  it('tells that an action moved to another branch, and nothing else', () => {
    const after = sample()
    const condition = after.actions['Check_amount']!
    condition.else = { actions: { Refuse: condition.actions!['Refuse'] } }
    condition.actions = {}
    expect(difference(flow(sample()), flow(after))).toEqual([
      '- action/Refuse/in | action Refuse | condition Check amount, if yes',
      '+ action/Refuse/in | action Refuse | condition Check amount, if no',
    ])
  })

  it('tells a condition in one line', () => {
    const facts = describeFlow(flow(sample()))
    expect(facts.find((fact) => fact.path === 'action/Check_amount/expression')?.value).toBe(
      'and(greater("@outputs(\'Total\')", 5), not: equals("a", "b"))',
    )
  })

  it('sees through the name that the flow gives its connection, but not through the reference behind it', () => {
    const renamed = JSON.parse(
      JSON.stringify(flow(mailing()))
        .replaceAll('"shared_office365":', '"shared_1":')
        .replaceAll('"connectionName":"shared_office365"', '"connectionName":"shared_1"'),
    ) as unknown
    expect(difference(flow(mailing()), renamed)).toEqual([])
    const other = JSON.parse(JSON.stringify(flow(mailing())).replaceAll('contoso_office365', 'contoso_other')) as unknown
    expect(difference(flow(mailing()), other)).toContain('+ action/Mail | action Mail | uses connection reference contoso_other')
  })

  it('tells apart two uses of one connection reference', () => {
    const twice = { shared_a: reference(), shared_b: { ...reference(), runtimeSource: 'invoker' } }
    const using = (alias: string) => ({
      ...sample(),
      actions: { Mail: { type: 'OpenApiConnection', inputs: { host: { connectionName: alias } } } },
    })
    expect(difference(flow(using('shared_a'), twice), flow(using('shared_b'), twice))).toHaveLength(2)
  })

  it('sees no difference in ids of the designer, in the language of the file, in empty branches', () => {
    const after = sample()
    after.actions['Log']!.metadata = { operationMetadataId: 'other' }
    after.actions['Check_amount']!.else = { actions: {} }
    const file = flow(after)
    file.properties.definition['$schema'] = 'https://example.org/newer'
    expect(difference(flow(sample()), file)).toEqual([])
  })

  it('keeps what it does not know', () => {
    const file = flow(sample())
    file.properties.definition['staticResults'] = { Log0: { status: 'Succeeded' } }
    expect(difference(flow(sample()), file)).toEqual(['+ definition/staticResults/Log0/status | staticResults.Log0.status | Succeeded'])
    for (const strange of [undefined, null, 'text', [1], { properties: 3 }, { properties: { definition: [] } }]) {
      expect(describeFlow(strange).length, JSON.stringify(strange)).toBeGreaterThan(0)
    }
  })
})

describe('the file of a flow', () => {
  it('has the same facts however it is formatted', () => {
    const pretty = describeFlowFile(encode(JSON.stringify(flow(sample()), undefined, 4)))
    expect(pretty).toEqual(describeFlowFile(encode(JSON.stringify(flow(sample())))))
    expect(describeFlowFile(encode(`\uFEFF${JSON.stringify(flow(sample()))}`))).toEqual(pretty)
  })

  it('is told by its text when it is no JSON, and shows each byte that is no text', () => {
    expect(describeFlowFile(encode('{"a": 1'))).toMatchObject([{ path: 'text', value: '{"a": 1' }])
    expect(describeFlowFile(new Uint8Array([0xff]))).not.toEqual(describeFlowFile(new Uint8Array([0xfe])))
  })

  it.for([
    ['a name that stands twice', '{"a":1,"a":2}', '{"a":3,"a":2}'],
    ['digits that a number cannot keep', '{"a":12345678901234567890}', '{"a":12345678901234567891}'],
    ['a number too large for a number', '{"a":1e999}', '{"a":1e998}'],
    ['a number too small for a number', '{"a":1e-999}', '{"a":1e-998}'],
  ])('loses nothing that JSON readers lose: %s', ([_, before = '', after = '']) => {
    expect(describeFlowFile(encode(before))).not.toEqual(describeFlowFile(encode(after)))
  })

  it('nests as deep as it likes', () => {
    const depth = 20_000
    const deep = `{"properties":{"definition":{"actions":${'{"a":{"actions":'.repeat(depth)}{}${'}}'.repeat(depth)},"x":${'['.repeat(depth)}${']'.repeat(depth)}}}}`
    const facts = describeFlowFile(encode(deep))
    expect(new Set(facts.map((fact) => fact.path)).size).toBe(facts.length)
  })
})

describe('any flow', () => {
  it('has the same facts when its names are re-ordered', () => {
    fc.assert(
      fc.property(anyFlow, fc.infiniteStream(fc.nat(1000)), (made, random) => {
        expect(describeFlow(reordered(made, random))).toEqual(describeFlow(made))
      }),
      { numRuns: 60 },
    )
  })

  it('has each fact once', () => {
    fc.assert(
      fc.property(anyFlow, (made) => {
        const paths = describeFlow(made).map((fact) => fact.path)
        expect(new Set(paths).size).toBe(paths.length)
      }),
      { numRuns: 60 },
    )
  })

  it('has other facts when any of its values changes that is no noise', () => {
    fc.assert(
      fc.property(anyFlow, fc.nat(), fc.boolean(), (made, which, isRetyped) => {
        const values = valuesIn(made)
        const at = values[which % values.length]
        if (at === undefined || /\/metadata\/operationMetadataId$|definition\/\$schema$/.test(at.join('/'))) return
        expect(describeFlow(mutated(made, at, isRetyped))).not.toEqual(describeFlow(made))
      }),
      { numRuns: 400 },
    )
  })
})

interface Step {
  type: string
  runAfter?: Record<string, string[]>
  inputs?: unknown
  metadata?: unknown
  expression?: unknown
  actions?: Record<string, unknown>
  else?: unknown
}
interface Sample {
  triggers: Record<string, Record<string, unknown>>
  actions: Record<string, Step>
}

function sample(): Sample {
  return {
    triggers: { Daily: { type: 'Recurrence', recurrence: { frequency: 'Day', interval: 1 } } },
    actions: {
      Log: { type: 'Compose', runAfter: {}, metadata: { operationMetadataId: '1' }, inputs: { text: 'hello', list: [1, 2] } },
      Check_amount: {
        type: 'If',
        runAfter: { Log: ['Succeeded'] },
        expression: { and: [{ greater: ["@outputs('Total')", 5] }, { not: { equals: ['a', 'b'] } }] },
        actions: { Refuse: { type: 'Terminate', inputs: { runStatus: 'Cancelled' } } },
      },
    },
  }
}

function mailing(): Sample {
  const mail = { type: 'OpenApiConnection', inputs: { host: { connectionName: 'shared_office365' } } }
  return { ...sample(), actions: { Mail: mail } }
}

function reference(): Record<string, unknown> {
  return {
    runtimeSource: 'embedded',
    connection: { connectionReferenceLogicalName: 'contoso_office365' },
    api: { name: 'shared_office365' },
  }
}

function flow(made: Sample, connectionReferences: Record<string, unknown> = { shared_office365: reference() }) {
  const definition: Record<string, unknown> = { $schema: 'https://example.org/schema', contentVersion: '1.0.0.0', ...structuredClone(made) }
  return { properties: { connectionReferences, definition }, schemaVersion: '1.0.0.0' }
}

/** Facts that only one side has, as lines. */
function difference(before: unknown, after: unknown): string[] {
  const line = (fact: Fact): string => `${fact.path} | ${fact.words} | ${fact.value}`
  const old = describeFlow(before).map(line)
  const now = describeFlow(after).map(line)
  return [
    ...old.filter((one) => !now.includes(one)).map((one) => `- ${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `+ ${one}`),
  ]
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

const name = fc.oneof(fc.constantFrom('A', 'B', 'a_b', 'a b', 'x/y', 'in', 'case', '$x', ''), fc.string({ maxLength: 6 }))
const anyValue = fc.oneof({ weight: 3, arbitrary: fc.string({ maxLength: 8 }) }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) })
const runAfter = fc.dictionary(name, fc.uniqueArray(fc.constantFrom('Succeeded', 'Failed', 'TimedOut', 'success'), { maxLength: 3 }), {
  maxKeys: 2,
})
const inputs = fc.record({
  host: fc.record({ connectionName: fc.constantFrom('c1', 'c2', 'c3') }),
  parameters: fc.dictionary(name, anyValue, { maxKeys: 2 }),
})

/** Actions nested so many levels deep; each part is at times anything else. */
function actionsOf(levels: number): fc.Arbitrary<Record<string, unknown>> {
  const inner = levels === 0 ? fc.constant({}) : actionsOf(levels - 1)
  const action = fc.record(
    {
      type: fc.constantFrom('If', 'Scope', 'Foreach', 'Switch', 'Compose', 'OpenApiConnection'),
      runAfter: fc.oneof(runAfter, anyValue),
      metadata: fc.oneof(fc.record({ operationMetadataId: fc.string(), other: anyValue }), anyValue),
      inputs: fc.oneof(inputs, anyValue),
      expression: anyValue,
      recurrence: fc.oneof(fc.record({ frequency: anyValue, interval: anyValue }, { requiredKeys: [] }), anyValue),
      evaluatedRecurrence: anyValue,
      description: anyValue,
      actions: fc.oneof(inner, anyValue),
      else: fc.oneof(fc.record({ actions: inner }), anyValue),
      cases: fc.oneof(fc.dictionary(name, fc.record({ case: anyValue, actions: inner }), { maxKeys: 2 }), anyValue),
    },
    { requiredKeys: [] },
  )
  return fc.dictionary(name, fc.oneof({ weight: 9, arbitrary: action }, { weight: 1, arbitrary: anyValue }), { maxKeys: 2 })
}

const anyReference = fc.oneof(
  fc.record({
    runtimeSource: fc.constantFrom('embedded', 'invoker'),
    connection: fc.record({ connectionReferenceLogicalName: fc.constantFrom('l1', 'l2', '') }),
    api: fc.record({ name: fc.constantFrom('shared_x', '') }),
  }),
  anyValue,
)
const anyFlow = fc.record({
  properties: fc.record({
    connectionReferences: fc.dictionary(fc.constantFrom('c1', 'c2', 'c3'), anyReference),
    definition: fc.record({
      $schema: fc.string(),
      contentVersion: fc.string(),
      triggers: fc.oneof(fc.dictionary(name, fc.record({ type: fc.string(), recurrence: anyValue, inputs: anyValue })), anyValue),
      actions: actionsOf(2),
      parameters: fc.dictionary(name, fc.oneof(fc.record({ defaultValue: anyValue, type: fc.string() }), anyValue), { maxKeys: 2 }),
      outputs: anyValue,
    }),
    templateName: anyValue,
  }),
})

/** Paths to all that is no filled object or list. */
function valuesIn(value: unknown, path: readonly string[] = []): string[][] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return entries.length === 0 ? [[...path]] : entries.flatMap(([key, inner]) => valuesIn(inner, [...path, key]))
}

function mutated(value: unknown, [first, ...rest]: readonly string[], isRetyped: boolean): unknown {
  if (first === undefined) return otherValue(value, isRetyped)
  if (Array.isArray(value)) return value.map((item: unknown, at) => (String(at) === first ? mutated(item, rest, isRetyped) : item))
  // Only objects and lists have paths into them.
  const record = value as Record<string, unknown>
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, key === first ? mutated(inner, rest, isRetyped) : inner]))
}

function otherValue(value: unknown, isRetyped: boolean): unknown {
  if (isRetyped) return typeof value === 'string' ? [value] : JSON.stringify(value)
  if (typeof value === 'number') return value + Math.max(1, Math.abs(value))
  if (typeof value === 'boolean') return !value
  return typeof value === 'string' ? `${value}~` : 'other'
}

function reordered(value: unknown, random: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => reordered(item, random))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => ({ key, inner: reordered(inner, random), at: Number(random.next().value) }))
  return Object.fromEntries(entries.sort((a, b) => a.at - b.at).map(({ key, inner }) => [key, inner]))
}
