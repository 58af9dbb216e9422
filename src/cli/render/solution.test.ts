import { describe, expect, it } from 'vitest'
import type { SolutionManifest } from '#domain/solution'
import { createPaint } from './paint.ts'
import { solutionText, summariseSolution } from './solution.ts'

describe('what is told of a solution file', () => {
  it('is also what its manifest lists nothing of, as agents travel', () => {
    expect(told([], ['bot', 'botcomponent', 'botcomponent'])).toContain('Components that are not listed\n  bot: 1\n  botcomponent: 2\n')
  })

  it('is not told twice: a kind that is listed, what belongs to a table, what is told by name', () => {
    const text = told(['Entity', 'SystemForm'], ['Entity', 'Dashboard', 'connectionreference', ['Attribute', 'Entity:pet_dog']])
    expect(text).not.toContain('not listed')
  })
})

function told(roots: readonly string[], components: readonly (string | readonly [kind: string, parent: string])[]): string {
  const manifest = {
    uniqueName: 'Pets',
    displayName: 'Pets',
    publisher: { uniqueName: 'shop', displayName: 'Shop', prefix: 'pet' },
    rootComponents: roots.map((kind) => ({ kind })),
    missingDependencies: [],
  } as unknown as SolutionManifest
  const parts = components.map((one, at) => {
    const [kind, parent] = typeof one === 'string' ? [one, undefined] : one
    return { kind, key: String(at), displayName: undefined, parent }
  })
  const model = { manifest, components: parts, flows: [], connectionReferences: [], environmentVariables: [], texts: [] }
  return solutionText(summariseSolution(model), createPaint(false))
}
