import { expect, it } from 'vitest'
import { componentKey } from './observed-component.ts'

it('a component of a solution file has the name that environments have for it', () => {
  const nameOf = (kind: string): string => componentKey({ kind, key: 'k' })
  expect(
    ['Dashboard', 'InteractionCentricDashboard', 'AIModel', 'environmentvariabledefinition', 'connectionreference', 'Entity'].map(nameOf),
  ).toEqual(['SystemForm:k', 'SystemForm:k', 'AIProject:k', 'EnvironmentVariableDefinition:k', 'connectionreference:k', 'Entity:k'])
  expect(nameOf('SystemForm')).toBe('SystemForm:k')
})
